"""Measures many concurrent answers: how late each token reaches its reader, and the cost for the server.

    python -m bench.load [--sessions 100] [--rate 50] [--tokens 500] [--pages 2] [--limit-ms 250] [--http]

Every session streams at the same time; all but `--pages` are followed over server-sent events, those by pages of one
Chromium. A token is late by the time between the moment the model said it (it speaks on a fixed schedule) and the
moment its reader had it; server, model, clients and pages share this machine. With `--find-max` the number of sessions
grows until the 95th percentile passes `--limit-ms`. With `--http` the model is a server that speaks OpenAI's protocol,
in a process of its own; otherwise it is a script inside of the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import quantiles

import httpx
from httpx_sse import aconnect_sse
from playwright.async_api import Page, async_playwright

from bench._browser import Bench, bench_server
from tests.support.chromium import find_or_install_chromium, launch_arguments

WORD = "token123 "
"""Every token has the same length, so that an offset gives the number of tokens before it."""
PATIENCE = 300.0


@dataclass
class Reader:
    """What one reader received."""

    lags: list[float] = field(default_factory=list[float])
    """The delay of each token in milliseconds."""
    text: int = 0
    """Number of characters."""


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--tokens", type=int, default=500)
    parser.add_argument("--pages", type=int, default=2)
    parser.add_argument("--limit-ms", type=float, default=250)
    parser.add_argument("--find-max", action="store_true")
    parser.add_argument("--http", action="store_true")
    options = parser.parse_args()
    script = {
        "tokens_per_second": options.rate,
        "steps": [{"times": None, "chunks": [{"text": WORD * options.tokens}]}],
    }
    with ExitStack() as stack:
        provider = stack.enter_context(_provider(options.tokens, options.rate)) if options.http else None
        bench = stack.enter_context(bench_server(script, model_server=provider))
        asyncio.run(_run(bench, 2, options.rate, options.tokens, 0))
        sessions = options.sessions
        while True:
            p95 = asyncio.run(_run(bench, sessions, options.rate, options.tokens, options.pages))
            if not options.find_max or p95 > options.limit_ms:
                return
            sessions += 20


@contextmanager
def _provider(tokens: int, rate: float) -> Generator[str]:
    """Run a model server in a process of its own; yield its address."""
    command = [sys.executable, "-m", "bench._provider", WORD, str(tokens), str(rate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        process.terminate()


async def _run(bench: Bench, sessions: int, rate: float, tokens: int, pages: int) -> float:
    ids = [bench.new_session() for _ in range(sessions)]
    followed = ids[: sessions - pages]
    readers = [Reader() for _ in followed]
    limits = httpx.Limits(max_connections=None)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=bench.app.url, timeout=60, limits=limits))
        for session_id in ids[sessions - pages :]:
            await _open_page(stack, bench, session_id)
        ready = [asyncio.Event() for _ in followed]
        tasks = [
            asyncio.create_task(_follow(client, session_id, reader, rate, following))
            for session_id, reader, following in zip(followed, readers, ready, strict=True)
        ]
        await asyncio.gather(*(event.wait() for event in ready))
        cpu = _cpu_seconds(bench.app.process.pid)
        for session_id in ids:
            answer = await client.post(f"/v1/chat/{session_id}/messages", json={"content": "go"})
            answer.raise_for_status()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*tasks)
        spent = _cpu_seconds(bench.app.process.pid) - cpu
    return _report(bench, readers, sessions=sessions, pages=pages, tokens=tokens, cpu=spent)


async def _follow(
    client: httpx.AsyncClient, session_id: str, reader: Reader, rate: float, following: asyncio.Event
) -> None:
    began = 0.0
    async with aconnect_sse(client, "GET", f"/v1/chat/{session_id}/events") as source:
        following.set()
        async for frame in source.aiter_sse():
            if frame.event == "part.started":
                part = json.loads(frame.data)["data"]["part"]
                began = datetime.fromisoformat(part["started_at"]).timestamp()
                reader.text += len(part["text"])
            elif frame.event == "part.delta":
                data = json.loads(frame.data)["data"]
                now = time.time()
                first = data["offset"] // len(WORD)
                count = len(data["text"]) // len(WORD)
                reader.lags += [(now - began - index / rate) * 1_000 for index in range(first, first + count)]
                reader.text += len(data["text"])
            elif frame.event == "turn.completed":
                return


async def _open_page(stack: AsyncExitStack, bench: Bench, session_id: str) -> Page:
    playwright = await stack.enter_async_context(async_playwright())
    browser = await playwright.chromium.launch(
        executable_path=find_or_install_chromium(), args=[*launch_arguments(), "--disable-background-networking"]
    )
    stack.push_async_callback(browser.close)
    page = await browser.new_page()
    await page.goto(bench.address(session_id))
    await page.get_by_test_id("composer-field").wait_for()
    return page


def _report(bench: Bench, readers: list[Reader], *, sessions: int, pages: int, tokens: int, cpu: float) -> float:
    lags = [lag for reader in readers for lag in reader.lags]
    cuts = quantiles(lags, n=100)
    each = cpu / sessions / tokens * 1_000
    whole = all(reader.text == tokens * len(WORD) for reader in readers)
    print(
        f"{sessions:>4} sessions ({pages} pages): lag p50 {cuts[49]:.0f}, p95 {cuts[94]:.0f}, p99 {cuts[98]:.0f} ms; "
        f"server {cpu:.1f} CPU s for {sessions * tokens:,} tokens ({each:.2f} ms each), "
        f"{_memory_mib(bench.app.process.pid):.0f} MiB; "
        f"{'every' if whole else 'NOT every'} token arrived",
        flush=True,
    )
    return cuts[94]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
