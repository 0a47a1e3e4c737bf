"""Periodic work in the background of the application."""

from __future__ import annotations

import asyncio
import logging

import pytest

from chat_app.services.periodic import run_periodically


@pytest.mark.anyio
async def test_a_failure_is_logged_and_the_work_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    rounds = 0
    third = asyncio.Event()

    async def work() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise RuntimeError("out of order")
        if rounds == 3:
            third.set()

    with caplog.at_level(logging.ERROR):
        async with run_periodically(work, seconds=0):
            await third.wait()
    assert [record.message.endswith("failed") for record in caplog.records] == [True]
    assert "out of order" in caplog.text


@pytest.mark.anyio
async def test_leaving_waits_until_the_running_work_has_finished_its_cleanup() -> None:
    begun, let_go = asyncio.Event(), False

    async def work() -> None:
        nonlocal let_go
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            let_go = True

    async with run_periodically(work, seconds=0):
        await begun.wait()
    assert let_go
