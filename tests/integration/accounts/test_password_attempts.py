"""Passwords are hashed only for who has a valid link or an attempt left, and wrong ones are recorded."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from chat_app.domain.actor import Role
from chat_app.services import audit
from chat_app.services.accounts import invitations, password_reset, passwords
from chat_app.services.accounts.hashing_queue import Caller
from chat_app.services.runtime import Runtime
from chat_app.settings.application import Settings
from tests.support.password_login import OWNER, PASSWORD, add_member, assert_error, set_up_owner
from tests.support.places import HOME, OFFICE, WRONG, Browser, browser_at

pytestmark = pytest.mark.anyio

NEW = {"name": "Ben", "email": "ben@example.org", "password": PASSWORD}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a login."""
    return settings.model_copy(update={"auth": "password"})


@pytest.fixture
async def browser(app: Runtime, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser at the running application."""
    async with browser_at(tmp_path, HOME) as opened:
        yield opened


class Hashings:
    """Counts how often a password is hashed or verified."""

    def __init__(self) -> None:
        self.count = 0
        self._hasher = passwords.hasher()

    def __call__(self) -> Hashings:
        return self

    def hash(self, password: str) -> str:
        self.count += 1
        return self._hasher.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        self.count += 1
        return self._hasher.verify(password_hash, password)

    def check_needs_rehash(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> Hashings:
    """Counts how often a password is hashed or verified."""
    passwords.unknown_account_hash()
    counting = Hashings()
    monkeypatch.setattr(passwords, "hasher", counting)
    return counting


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/auth/set-up", NEW), ("/v1/auth/join", NEW), ("/v1/auth/reset", {"password": PASSWORD})],
)
async def test_a_wrong_link_hashes_nothing_and_is_limited(
    app: Runtime, browser: Browser, hashings: Hashings, path: str, body: dict[str, str]
) -> None:
    owner = await set_up_owner()
    hashings.count = 0
    limit = app.settings.max_wrong_links_address
    statuses = [(await browser.post(path, secret=f"bogus {number}", **body)).status_code for number in range(limit + 5)]
    assert statuses == [404] * limit + [429] * 5
    looked = await browser.post("/v1/auth/links", secret="bogus")
    assert_error(looked, 429, "too_many_attempts")
    assert int(looked.headers["retry-after"]) > 0
    assert hashings.count == 0
    # A valid link is not refused because of them.
    secret = (await invitations.create_invitation(owner, role=Role.MEMBER)).secret
    assert (await browser.post("/v1/auth/links", secret=secret)).status_code == 200
    assert (await browser.post("/v1/auth/join", secret=secret, **NEW)).status_code == 200


@pytest.mark.parametrize("path", ["/v1/auth/set-up", "/v1/auth/reset"])
async def test_a_link_for_something_else_hashes_nothing(browser: Browser, hashings: Hashings, path: str) -> None:
    owner = await set_up_owner()
    secret = (await invitations.create_invitation(owner, role=Role.MEMBER)).secret
    hashings.count = 0
    body = {"password": PASSWORD} if path.endswith("reset") else NEW
    assert_error(await browser.post(path, secret=secret, **body), 404, "link_gone")
    assert hashings.count == 0


async def test_a_valid_link_hashes_a_limited_number_of_passwords(
    app: Runtime, browser: Browser, hashings: Hashings, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await set_up_owner()
    secret = (await password_reset.create_reset_link(owner, owner.user_id)).secret

    async def fail(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("the link is not used up")

    monkeypatch.setattr(password_reset, "start_known_login", fail)
    hashings.count = 0
    for _ in range(app.settings.max_uses_link):
        assert (await browser.post("/v1/auth/reset", secret=secret, password=PASSWORD)).status_code == 500
    assert_error(await browser.post("/v1/auth/reset", secret=secret, password=PASSWORD), 429, "too_many_attempts")
    assert hashings.count == app.settings.max_uses_link


async def test_a_taken_address_hashes_nothing(browser: Browser, hashings: Hashings) -> None:
    owner = await set_up_owner()
    secret = (await invitations.create_invitation(owner, role=Role.MEMBER)).secret
    hashings.count = 0
    taken = await browser.post("/v1/auth/join", secret=secret, name="Ben", email=OWNER, password=PASSWORD)
    assert_error(taken, 409, "email_taken")
    assert hashings.count == 0


async def test_an_attempt_over_the_limit_hashes_nothing(app: Runtime, browser: Browser, hashings: Hashings) -> None:
    await set_up_owner()
    hashings.count = 0
    await browser.guess(times=30, email="nobody@example.org")
    assert hashings.count == app.settings.max_sign_ins_address_and_account


async def test_a_stolen_login_cannot_guess_the_password_and_leaves_a_trace(app: Runtime, browser: Browser) -> None:
    owner = await set_up_owner()
    assert await browser.sign_in() == 200
    limit = app.settings.max_password_changes_login
    guesses = [await browser.post("/v1/me/password", old=f"{WRONG} {number}", new=PASSWORD) for number in range(20)]
    assert [answer.status_code for answer in guesses] == [401] * limit + [429] * (20 - limit)
    assert_error(guesses[-1], 429, "too_many_attempts")
    entries = [each for each in (await audit.list_entries(owner)).items if each.type == "password_change.failed"]
    assert len(entries) == limit
    assert (entries[0].actor_id, entries[0].subject, entries[0].data["address"]) == (owner.user_id, OWNER, HOME)
    assert_error(await browser.post("/v1/me/password", old=PASSWORD, new="other quiet words"), 429, "too_many_attempts")
    # The person themselves signs in again, and then changes it.
    assert await browser.sign_in() == 200
    assert (await browser.post("/v1/me/password", old=PASSWORD, new="other quiet words")).status_code == 204


async def test_a_full_queue_refuses_attempts_with_the_time_to_wait(app: Runtime, browser: Browser) -> None:
    await set_up_owner()
    release = threading.Event()
    waiting = app.settings.max_password_hashes + app.settings.max_waiting_passwords
    refused: httpx.Response | None = None
    async with anyio.create_task_group() as group:
        for number in range(waiting):
            caller = Caller(key=f"stranger {number}", trusted=False)
            group.start_soon(partial(app.passwords.queue.run, release.wait, caller=caller))
        await anyio.wait_all_tasks_blocked()
        refused = await browser.post("/v1/auth/sign-in", email=OWNER, password=PASSWORD)
        release.set()
    assert refused is not None
    assert_error(refused, 503, "passwords_busy")
    assert refused.headers["retry-after"] == "3"
    assert await browser.sign_in() == 200


async def test_links_leave_the_address_in_the_audit_log(browser: Browser) -> None:
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    secret = (await password_reset.create_reset_link(owner, ben.user_id)).secret
    browser.bring_to(OFFICE)
    assert (await browser.post("/v1/auth/reset", secret=secret, password=PASSWORD)).status_code == 200
    newest = (await audit.list_entries(owner)).items[0]
    assert (newest.type, newest.actor_id, newest.data["address"]) == ("login.created", ben.user_id, OFFICE)


async def test_a_password_that_is_replaced_while_it_is_verified_starts_no_login(
    app: Runtime, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await set_up_owner()
    assert await browser.sign_in() == 200
    secret = (await password_reset.create_reset_link(owner, owner.user_id)).secret
    verify = app.passwords.verify

    async def verify_and_reset(*arguments: Any, **more: Any) -> bool:
        matches = await verify(*arguments, **more)
        monkeypatch.setattr(app.passwords, "verify", verify)
        await password_reset.reset_password(secret, password="quite other words")
        return matches

    monkeypatch.setattr(app.passwords, "verify", verify_and_reset)
    assert await browser.sign_in() == 401
    assert await browser.sign_in("quite other words") == 200
