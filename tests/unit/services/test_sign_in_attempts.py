"""Attempts at passwords and links are limited, and attempts of others do not lock out the owner of an account."""

from __future__ import annotations

import pytest

from chat_app.domain.errors import TooMany
from chat_app.services.limits.buckets import Buckets
from chat_app.services.limits.sign_in_attempts import SignInAttempts
from chat_app.settings.limits import LimitSettings
from tests.support.clocks import StoppedClock

pytestmark = pytest.mark.anyio

ADA, BOB = "ada@example.org", "bob@example.org"
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"
LAPTOP = "the hash of a browser's secret"


class Door:
    """The limits of sign-in attempts, with a clock that the test sets."""

    def __init__(self, **limits: int) -> None:
        self.settings = LimitSettings.model_validate(
            {
                "max_sign_ins_address": 1_000,
                "max_sign_ins_address_and_account": 1_000,
                "max_sign_ins_account": 1_000,
                "max_sign_ins_device": 1_000,
                **limits,
            }
        )
        self.clock = StoppedClock()
        self.buckets = Buckets(max_keys=self.settings.max_limit_keys, clock=self.clock)
        self.limits = SignInAttempts(self.settings, self.buckets)

    async def try_it(
        self, email: str, address: str, *, ok: bool = False, device: str | None = None, known: bool = False
    ) -> bool:
        """Attempt to sign in, with a known browser or from a known network; return whether the password was checked."""
        try:
            await self.limits.check(email, address, known_device=device, known_network=known)
        except TooMany:
            return False
        if ok:
            await self.limits.record_success(email, address, known_device=device)
        return True

    async def tries(
        self,
        number: int,
        email: str = ADA,
        address: str = HOME,
        *,
        ok: bool = False,
        device: str | None = None,
        known: bool = False,
    ) -> int:
        """Attempt this often to sign in; return how often the password was checked."""
        return sum([await self.try_it(email, address, ok=ok, device=device, known=known) for _ in range(number)])


async def test_attempts_from_one_address_are_limited_over_all_accounts() -> None:
    door = Door(max_sign_ins_address=5)
    assert sum([await door.try_it(f"user{number}@example.org", HOME) for number in range(20)]) == 5
    assert await door.try_it(ADA, ELSEWHERE)


async def test_signing_in_to_the_own_account_allows_no_more_attempts_at_others() -> None:
    door = Door(max_sign_ins_address=10)
    guesses = 0
    for number in range(50):
        await door.try_it("mallory@example.org", HOME, ok=True)
        guesses += await door.try_it(f"user{number}@example.org", HOME)
    assert guesses == 5


async def test_attempts_at_one_account_from_one_address_are_limited() -> None:
    door = Door(max_sign_ins_address_and_account=5)
    assert await door.tries(20) == 5
    assert await door.try_it(BOB, HOME)
    assert await door.try_it(ADA, ELSEWHERE)


async def test_a_correct_password_resets_the_count_of_its_account_and_address() -> None:
    door = Door(max_sign_ins_address_and_account=5)
    assert await door.tries(20, ok=True) == 20
    assert await door.tries(20) == 5


async def test_attempts_at_one_account_from_many_addresses_are_limited() -> None:
    door = Door(max_sign_ins_account=20)
    assert sum([await door.try_it(ADA, f"10.0.{number}.1") for number in range(100)]) == 20
    assert await door.try_it(BOB, "10.0.99.1")


async def test_attempts_from_other_addresses_do_not_lock_out_a_known_network() -> None:
    door = Door(max_sign_ins_account=20)
    for number in range(100):
        await door.try_it(ADA, f"10.0.{number}.1")
    assert not await door.try_it(ADA, ELSEWHERE)
    assert await door.try_it(ADA, HOME, known=True)


async def test_attempts_from_the_same_address_do_not_lock_out_a_known_browser() -> None:
    door = Door(max_sign_ins_address_and_account=5, max_sign_ins_address=50)
    assert await door.tries(20) == 5
    for number in range(100):
        await door.try_it(f"user{number}@example.org", HOME)
    assert not await door.try_it(ADA, HOME)
    assert await door.try_it(ADA, HOME, device=LAPTOP)


async def test_attempts_in_a_known_browser_are_limited_wherever_it_is() -> None:
    door = Door(max_sign_ins_device=5)
    assert sum([await door.try_it(ADA, f"10.0.{number}.1", device=LAPTOP) for number in range(20)]) == 5
    assert await door.try_it(ADA, HOME, device="another browser")
    assert await door.try_it(BOB, HOME, device=LAPTOP)


async def test_attempts_in_a_known_browser_do_not_count_for_its_address() -> None:
    door = Door(max_sign_ins_address=1, max_sign_ins_address_and_account=1, max_sign_ins_account=1)
    assert await door.tries(20, device=LAPTOP) == 20
    assert await door.try_it(ADA, HOME)


async def test_a_correct_password_resets_the_count_of_its_browser() -> None:
    door = Door(max_sign_ins_device=5)
    assert await door.tries(20, ok=True, device=LAPTOP) == 20
    assert await door.tries(20, device=LAPTOP) == 5


async def test_a_known_network_is_limited_by_the_count_of_its_account_and_address() -> None:
    door = Door(max_sign_ins_address_and_account=5)
    assert await door.tries(20, known=True) == 5


async def test_wrong_links_are_limited_for_each_address() -> None:
    door = Door(max_wrong_links_address=3)
    for _ in range(3):
        await door.limits.check_wrong_link(HOME)
    with pytest.raises(TooMany) as caught:
        await door.limits.check_wrong_link(HOME)
    assert caught.value.code == "too_many_attempts"
    await door.limits.check_wrong_link(ELSEWHERE)


async def test_uses_of_a_link_and_changes_of_a_password_are_limited() -> None:
    door = Door(max_uses_link=2, max_password_changes_login=2)
    for check in (door.limits.check_link_use, door.limits.check_password_change):
        for _ in range(2):
            await check("one")
        with pytest.raises(TooMany):
            await check("one")
        await check("another")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"),
        ("2001:db8::1", "2001:db8:0:0:1::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:50001", "192.0.2.1:50002"),
        ("[2001:db8::1]:50001", "2001:db8::2"),
        ("not an address" * 10, "not an address" * 20),
    ],
)
async def test_addresses_that_one_client_can_vary_share_a_count(one: str, other: str) -> None:
    door = Door(max_sign_ins_address=1)
    assert await door.try_it(ADA, one)
    assert not await door.try_it(BOB, other)


async def test_neighbouring_networks_have_separate_counts() -> None:
    door = Door(max_sign_ins_address=1)
    assert await door.try_it(ADA, "2001:db8:0:1::1")
    assert await door.try_it(ADA, "2001:db8:0:2::1")


@pytest.mark.parametrize("other", [" ADA@Example.org ", "ada@example.org"])
async def test_spellings_of_one_email_address_share_a_count(other: str) -> None:
    door = Door(max_sign_ins_address_and_account=1)
    assert await door.try_it(ADA, HOME)
    assert not await door.try_it(other, HOME)


async def test_an_invalid_email_address_is_counted_too() -> None:
    door = Door(max_sign_ins_address_and_account=1)
    assert await door.try_it("\ud800\x00" * 100_000, HOME)
    assert not await door.try_it("\ud800\x00" * 100_000, HOME)


async def test_attempts_are_allowed_again_after_the_time_that_the_refusal_names() -> None:
    door = Door(max_sign_ins_address_and_account=3)
    assert await door.tries(9) == 3
    with pytest.raises(TooMany, match=r"Try again in 5 minutes\.") as caught:
        await door.limits.check(ADA, HOME)
    assert (caught.value.code, caught.value.retry_after) == ("too_many_sign_ins", 300)
    door.clock.wait(caught.value.retry_after)
    assert await door.tries(9) == 1


async def test_concurrent_attempts_are_all_counted() -> None:
    door = Door(max_sign_ins_address_and_account=3)
    admitted = 0
    for _ in range(9):
        try:
            await door.limits.check(ADA, HOME)
        except TooMany:
            continue
        admitted += 1
    assert admitted == 3


async def test_the_number_of_remembered_keys_is_limited() -> None:
    door = Door(max_sign_ins_address=10_000, max_limit_keys=100)
    for number in range(300):
        await door.try_it(f"user{number}@example.org", f"10.{number}.0.1", ok=True)
        await door.try_it(ADA, f"10.{number}.0.1", device=f"browser {number}")
    assert len(door.buckets) <= 100
