"""Measures the cost of authentication and access checks: the same requests without a login, with one, and with a token.

    python -m bench.access [--requests 400] [--runs 5]

Requests pass through all middleware, in one process, without a network and one at a time; the kinds of authentication
alternate, so that a busy moment of the machine affects all of them. Prints the medians of the runs in microseconds,
their range, and the ratio to the same request without a login. The second half runs with a thousand members and a
thousand sessions of others in the workspace, on which the cost must not depend.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from starlette.types import ASGIApp, Message, Scope

from chat_app.api.app import build_api
from chat_app.db import accounts, members
from chat_app.domain.accounts import Account
from chat_app.domain.actor import Role
from chat_app.domain.actor import Scope as TokenScope
from chat_app.services.accounts import tokens
from chat_app.services.accounts.authentication import authenticate
from chat_app.services.accounts.set_up import issue_set_up_link, set_up_installation
from chat_app.services.runtime import Runtime, now
from chat_app.services.sessions.commands import create_session
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from chat_app.settings.limits import LimitSettings
from chat_app.settings.web import WebSettings
from chat_app.web.middleware import build_front
from tests.support.agents import ECHO, write_agents

CROWD = 1_000
"""Number of members of the workspace, and of their sessions, in the second half."""
Ways = dict[str, list[tuple[bytes, bytes]]]
"""Headers by the kind of authentication."""


async def ask(front: ASGIApp, path: str, headers: Sequence[tuple[bytes, bytes]]) -> float:
    """Send a request and return the time to its answer in microseconds."""
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"localhost"), *headers],
    }
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    began = time.perf_counter()
    await front(scope, receive, send)
    took = time.perf_counter() - began
    assert status == 200, status
    return took * 1e6


async def crowd(app: Runtime, workspace_id: str) -> None:
    """Add members with sessions to the workspace."""
    async with app.db.write() as tx:
        for number in range(CROWD):
            account = Account(id=f"usr_{number}", name=f"P{number}", email=f"p{number}@example.org", created_at=now())
            await accounts.insert(tx, account, password_hash=None)
            await members.insert(tx, workspace_id, account.id, role=Role.MEMBER, at=now())


async def ways_in(app: Runtime, *, many: bool) -> tuple[Ways, str]:
    """Authenticate in every way; return the headers of each and the id of a session."""
    if app.settings.auth == "none":
        actor = await authenticate()
        ways: Ways = {"no login": []}
    else:
        path = await issue_set_up_link()
        assert path is not None
        issued = await set_up_installation(
            path.partition("#")[2], name="Ada", email="ada@example.org", password="a few quiet words"
        )
        actor = await authenticate(cookie=issued.secret)
        assert actor is not None
        token = (await tokens.create_token(actor, name="bench", scope=TokenScope.READ)).secret
        ways = {
            "login": [(b"cookie", f"chat_login={issued.secret}".encode())],
            "token": [(b"authorization", f"Bearer {token}".encode())],
        }
    assert actor is not None
    if many:
        await crowd(app, actor.workspace_id)
        for number in range(CROWD):
            theirs = actor.model_copy(update={"user_id": f"usr_{number}"})
            await create_session(theirs, agent_key=ECHO)
    made = await create_session(actor, agent_key=ECHO)
    return ways, made.id


async def measure(auth: str, *, many: bool, requests: int, runs: int) -> dict[tuple[str, str], list[float]]:
    """Return the medians of the runs by kind of authentication and request."""
    found: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        write_agents(data)
        unlimited = dict.fromkeys([name for name in LimitSettings.model_fields if name.startswith("requests_")], 10**9)
        settings = Settings(data_dir=data).model_copy(update={"auth": auth, **unlimited})
        async with running(settings) as app:
            ways, session_id = await ways_in(app, many=many)
            front, _ = build_front(build_api(), site=data, settings=WebSettings())
            for _ in range(runs):
                for path in ("/v1/agents", "/v1/chat", f"/v1/chat/{session_id}"):
                    for way, headers in ways.items():
                        took = [await ask(front, path, headers) for _ in range(requests)]
                        name = path.replace(session_id, "{id}")
                        found.setdefault((way, name), []).append(statistics.median(took))
    return found


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    os.environ["CHAT_APP_ALLOW_SCRIPTED"] = "1"
    for many in (False, True):
        print(f"{CROWD if many else 1} member(s)")
        found: dict[tuple[str, str], list[float]] = {}
        for auth in ("none", "password"):
            found |= asyncio.run(measure(auth, many=many, requests=given.requests, runs=given.runs))
        for (way, path), medians in found.items():
            ratio = statistics.median(medians) / statistics.median(found["no login", path])
            spread = f"{min(medians):,.0f}-{max(medians):,.0f}"
            print(f"  {path:<15} {way:<9} {statistics.median(medians):>7,.0f} us ({spread})  {ratio:.2f}x")


if __name__ == "__main__":
    main()
