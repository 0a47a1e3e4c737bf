"""Checks the limits of people and workspaces. Every limit is a setting (`settings/limits.py`).

A limit that waiting satisfies raises `TooMany`, with the time to wait. A limit that requires deleting something raises
`Conflict`.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from chat_app.db import usage
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.errors import Conflict, TooMany
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
    if (settings := _settings()) is not None:
        await _take(
            "requests",
            actor,
            max_user=settings.requests_per_minute_user,
            max_workspace=settings.requests_per_minute_workspace,
        )


async def throttle_event(actor: Actor) -> None:
    """Delay an event of a page if its person sends too many. No event is lost, and nobody else waits."""
    settings = _settings()
    size = settings.events_per_minute_user if settings is not None else 0
    take, key = current().limiter.buckets.take, f"events:user:{actor.user_id}"
    while size and (wait := await take(key, size=size, seconds=60)):  # noqa: ASYNC110 - it waits for a time
        await asyncio.sleep(wait)


async def check_send(actor: Actor, *, length: int = 0) -> None:
    """Count a message, or another attempt at an answer, before it is stored.

    Args:
        actor: Who sends it.
        length: Characters of the message.

    Raises:
        TooMany: Too many messages were sent, or the tokens of the day are used up.
        Conflict: The storage limit is reached.
    """
    if (settings := _settings()) is not None:
        await _take(
            "sends",
            actor,
            max_user=settings.messages_per_minute_user,
            max_workspace=settings.messages_per_minute_workspace,
        )
        await _check_tokens(settings, actor)
        await _check_characters(settings, actor, length)


async def check_running_turns(tx: Transaction, actor: Actor) -> None:
    """Check that one more answer may run.

    Raises:
        TooMany: The limit of the actor or their workspace is reached.
    """
    settings = _settings()
    if settings is None or not (settings.max_running_turns_user or settings.max_running_turns_workspace):
        return
    of_user, of_workspace = await usage.running_turns(tx, actor.workspace_id, actor.user_id)
    for running, limit, owner in (
        (of_user, settings.max_running_turns_user, "You have"),
        (of_workspace, settings.max_running_turns_workspace, "This workspace has"),
    ):
        if limit and running >= limit:
            raise TooMany(
                f"{owner} reached the limit of {limit:,} answers at once. Try again when one of them is complete.",
                retry_after=RUNNING_RETRY_SECONDS,
                code="too_many_running",
            )


async def check_sessions(tx: Transaction, actor: Actor) -> None:
    """Check that the actor and their workspace may have one more session.

    Raises:
        Conflict: The limit of one of them is reached.
    """
    settings = _settings()
    if settings is None:
        return
    if (limit := settings.max_sessions_user) and await usage.sessions_of(tx, actor.user_id) >= limit:
        raise _too_many_sessions("You have", limit)
    if (limit := settings.max_sessions_workspace) and await usage.sessions_in(tx, actor.workspace_id) >= limit:
        raise _too_many_sessions("This workspace has", limit)


def _too_many_sessions(owner: str, limit: int) -> Conflict:
    return Conflict(
        f"{owner} reached the limit of {limit:,} sessions. Delete sessions that are no longer needed.",
        code="too_many_sessions",
    )


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
    await attempts.check(email, address, known_device=known_device, known_network=known_network)


async def record_sign_in(email: str, address: str, *, known_device: str | None = None) -> None:
    """Record that the password of a sign-in attempt was correct, so that earlier wrong ones no longer count."""
    await current().limiter.sign_ins.record_success(email, address, known_device=known_device)


async def check_sign_in_address(address: str) -> None:
    """Count a sign-in attempt with single sign-on, before the provider is asked who the person is.

    Raises:
        TooMany: There were too many attempts from this address.
    """
    await current().limiter.sign_ins.check_address(address)


async def check_wrong_link(address: str) -> None:
    """Count an attempt with a one-time link that is not valid.

    Raises:
        TooMany: There were too many attempts from this address.
    """
    await current().limiter.sign_ins.check_wrong_link(address)


async def check_link_use(link_id: str) -> None:
    """Count an attempt to choose a password with a valid one-time link, before the password is hashed.

    Raises:
        TooMany: There were too many attempts with this link.
    """
    await current().limiter.sign_ins.check_link_use(link_id)


async def check_password_change(login_id: str) -> None:
    """Count an attempt to change a password, before the old one is checked: the login may be stolen.

    Raises:
        TooMany: There were too many attempts with this login.
    """
    await current().limiter.sign_ins.check_password_change(login_id)


def _settings() -> Settings | None:
    """Return the settings, or None without a login, where no limits apply."""
    settings = current().settings
    return None if settings.auth == "none" else settings


async def _take(kind: Literal["requests", "sends"], actor: Actor, *, max_user: int, max_workspace: int) -> None:
    noun = "requests" if kind == "requests" else "messages"
    # The person's bucket first, so that a person over their limit takes nothing from the workspace.
    for owner, key, limit in (
        ("You have", f"user:{actor.user_id}", max_user),
        ("This workspace has", f"workspace:{actor.workspace_id}", max_workspace),
    ):
        wait = await current().limiter.buckets.take(f"{kind}:{key}", size=limit, seconds=60) if limit else 0.0
        if wait:
            raise TooMany(
                f"{owner} reached the limit of {limit:,} {noun} per minute. Try again in {format_wait(wait)}.",
                retry_after=wait,
                code=f"too_many_{kind}",
            )


async def _check_tokens(settings: Settings, actor: Actor) -> None:
    for limit, key, owner in (
        (settings.tokens_per_day_user, actor.user_id, "You have"),
        (settings.tokens_per_day_workspace, actor.workspace_id, "This workspace has"),
    ):
        if limit and await current().limiter.tokens.get(key, seconds=settings.token_count_cache_seconds) >= limit:
            wait = _seconds_until_midnight(now())
            raise TooMany(
                f"{owner} reached the limit of {limit:,} tokens per day. Try again in {format_wait(wait)}.",
                retry_after=wait,
                code="tokens_used_up",
            )


def _seconds_until_midnight(at: datetime) -> float:
    return (datetime.combine(at.date() + timedelta(days=1), time(), UTC) - at).total_seconds()


async def _check_characters(settings: Settings, actor: Actor, length: int) -> None:
    limits = [
        (limit, key, owner)
        for limit, key, owner in (
            (settings.max_characters_user, actor.user_id, "You have"),
            (settings.max_characters_workspace, actor.workspace_id, "This workspace has"),
        )
        if limit
    ]
    for limit, key, owner in limits:
        if not await _has_room(settings, key, length, limit=limit):
            raise Conflict(
                f"{owner} reached the limit of {limit:,} stored characters. Delete sessions that are no longer needed.",
                code="storage_full",
            )
    for _, key, _ in limits:
        current().limiter.characters.add(key, length)


async def _has_room(settings: Settings, key: str, length: int, *, limit: int) -> bool:
    for seconds in (settings.character_count_cache_seconds, FULL_COUNT_SECONDS):
        if await current().limiter.characters.get(key, seconds=seconds) + length <= limit:
            return True
    return False
