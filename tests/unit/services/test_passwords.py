"""Passwords are stored as hashes, and are checked in the same time whether or not the account exists."""

from __future__ import annotations

import argon2
import pytest
from argon2 import PasswordHasher

from chat_app.services.accounts import passwords

pytestmark = pytest.mark.anyio


async def test_a_password_is_hashed_with_argon2id_and_the_parameters_of_rfc_9106() -> None:
    kept = await passwords.hash_password("a few quiet words")
    found = argon2.extract_parameters(kept)
    assert found == argon2.profiles.RFC_9106_LOW_MEMORY
    assert found.type == argon2.Type.ID
    assert kept != await passwords.hash_password("a few quiet words")


async def test_only_the_same_password_matches_its_hash() -> None:
    kept = await passwords.hash_password("a few quiet words")
    assert await passwords.verify_password("a few quiet words", kept)
    assert not await passwords.verify_password("a few quiet word", kept)
    assert not await passwords.verify_password("a few quiet words", None)
    assert not await passwords.verify_password("nobody has this password", None)
    assert not await passwords.verify_password("a few quiet words", "no hash at all")


async def test_a_hash_with_weaker_parameters_needs_rehashing() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("a few quiet words")
    assert passwords.needs_rehash(weak)
    assert not passwords.needs_rehash(await passwords.hash_password("a few quiet words"))
