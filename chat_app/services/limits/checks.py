"""Checks the limits of requests, page events, messages and sign-ins. Every limit is a setting (`settings/limits.py`).

`creation_checks.py` has those of everything else that people create.

A limit that waiting satisfies raises `TooMany`, with the time to wait. A limit that requires deleting something raises
`Conflict`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

from chat_app.db import usage
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.errors import Conflict, TooMany
from chat_app.services.limits.rates import Rate, limit_settings, owner_name, refused, take
from chat_app.services.limits.sign_in_attempts import format_wait
from chat_app.services.runtime import current, now
from chat_app.settings.application import Settings

RUNNING_RETRY_SECONDS = 5
"""Seconds after which to try again while too many answers are running; nobody knows when one of them ends."""
FULL_COUNT_SECONDS = 10.0
"""Maximum age in seconds of the count of characters before a message is refused: there may just have been a
deletion."""


async def check_request(actor: Actor) -> None:
    """Count a request.

    Raises:
        TooMany: The actor or their workspace has made too many requests.
    """
    if (settings := limit_settings()) is not None:
        rates = (
            Rate("user", "minute", settings.requests_per_minute_user),
            Rate("workspace", "minute", settings.requests_per_minute_workspace),
        )
        await take("requests", "requests", actor, rates)


async def throttle_event(actor: Actor, *, size: int) -> None:
    """Delay an event of a page if its person sends too many or too large ones. No event is lost, and nobody else waits.

    Args:
        actor: The person.
        size: Characters of the event.
    """
    settings = limit_settings()
    delayed = await _wait_for(
        f"events:user:{actor.user_id}", settings.events_per_minute_user if settings is not None else 0
    )
    # Also without a login: it is what keeps pages from taking the memory and the time of the server.
    limit = current().settings.event_bytes_per_minute_user
    delayed |= await _wait_for(f"event-bytes:user:{actor.user_id}", limit, amount=min(size, limit))
    if delayed and settings is not None:
        current().limiter.refusals.add("events_delayed", actor, at=now())


async def _wait_for(key: str, limit: int, *, amount: int = 1) -> bool:
    """Take tokens from a bucket, and return whether that had to wait."""
    buckets, delayed = current().limiter.buckets, False
    while limit and amount and (wait := await buckets.take(key, size=limit, seconds=60, amount=amount)):
        delayed = True
        await asyncio.sleep(wait)
    return delayed


async def check_send(actor: Actor, *, length: int = 0) -> None:
    """Count a message, or another attempt at an answer, before it is stored.

    Args:
        actor: Who sends it.
        length: Characters of the message.

    Raises:
        TooMany: Too many messages were sent, or the tokens of the day are used up.
        Conflict: The storage limit is reached.
    """
    if (settings := limit_settings()) is not None:
        rates = (
            Rate("user", "minute", settings.messages_per_minute_user),
            Rate("workspace", "minute", settings.messages_per_minute_workspace),
        )
        await take("sends", "messages", actor, rates)
        characters = [Rate("user", "hour", settings.characters_per_hour_user)]
        await take("characters", "characters", actor, characters, number=max(1, length))
        await _check_tokens(settings, actor)
        await _check_characters(settings, actor, length)


async def check_running_turns(tx: Transaction, actor: Actor) -> None:
    """Check that one more answer may run.

    Raises:
        TooMany: The limit of the actor or their workspace is reached.
    """
    settings = limit_settings()
    if settings is None or not (settings.max_running_turns_user or settings.max_running_turns_workspace):
        return
    of_user, of_workspace = await usage.running_turns(tx, actor.workspace_id, actor.user_id)
    for running, limit, owner in (
        (of_user, settings.max_running_turns_user, owner_name("user")),
        (of_workspace, settings.max_running_turns_workspace, owner_name("workspace")),
    ):
        if limit and running >= limit:
            text = f"{owner} reached the limit of {limit:,} answers at once. Try again when one of them is complete."
            raise refused(actor, TooMany(text, retry_after=RUNNING_RETRY_SECONDS, code="too_many_running"))


async def check_sign_in(
    email: str, address: str, *, known_device: str | None = None, known_network: bool = False
) -> None:
    """Count a sign-in attempt, before its password is checked.

    Args:
        email: The e-mail address that was entered.
        address: The network address that the attempt comes from.
        known_device: Identifies the browser, if somebody has signed in to this account with it before.
        known_network: Whether somebody has signed in to this account from this network before.

    Raises:
        TooMany: There were too many attempts.
    """
    attempts = current().limiter.sign_ins
    with _counting():
        await attempts.check(email, address, known_device=known_device, known_network=known_network)


async def record_sign_in(email: str, address: str, *, known_device: str | None = None) -> None:
    """Record that the password of a sign-in attempt was correct, so that earlier wrong ones no longer count."""
    await current().limiter.sign_ins.record_success(email, address, known_device=known_device)


async def check_sign_in_address(address: str) -> None:
    """Count a sign-in attempt with single sign-on, before the provider is asked who the person is.

    Raises:
        TooMany: There were too many attempts from this address.
    """
    with _counting():
        await current().limiter.sign_ins.check_address(address)


@contextmanager
def _counting() -> Generator[None]:
    """Count the refusal of a person who is not signed in."""
    try:
        yield
    except TooMany as error:
        raise refused(None, error) from None


async def check_wrong_link(address: str) -> None:
    """Count an attempt with a one-time link that is not valid.

    Raises:
        TooMany: There were too many attempts from this address.
    """
    with _counting():
        await current().limiter.sign_ins.check_wrong_link(address)


async def check_link_use(link_id: str) -> None:
    """Count an attempt to choose a password with a valid one-time link, before the password is hashed.

    Raises:
        TooMany: There were too many attempts with this link.
    """
    with _counting():
        await current().limiter.sign_ins.check_link_use(link_id)


async def check_password_change(login_id: str) -> None:
    """Count an attempt to change a password, before the old one is checked: the login may be stolen.

    Raises:
        TooMany: There were too many attempts with this login.
    """
    with _counting():
        await current().limiter.sign_ins.check_password_change(login_id)


async def _check_tokens(settings: Settings, actor: Actor) -> None:
    for limit, key, owner in (
        (settings.tokens_per_day_user, actor.user_id, owner_name("user")),
        (settings.tokens_per_day_workspace, actor.workspace_id, owner_name("workspace")),
    ):
        if limit and await current().limiter.tokens.get(key, seconds=settings.token_count_cache_seconds) >= limit:
            wait = _seconds_until_midnight(now())
            text = f"{owner} reached the limit of {limit:,} tokens per day. Try again in {format_wait(wait)}."
            raise refused(actor, TooMany(text, retry_after=wait, code="tokens_used_up"))


def _seconds_until_midnight(at: datetime) -> float:
    return (datetime.combine(at.date() + timedelta(days=1), time(), UTC) - at).total_seconds()


async def _check_characters(settings: Settings, actor: Actor, length: int) -> None:
    limits = [
        (limit, key, owner)
        for limit, key, owner in (
            (settings.max_characters_user, actor.user_id, owner_name("user")),
            (settings.max_characters_workspace, actor.workspace_id, owner_name("workspace")),
        )
        if limit
    ]
    for limit, key, owner in limits:
        if not await _has_room(settings, key, length, limit=limit):
            advice = "Delete sessions that are no longer needed."
            text = f"{owner} reached the limit of {limit:,} stored characters. {advice}"
            raise refused(actor, Conflict(text, code="storage_full"))
    for _, key, _ in limits:
        current().limiter.characters.add(key, length)


async def _has_room(settings: Settings, key: str, length: int, *, limit: int) -> bool:
    for seconds in (settings.character_count_cache_seconds, FULL_COUNT_SECONDS):
        if await current().limiter.characters.get(key, seconds=seconds) + length <= limit:
            return True
    return False
