"""A stored key is sent to its provider only, and is never on the disk in clear text."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from httpx_sse import aconnect_sse

from chat_app.services.secrets.key_file import KEY_FILE
from tests.support.http_server import HttpServer, Reply, http_server
from tests.support.provider_replies import CHAT, STREAM, chunks, openai_error
from tests.support.servers import RunningApp, start_app
from tests.support.session_events import PATIENCE

pytestmark = pytest.mark.anyio

NAME, VALUE, OTHER = "REMOTE_KEY", "q7Zk-no-prefix-4hT9vLw2XcB8", "m3Rf-another-one-6pJ1sYd5NgK0"
MARK = "A question that is on the disk"
LAST = ("turn.completed", "turn.failed")


@pytest.fixture
async def web() -> AsyncIterator[HttpServer]:
    """A provider that repeats the key in its refusals."""
    async with http_server({CHAT: Reply(headers=STREAM, body=chunks("good ", "day"))}) as web:
        yield web


@pytest.fixture
async def server(web: HttpServer, tmp_path: Path) -> AsyncIterator[RunningApp]:
    folder = tmp_path / "data"
    folder.mkdir()
    agent = f'key = "remote"\nname = "Remote"\ncolor = "#5b6ee1"\nmodel = "openai:m"\napi_key_env = "{NAME}"\n'
    (folder / "agents.toml").write_text(f'[[agents]]\n{agent}base_url = "{web.url("/v1")}"\n', encoding="utf-8")
    with start_app(folder) as app:
        yield app


async def chat_app(server: RunningApp, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line without blocking the event loop."""
    environment = {**os.environ, "CHAT_APP_URL": server.url, "CHAT_APP_CONFIG_DIR": str(server.log.parent / "config")}
    command = [sys.executable, "-m", "chat_app", *words]
    return await asyncio.to_thread(
        subprocess.run, command, input=said, capture_output=True, text=True, timeout=60, check=False, env=environment
    )


async def ask(client: httpx.AsyncClient) -> str:
    """Send a message to the agent, and return all that REST and its streams contain about it."""
    made = await client.post("/v1/chat", json={"agent_key": "remote", "title": "Mine"})
    path = f"/v1/chat/{made.json()['id']}"
    sent = await client.post(f"{path}/messages", json={"content": MARK})
    told = [made.text, sent.text]
    async with asyncio.timeout(PATIENCE), aconnect_sse(client, "GET", f"{path}/events?after=0") as source:
        async for event in source.aiter_sse():
            told.append(event.data)
            if event.event in LAST:
                break
    told += [(await client.get(path)).text, (await client.get(f"{path}/messages")).text]
    return "\n".join(told)


def written(server: RunningApp) -> dict[str, bytes]:
    """Return every file of the data folder, and the log, byte for byte."""
    folder = server.log.with_suffix("")
    paths = [server.log, *(path for path in folder.rglob("*") if path.is_file())]
    return {path.name: path.read_bytes() for path in paths}


def where(server: RunningApp, text: str) -> set[str]:
    """Return the names of the files that contain a text."""
    return {name for name, content in written(server).items() if text.encode() in content}


async def test_a_stored_key_appears_nowhere_in_clear_text(server: RunningApp, web: HttpServer) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE) as client:
        stored = await client.put(f"/v1/keys/{NAME}", json={"value": VALUE})
        refused = await client.put(f"/v1/keys/{NAME}", json={"value": f"{VALUE} {VALUE}"})
        unread = await client.put(f"/v1/keys/{NAME}", json={"value": [VALUE], "more": VALUE})
        assert (stored.status_code, stored.text) == (204, "")
        assert (refused.status_code, unread.status_code) == (422, 422)
        used = await ask(client)
        assert "good day" in used
        web.replies[CHAT] = openai_error(401, f"Bad key: {VALUE}. Header: Bearer {VALUE}", "invalid_api_key")
        failed = await ask(client)
        assert "Settings → Keys" in failed
        assert "[removed]" in failed
        others = [await client.get(f"/v1/{path}") for path in ("keys", "audit", "agents", "chat", "me")]
        assert [other.status_code for other in others] == [200] * 5
    assert {asked.headers["authorization"] for asked in web.asked} == {f"Bearer {VALUE}"}
    told = "\n".join([refused.text, unread.text, used, failed, *(other.text for other in others)])
    # The search itself works: it finds the key's name and the question where they are expected.
    assert NAME in told
    assert {name.partition("-")[0] for name in where(server, MARK)} >= {"chat.db"}
    assert stat.S_IMODE((server.log.with_suffix("") / KEY_FILE).stat().st_mode) == 0o600
    assert VALUE[:12] not in told
    assert where(server, VALUE[:12]) == set()
    server.stop()
    assert where(server, VALUE[:12]) == set()


async def test_the_command_line_stores_keys_and_never_prints_them(server: RunningApp, web: HttpServer) -> None:
    done = await chat_app(server, "keys", "set", NAME, said=f"{VALUE}\n")
    assert (done.returncode, done.stdout) == (0, "")
    assert VALUE not in done.stderr
    assert (await chat_app(server, "keys", "set", NAME, said=OTHER)).returncode == 0
    listed = await chat_app(server, "keys", "list")
    assert listed.stdout.startswith(NAME)
    assert OTHER not in listed.stdout + (await chat_app(server, "keys", "list", "--json")).stdout
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE) as client:
        await ask(client)
    assert web.asked[0].headers["authorization"] == f"Bearer {OTHER}"
    assert (await chat_app(server, "keys", "set", NAME, VALUE)).returncode == 2
    wrong = await chat_app(server, "keys", "set", "lower", said=OTHER)
    assert (wrong.returncode, "OPENAI_API_KEY" in wrong.stderr) == (1, True)
    assert (await chat_app(server, "keys", "remove", NAME)).returncode == 0
    assert (await chat_app(server, "keys", "list")).stdout == ""
    again = await chat_app(server, "keys", "remove", NAME)
    assert (again.returncode, "Key not found" in again.stderr) == (1, True)
