"""Strangers and neighbours cannot lock a person out of the browsers in which they have signed in."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from chat_app.domain.actor import Role
from chat_app.services import runtime
from chat_app.services.accounts import invitations, logins, password_reset, places
from chat_app.services.accounts.authentication import sign_in
from chat_app.services.accounts.places import Place
from chat_app.services.accounts.set_up import issue_set_up_link
from chat_app.services.runtime import Runtime, current
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.password_login import OWNER, PASSWORD, set_up_owner
from tests.support.places import HOME, OFFICE, WRONG, Browser, attack, browser_at
from tests.support.redis_server import redis_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a login."""
    return settings.model_copy(update={"auth": "password"})


class Browsers(AsyncExitStack):
    """Opens browsers, and closes them in the end.

    Args:
        site: A folder used as the built page.
    """

    def __init__(self, site: Path) -> None:
        super().__init__()
        self._site = site

    async def at(self, address: str) -> Browser:
        return await self.enter_async_context(browser_at(self._site, address))


async def stored(query: str) -> Any:
    """Return the value that a query gives."""
    async with current().db.read() as tx:
        connection = await tx.session.connection()
        return (await connection.execute(text(query))).scalar_one()


async def test_strangers_lock_out_neither_known_browsers_nor_known_networks(app: Runtime, tmp_path: Path) -> None:
    await set_up_owner()
    async with Browsers(tmp_path) as browsers:
        known, new, elsewhere = await browsers.at(HOME), await browsers.at(HOME), await browsers.at(OFFICE)
        assert await known.sign_in() == 200
        await attack(tmp_path)
        assert await elsewhere.sign_in() == 429
        assert await new.sign_in() == 200
        known.bring_to(OFFICE)
        assert await known.sign_in() == 200


async def test_a_neighbour_at_the_same_address_does_not_lock_out_a_known_browser(app: Runtime, tmp_path: Path) -> None:
    await set_up_owner()
    async with Browsers(tmp_path) as browsers:
        known, neighbour = await browsers.at(HOME), await browsers.at(HOME)
        assert await known.sign_in() == 200
        await neighbour.guess(times=12)
        for number in range(app.settings.max_sign_ins_address):
            await neighbour.sign_in(WRONG, email=f"nobody{number}@example.org")
        assert await neighbour.sign_in() == 429
        assert await known.sign_in() == 200


async def test_known_places_survive_a_restart(settings: Settings, tmp_path: Path) -> None:
    async with Browsers(tmp_path) as browsers:
        known, new = await browsers.at(HOME), await browsers.at(HOME)
        async with running(settings):
            await set_up_owner()
            assert await known.sign_in() == 200
        async with running(settings):
            await attack(tmp_path)
            assert await known.sign_in() == 200
            assert await new.sign_in() == 200


async def test_known_places_hold_for_all_replicas(settings: Settings, tmp_path: Path) -> None:
    with redis_server() as redis:
        shared = settings.model_copy(update={"redis_url": SecretStr(redis.url)})
        async with Browsers(tmp_path) as browsers:
            known, elsewhere = await browsers.at(HOME), await browsers.at(OFFICE)
            async with running(shared):
                await set_up_owner()
                assert await known.sign_in() == 200
                await attack(tmp_path)
            async with running(shared):
                assert await elsewhere.sign_in() == 429
                assert await known.sign_in() == 200


async def test_guesses_in_a_known_browser_are_limited_and_do_not_count_for_others(app: Runtime, tmp_path: Path) -> None:
    await set_up_owner()
    async with Browsers(tmp_path) as browsers:
        known, new = await browsers.at(HOME), await browsers.at(HOME)
        assert await known.sign_in() == 200
        assert (await known.guess(times=15)).count(401) == app.settings.max_sign_ins_device
        assert await known.sign_in() == 429
        assert await new.sign_in() == 200


@pytest.mark.parametrize("device", ["x" * 43, "short", '"quoted"', "x" * 4_000])
async def test_a_cookie_that_was_not_made_here_is_not_recognized_and_is_replaced(
    app: Runtime, tmp_path: Path, device: str
) -> None:
    await set_up_owner()
    async with Browsers(tmp_path) as browsers:
        planted = await browsers.at(HOME)
        planted.pretend(device)
        assert (await planted.guess(times=15)).count(401) == app.settings.max_sign_ins_address_and_account
    issued = await sign_in(email=OWNER, password=PASSWORD, place=Place(address=OFFICE, device=device))
    assert issued.device != device


async def test_a_browser_that_two_people_use_is_known_for_both(app: Runtime, tmp_path: Path) -> None:
    owner = await set_up_owner()
    secret = (await invitations.create_invitation(owner, role=Role.MEMBER)).secret
    async with Browsers(tmp_path) as browsers:
        shared, neighbour = await browsers.at(HOME), await browsers.at(HOME)
        assert await shared.sign_in() == 200
        device = shared.device
        joined = await shared.post(
            "/v1/auth/join", secret=secret, name="Ben", email="ben@example.org", password=PASSWORD
        )
        assert joined.status_code == 200
        assert shared.device == device
        for email in (OWNER, "ben@example.org"):
            await neighbour.guess(times=12, email=email)
            assert await shared.sign_in(email=email) == 200


async def test_set_up_and_join_make_a_place_known(app: Runtime, tmp_path: Path) -> None:
    path = await issue_set_up_link()
    assert path is not None
    async with Browsers(tmp_path) as browsers:
        ada, ben = await browsers.at(HOME), await browsers.at(OFFICE)
        made = await ada.post(
            "/v1/auth/set-up", secret=path.partition("#")[2], name="Ada", email=OWNER, password=PASSWORD
        )
        assert made.status_code == 200
        invitation = (await ada.post("/v1/invitations", role="member")).json()["path"]
        joined = await ben.post(
            "/v1/auth/join",
            secret=invitation.partition("#")[2],
            name="Ben",
            email="ben@example.org",
            password=PASSWORD,
        )
        assert joined.status_code == 200
        neighbour = await browsers.at(OFFICE)
        await neighbour.guess(times=12, email="ben@example.org")
        assert await ben.sign_in(email="ben@example.org") == 200
        await attack(tmp_path)
        assert await ada.sign_in() == 200


async def test_a_new_password_forgets_all_other_places(app: Runtime, tmp_path: Path) -> None:
    owner = await set_up_owner()
    async with Browsers(tmp_path) as browsers:
        thief, known = await browsers.at(OFFICE), await browsers.at(HOME)
        assert [await each.sign_in() for each in (thief, known)] == [200, 200]
        stolen = known.device
        changed = await known.post("/v1/me/password", old=PASSWORD, new="other quiet words")
        assert changed.status_code == 204
        assert await stored("SELECT count(*) FROM known_place") == 2
        assert known.device != stolen
        await attack(tmp_path)
        assert await thief.sign_in(WRONG) == 429
        assert await known.sign_in("other quiet words") == 200
        secret = (await password_reset.create_reset_link(owner, owner.user_id)).secret
        reset = await thief.post("/v1/auth/reset", secret=secret, password=PASSWORD)
        assert reset.status_code == 200
        known.bring_to("192.0.2.77")
        assert await known.sign_in() == 429
        assert await thief.sign_in() == 200


async def test_a_one_time_link_lets_a_person_in_while_strangers_try(app: Runtime, tmp_path: Path) -> None:
    owner = await set_up_owner()
    await attack(tmp_path)
    async with Browsers(tmp_path) as browsers:
        new = await browsers.at(OFFICE)
        assert await new.sign_in() == 429
        for _ in range(app.settings.max_wrong_links_address):
            await new.post("/v1/auth/reset", secret="bogus", password=PASSWORD)
        assert (await new.post("/v1/auth/reset", secret="bogus", password=PASSWORD)).status_code == 429
        secret = (await password_reset.create_reset_link(owner, owner.user_id)).secret
        assert (await new.post("/v1/auth/reset", secret=secret, password=PASSWORD)).status_code == 200
        assert await new.sign_in() == 200


async def test_the_number_of_known_places_is_limited(settings: Settings) -> None:
    async with running(settings.model_copy(update={"max_known_places": 3})):
        await set_up_owner()
        first = await sign_in(email=OWNER, password=PASSWORD, place=Place(address=HOME))
        for number in range(9):
            # The first browser stays, because it is used in between.
            await sign_in(email=OWNER, password=PASSWORD, place=Place(address=f"10.0.0.{number}"))
            again = await sign_in(email=OWNER, password=PASSWORD, place=Place(address=HOME, device=first.device))
            assert again.device == first.device
        assert await stored("SELECT count(*) FROM known_place WHERE kind = 'device'") == 3
        assert await stored("SELECT count(*) FROM known_place WHERE kind = 'network'") == 3


async def test_places_that_are_not_used_are_forgotten(app: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    await set_up_owner()
    issued = await sign_in(email=OWNER, password=PASSWORD, place=Place(address=HOME))
    place = Place(address=HOME, device=issued.device)
    async with app.db.read() as tx:
        assert (await places.recognize_place(tx, place, "usr_local")).network
    later = runtime.now() + timedelta(days=app.settings.known_place_days, seconds=1)
    for module in (places, logins):
        monkeypatch.setattr(module, "now", lambda: later)
    async with app.db.read() as tx:
        assert await places.recognize_place(tx, place, "usr_local") == places.Recognition()
    await logins.sweep_logins()
    assert await stored("SELECT count(*) FROM known_place") == 0


async def test_known_places_are_deleted_with_the_account(app: Runtime) -> None:
    await set_up_owner()
    async with app.db.write() as tx:
        connection = await tx.session.connection()
        assert await stored("SELECT count(*) FROM known_place") == 1
        await connection.execute(text("DELETE FROM member"))
        await connection.execute(text("DELETE FROM account"))
    assert await stored("SELECT count(*) FROM known_place") == 0


async def test_neither_the_secret_of_a_browser_nor_an_address_is_stored_among_the_places(app: Runtime) -> None:
    await set_up_owner()
    issued = await sign_in(email=OWNER, password=PASSWORD, place=Place(address=HOME))
    kept = await stored("SELECT group_concat(key_hash) FROM known_place")
    assert issued.device not in kept
    assert HOME not in kept


async def test_the_cookie_of_a_browser_is_out_of_reach_of_scripts_and_bound_to_the_host(
    app: Runtime, tmp_path: Path
) -> None:
    await set_up_owner()
    async with Browsers(tmp_path) as browsers:
        answer = await (await browsers.at(HOME)).post("/v1/auth/sign-in", email=OWNER, password=PASSWORD)
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("chat_device=")]
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", f"max-age={365 * 24 * 60 * 60}"} <= words
