"""Passwords are stored as hashes, and are checked in the same time whether or not the account exists."""

from __future__ import annotations

import argon2
import pytest
from argon2 import PasswordHasher

from chat_app.services.accounts.hashing_queue import Caller
from chat_app.services.accounts.passwords import Passwords, needs_rehash
from chat_app.settings.limits import LimitSettings

pytestmark = pytest.mark.anyio

SOMEBODY = Caller(key="somebody", trusted=False)


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(LimitSettings())


async def test_a_password_is_hashed_with_argon2id_and_the_parameters_of_rfc_9106(passwords: Passwords) -> None:
    kept = await passwords.hash("a few quiet words", caller=SOMEBODY)
    found = argon2.extract_parameters(kept)
    assert found == argon2.profiles.RFC_9106_LOW_MEMORY
    assert found.type == argon2.Type.ID
    assert kept != await passwords.hash("a few quiet words", caller=SOMEBODY)


async def test_only_the_same_password_matches_its_hash(passwords: Passwords) -> None:
    kept = await passwords.hash("a few quiet words", caller=SOMEBODY)
    for password, password_hash, matches in (
        ("a few quiet words", kept, True),
        ("a few quiet word", kept, False),
        ("a few quiet words", None, False),
        ("nobody has this password", None, False),
        ("a few quiet words", "no hash at all", False),
    ):
        assert await passwords.verify(password, password_hash, caller=SOMEBODY) is matches


async def test_a_hash_with_weaker_parameters_needs_rehashing(passwords: Passwords) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("a few quiet words")
    assert needs_rehash(weak)
    assert not needs_rehash(await passwords.hash("a few quiet words", caller=SOMEBODY))
