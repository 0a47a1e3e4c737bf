"""Fixtures of the tests of limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import httpx
import pytest

from chat_app.api.app import build_api
from chat_app.services import runtime
from chat_app.services.limits.limiter import Limiter
from chat_app.services.runtime import Runtime
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.clocks import StoppedClock
from tests.support.limited_app import NO_LIMITS, Start


@pytest.fixture
async def start(settings: Settings) -> AsyncIterator[Start]:
    """Start an application with only these limits and a stopped clock."""
    async with AsyncExitStack() as stack:

        async def begin(**chosen: int) -> tuple[Runtime, StoppedClock]:
            limited = settings.model_copy(update={"auth": "password", **NO_LIMITS, **chosen})
            app = await stack.enter_async_context(running(limited))
            clock = StoppedClock()
            app = replace(app, limiter=Limiter(limited, app.db, clock=clock))
            runtime.install(app)
            return app, clock

        yield begin


@pytest.fixture
async def rest() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the REST API, without middleware."""
    transport = httpx.ASGITransport(app=build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client
