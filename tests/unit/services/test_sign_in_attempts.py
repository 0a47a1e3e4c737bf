"""Sign-in attempts are limited, and attempts of others do not lock out the owner of an account."""

from __future__ import annotations

import pytest

from chat_app.domain.errors import TooMany
from chat_app.services.limits.buckets import Buckets
from chat_app.services.limits.sign_in_attempts import MAX_KNOWN_NETWORKS, SignInAttempts
from chat_app.settings.limits import LimitSettings
from tests.support.clocks import StoppedClock

pytestmark = pytest.mark.anyio

ADA, BOB = "ada@example.org", "bob@example.org"
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


class Door:
    """The limits of sign-in attempts, with a clock that the test sets."""

    def __init__(self, **limits: int) -> None:
        self.settings = LimitSettings.model_validate(
            {
                "max_sign_ins_address": 1_000,
                "max_sign_ins_address_and_account": 1_000,
                "max_sign_ins_account": 1_000,
                **limits,
            }
        )
        self.clock = StoppedClock()
        self.buckets = Buckets(max_keys=self.settings.max_limit_keys, clock=self.clock)
        self.limits = SignInAttempts(self.settings, self.buckets)

    async def try_it(self, email: str, address: str, *, ok: bool = False) -> bool:
        """Attempt to sign in; return whether the password was checked."""
        try:
            await self.limits.check(email, address)
        except TooMany:
            return False
        await self.limits.record(email, address, ok=ok)
        return True

    async def tries(self, number: int, email: str = ADA, address: str = HOME, *, ok: bool = False) -> int:
        """Attempt this often to sign in; return how often the password was checked."""
        return sum([await self.try_it(email, address, ok=ok) for _ in range(number)])


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


async def test_attempts_from_other_addresses_do_not_lock_out_a_known_address() -> None:
    door = Door(max_sign_ins_account=20)
    await door.tries(1, ok=True)
    for number in range(100):
        await door.try_it(ADA, f"10.0.{number}.1")
    assert not await door.try_it(ADA, ELSEWHERE)
    assert await door.try_it(ADA, HOME, ok=True)


async def test_an_address_is_known_only_for_the_account_that_signed_in_from_it() -> None:
    door = Door(max_sign_ins_account=1)
    await door.try_it(BOB, ELSEWHERE, ok=True)
    await door.try_it(ADA, HOME)
    assert not await door.try_it(ADA, ELSEWHERE)


async def test_a_wrong_password_does_not_make_an_address_known() -> None:
    door = Door(max_sign_ins_account=3)
    assert await door.tries(9) == 3


async def test_a_known_address_is_limited_by_the_count_of_its_account_and_address() -> None:
    door = Door(max_sign_ins_address_and_account=5)
    await door.tries(1, ok=True)
    assert await door.tries(20) == 5


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


async def test_the_number_of_remembered_keys_and_networks_is_limited() -> None:
    door = Door(max_sign_ins_address=10_000, max_limit_keys=100)
    for number in range(300):
        await door.try_it(f"user{number}@example.org", f"10.{number}.0.1", ok=True)
        await door.try_it(ADA, f"10.{number}.0.1", ok=True)
    assert len(door.buckets) <= 100
    kept = vars(door.limits)["_known_networks"]
    assert len(kept) <= 100
    assert max(len(networks) for networks in kept.values()) == MAX_KNOWN_NETWORKS
