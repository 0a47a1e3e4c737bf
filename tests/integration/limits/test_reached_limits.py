"""An operator sees from the audit log and the metrics which limits were reached, without an entry for each refusal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditEntry, AuditType
from chat_app.domain.errors import TooMany
from chat_app.services.audit import list_entries
from chat_app.services.limits import rates, reports
from chat_app.services.limits.checks import check_request
from chat_app.services.limits.refusals import Refusals
from chat_app.services.limits.reports import record_reached_limits
from chat_app.services.runtime import now
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.limited_app import Start, authenticate
from tests.support.password_login import assert_error, browser_client

pytestmark = pytest.mark.anyio

BOB = Actor(user_id="usr_bob", workspace_id=ME.workspace_id, role=Role.MEMBER, name="Bob")
HOUR = timedelta(hours=1)


class Time:
    """The time that the limits see, which a test moves."""

    def __init__(self) -> None:
        self.at = now()

    def now(self) -> datetime:
        """Return it."""
        return self.at


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """A time that only moves when the test moves it."""
    time = Time()
    for module in (rates, reports):
        monkeypatch.setattr(module, "now", time.now)
    return time


async def be_refused(actor: Actor, *, times: int) -> None:
    for _ in range(times):
        with pytest.raises(TooMany):
            await check_request(actor)


async def entries() -> list[AuditEntry]:
    return list((await list_entries(ME, types=[AuditType.LIMIT_REACHED])).items)


async def test_a_reached_limit_is_one_entry_for_each_person_and_hour_with_the_number_of_refusals(
    start: Start, time: Time
) -> None:
    await start(requests_per_minute_user=1)
    for actor in (ME, BOB):
        await check_request(actor)
    began = time.at
    await be_refused(ME, times=500)
    await be_refused(BOB, times=3)
    await record_reached_limits()
    found = {entry.actor_name: entry for entry in await entries()}
    assert found.keys() == {ME.name, BOB.name}
    assert found[ME.name].subject == "too_many_requests"
    assert found[ME.name].data == {"refusals": 500, "since": began.isoformat(timespec="seconds")}
    time.at += HOUR / 2
    await be_refused(ME, times=200)
    await record_reached_limits()
    assert len(await entries()) == 2
    time.at += HOUR / 2
    await be_refused(ME, times=100)
    await record_reached_limits()
    assert [entry.data["refusals"] for entry in await entries()] == [300, 3, 500]
    time.at += HOUR
    assert await record_reached_limits() == 0


async def test_refusals_since_the_last_entry_are_recorded_when_the_program_stops(settings: Settings) -> None:
    limited = settings.model_copy(update={"auth": "password", "requests_per_minute_user": 1})
    async with running(limited):
        await check_request(BOB)
        await be_refused(BOB, times=2)
        await record_reached_limits()
        await be_refused(BOB, times=5)
    async with running(limited):
        assert [entry.data["refusals"] for entry in await entries()] == [5, 2]


def test_the_counts_of_many_people_take_constant_memory() -> None:
    refusals = Refusals(max_keys=10)
    for number in range(1_000):
        person = BOB.model_copy(update={"user_id": f"usr_{number}"})
        refusals.add("too_many_requests", person, at=now())
    assert len(refusals) == 10
    assert refusals.totals == {"too_many_requests": 1_000}
    assert len(refusals.take_due(at=now(), interval=HOUR, limit=3)) == 3
    assert len(refusals.take_due(at=now(), interval=HOUR, limit=100)) == 7
    assert refusals.take_due(at=now() + HOUR, interval=HOUR, limit=100) == []
    assert len(refusals) == 0


async def test_metrics_count_refusals_without_naming_anybody(
    start: Start, rest: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = await start(requests_per_minute_user=2)
    await authenticate(rest)
    for _ in range(5):
        await rest.get("/v1/agents")
    monkeypatch.setitem(app.settings.__dict__, "metrics_token", SecretStr("for-the-monitoring"))
    answer = await rest.get("/metrics", headers={"authorization": "Bearer for-the-monitoring"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.text.splitlines()[1:] == [
        "# TYPE chat_app_limit_refusals_total counter",
        'chat_app_limit_refusals_total{limit="too_many_requests"} 3',
    ]


@pytest.fixture
async def monitored(settings: Settings, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at an application with a login and a token for the metrics."""
    update = {"auth": "password", "metrics_token": SecretStr("for-the-monitoring")}
    async with running(settings.model_copy(update=update)), browser_client(tmp_path) as browser:
        yield browser


async def test_only_the_token_of_the_monitoring_opens_the_metrics(monitored: httpx.AsyncClient) -> None:
    for headers in ({}, {"authorization": "Bearer another"}, {"authorization": "Basic for-the-monitoring"}):
        assert_error(await monitored.get("/metrics", headers=headers), 404, "unknown_address")
    answer = await monitored.get("/metrics", headers={"authorization": "Bearer for-the-monitoring"})
    assert answer.status_code == 200


async def test_without_a_login_the_metrics_need_no_token(settings: Settings, rest: httpx.AsyncClient) -> None:
    async with running(settings):
        assert (await rest.get("/metrics")).status_code == 200
