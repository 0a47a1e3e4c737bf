"""Measures how long fetching a hostile page holds up the event loop of the program.

    python -m bench.fetch [--only WORDS]

The server of the pages is another process. While a page is fetched, a task asks to be woken every millisecond; the
longest time that it is woken late is what other people would wait. Other programs of the machine delay it as well,
which the time that this process has computed between two wakings leaves out.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import time
from multiprocessing.connection import Connection

from chat_app.agents.tools import page_fetcher
from chat_app.domain.errors import ChatAppError
from tests.support.fetchers import HTML, local_fetcher
from tests.support.hostile_pages import ATTACKS
from tests.support.http_server import HttpServer, Reply, http_server

TICK_SECONDS = 0.001
ORDINARY = "ordinary page"


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    print(f"{'page':<36} {'late, ms':>9} {'computed, ms':>13} {'seconds':>8} {'CPU':>6}  outcome")
    for name in (ORDINARY, *ATTACKS):
        if options.only in name:
            _measure(name)


def _measure(name: str) -> None:
    here, there = multiprocessing.Pipe()
    # Spawned, so that it shares nothing with what is measured.
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(name, there), daemon=True)
    server.start()
    try:
        late, computed, seconds, cpu, outcome = asyncio.run(_fetch(here.recv()))
    finally:
        server.kill()
        server.join()
    print(f"{name:<36} {late * 1e3:>9.1f} {computed * 1e3:>13.1f} {seconds:>8.2f} {cpu:>6.2f}  {outcome}", flush=True)


async def _fetch(port: int) -> tuple[float, float, float, float, str]:
    """Return the longest delay and computation, the duration, the time of the processor, and the outcome of a fetch."""
    fetcher = local_fetcher(HttpServer(port=port))
    # Loaded once by a running program.
    page_fetcher._system_certificates()  # pyright: ignore[reportPrivateUsage]
    late: list[float] = [0.0]
    computed: list[float] = [0.0]
    ticking = asyncio.create_task(_tick(late, computed))
    await asyncio.sleep(10 * TICK_SECONDS)
    started, cpu = time.perf_counter(), time.process_time()
    try:
        text = await fetcher.fetch(f"http://127.0.0.1:{port}/")
        outcome = f"{len(text)} characters"
    except ChatAppError as error:
        outcome = error.message
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    # Woken once more, because the longest delay may be the last.
    await asyncio.sleep(10 * TICK_SECONDS)
    ticking.cancel()
    return max(late), max(computed), seconds, cpu, outcome[:60]


async def _tick(late: list[float], computed: list[float]) -> None:
    while True:
        due, cpu = time.perf_counter() + TICK_SECONDS, time.process_time()
        await asyncio.sleep(TICK_SECONDS)
        late.append(time.perf_counter() - due)
        computed.append(time.process_time() - cpu)


def _serve(name: str, port: Connection) -> None:
    reply = Reply(headers=HTML, body=b"<p>Hello.") if name == ORDINARY else ATTACKS[name]()

    async def serve() -> None:
        async with http_server({"/": reply}) as web:
            port.send(web.port)
            await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
