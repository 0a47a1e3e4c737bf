"""Browsers at network addresses, and strangers who try passwords from theirs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.password_login import OWNER, PASSWORD, browser_client

HOME, OFFICE = "192.0.2.1", "192.0.2.2"
"""Addresses of people; those of strangers are in 198.51.100.0/24."""
WRONG = "a wrong guess"


class Browser:
    """A browser that keeps its cookies.

    Args:
        client: Its HTTP client.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @property
    def device(self) -> str:
        """The secret by which it is recognized."""
        return self._client.cookies["chat_device"]

    def bring_to(self, address: str) -> None:
        """Take the browser to another address."""
        self._client.headers["x-forwarded-for"] = address

    def pretend(self, device: str) -> None:
        """Set the cookie by which a browser is recognized."""
        self._client.cookies.set("chat_device", device)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        """Send a request."""
        return await self._client.post(path, json=body)

    async def sign_in(self, password: str = PASSWORD, *, email: str = OWNER) -> int:
        """Sign in and return the status of the response."""
        return (await self.post("/v1/auth/sign-in", email=email, password=password)).status_code

    async def guess(self, *, times: int, email: str = OWNER) -> list[int]:
        """Try wrong passwords and return the statuses of the responses."""
        return [await self.sign_in(WRONG, email=email) for _ in range(times)]


@asynccontextmanager
async def browser_at(site: Path, address: str) -> AsyncGenerator[Browser]:
    """Open a new browser at an address.

    Args:
        site: A folder used as the built page.
        address: Its address.
    """
    async with browser_client(site, proxy_hops=1) as client:
        browser = Browser(client)
        browser.bring_to(address)
        yield browser


async def attack(site: Path, *, addresses: int = 8, times: int = 10) -> None:
    """Try wrong passwords of the owner from many addresses, by default until no stranger gets an attempt any more."""
    for number in range(addresses):
        async with browser_at(site, f"198.51.100.{number}") as stranger:
            assert set(await stranger.guess(times=times)) <= {401, 429}
