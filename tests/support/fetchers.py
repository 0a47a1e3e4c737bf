"""Fetchers for tests of `fetch_url` whose web servers listen on loopback.

Only here is loopback allowed, by an explicit argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chat_app.agents.tools.page_fetcher import Fetcher, FetchLimits
from chat_app.domain.errors import ChatAppError
from tests.support.http_server import HttpServer

HTML = {"content-type": "text/html; charset=utf-8"}
TEXT = {"content-type": "text/plain"}


class FakeResolver:
    """Resolves a few names and records the requests."""

    def __init__(self, **addresses: Sequence[str]) -> None:
        self.addresses = {name.replace("_", "."): found for name, found in addresses.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.addresses:
            raise OSError(f"no such name: {host}:{port}")
        return self.addresses[host]


def local_fetcher(*servers: HttpServer, names: FakeResolver | None = None, **limits: float) -> Fetcher:
    """Return a fetcher that may connect to 127.0.0.1 on the ports of the servers."""
    return Fetcher(
        limits=replace(FetchLimits(ports=frozenset(server.port for server in servers)), **limits),
        resolve=names or FakeResolver(**{"127_0_0_1": ["127.0.0.1"], "site_example": ["127.0.0.1"]}),
        allow=lambda address: address == "127.0.0.1",
    )


async def refusal_message(fetcher: Fetcher, url: str, kind: type[ChatAppError]) -> str:
    """Fetch an address that is refused and return the message of the error."""
    with pytest.raises(kind) as caught:
        await fetcher.fetch(url)
    return caught.value.message
