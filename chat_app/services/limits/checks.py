"""What people and programs may do in a time, and how much they may have. Every limit is a setting.

A limit that time heals is `TooMany` and says when; one that only a person can make room under is `Conflict`.
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
"""When to try again while too many answers are being written: nobody knows when one of them ends."""
FULL_COUNT_SECONDS = 10.0
"""How old the count of characters may be that somebody is refused by: they may just have made room."""

_SAID = {
    "requests": ("You have made {size:,} requests in a minute.", "{size:,} requests came from here in a minute."),
    "sends": ("You have sent {size:,} messages in a minute.", "{size:,} messages were sent here in a minute."),
}


async def check_request(actor: Actor) -> None:
    """Count a request.

    Raises:
        TooMany: The actor or their workspace has made too many.
    """
    if (settings := _settings()) is not None:
        await _take(
            "requests", actor, settings.requests_per_minute_user, workspace=settings.requests_per_minute_workspace
        )


async def pace_event(actor: Actor) -> None:
    """Hold back an event of a page whose person makes too many: nothing of theirs is lost, and nobody else waits."""
    settings = _settings()
    size = settings.events_per_minute_user if settings is not None else 0
    take, key = current().limiter.buckets.take, f"events:user:{actor.user_id}"
    while size and (wait := await take(key, size=size, seconds=60)):  # noqa: ASYNC110 - it is time that is awaited
        await asyncio.sleep(wait)


async def check_send(actor: Actor, *, length: int = 0) -> None:
    """Count a message, or another try at an answer, before it is taken.

    Args:
        actor: Who sends it.
        length: Characters of the message.

    Raises:
        TooMany: Too many were sent, or the tokens of today are used up.
        Conflict: There is no room for it.
    """
    if (settings := _settings()) is not None:
        await _take("sends", actor, settings.sends_per_minute_user, workspace=settings.sends_per_minute_workspace)
        await _check_tokens(settings, actor)
        await _check_room(settings, actor, length)


async def check_running(tx: Transaction, actor: Actor) -> None:
    """Check that one more answer may be written now.

    Raises:
        TooMany: As many as may be are being written.
    """
    settings = _settings()
    if settings is None or not (settings.running_turns_user or settings.running_turns_workspace):
        return
    of_user, of_workspace = await usage.running_turns(tx, actor.workspace_id, actor.user_id)
    for running, most, whose in (
        (of_user, settings.running_turns_user, "to you"),
        (of_workspace, settings.running_turns_workspace, "in this workspace"),
    ):
        if most and running >= most:
            raise TooMany(
                f"{running} answers {whose} are being written, as many as may be at once. "
                "Try again when one of them has ended.",
                retry_after=RUNNING_RETRY_SECONDS,
                code="too_many_running",
            )


async def check_sessions(tx: Transaction, actor: Actor) -> None:
    """Check that the actor and their workspace may have one more session.

    Raises:
        Conflict: One of them has as many as may be.
    """
    settings = _settings()
    if settings is None:
        return
    if (most := settings.sessions_user) and await usage.sessions_of(tx, actor.user_id) >= most:
        raise _too_many_sessions(f"You have {most:,} sessions, as many as one person may have.")
    if (most := settings.sessions_workspace) and await usage.sessions_in(tx, actor.workspace_id) >= most:
        raise _too_many_sessions(f"This workspace has {most:,} sessions, as many as it may have.")


def _too_many_sessions(reason: str) -> Conflict:
    return Conflict(f"{reason} Delete some that are no longer needed.", code="too_many_sessions")


async def check_sign_in(email: str, address: str) -> None:
    """Count a try to sign in, before its password is looked at.

    Args:
        email: What was typed as the account's e-mail address.
        address: From where.

    Raises:
        TooMany: There were too many tries.
    """
    await current().limiter.sign_ins.check(email, address)


async def check_sign_in_address(address: str) -> None:
    """Count somebody who comes back from a provider, before it is asked who they are.

    Raises:
        TooMany: There were too many from this address.
    """
    await current().limiter.sign_ins.check_address(address)


async def note_sign_in(email: str, address: str, *, ok: bool) -> None:
    """Take note of how a try to sign in ended: an address that did it once can't be kept out by others."""
    await current().limiter.sign_ins.note(email, address, ok=ok)


def _settings() -> Settings | None:
    """Return the limits where they hold: where people sign in."""
    settings = current().settings
    return None if settings.auth == "none" else settings


async def _take(kind: Literal["requests", "sends"], actor: Actor, user: int, *, workspace: int) -> None:
    # The person's first, so that one who is over theirs takes nothing from the others.
    owners = ((user, f"user:{actor.user_id}"), (workspace, f"workspace:{actor.workspace_id}"))
    for (size, owner), said in zip(owners, _SAID[kind], strict=True):
        wait = await current().limiter.buckets.take(f"{kind}:{owner}", size=size, seconds=60) if size else 0.0
        if wait:
            raise TooMany(
                f"{said.format(size=size)} Try again in {format_wait(wait)}.", retry_after=wait, code=f"too_many_{kind}"
            )


async def _check_tokens(settings: Settings, actor: Actor) -> None:
    for most, key, whose in (
        (settings.tokens_per_day_user, actor.user_id, "You have"),
        (settings.tokens_per_day_workspace, actor.workspace_id, "This workspace has"),
    ):
        if most and await current().limiter.tokens.get(key, seconds=settings.token_count_seconds) >= most:
            wait = _until_midnight(now())
            raise TooMany(
                f"{whose} used the {most:,} tokens of today. Try again in {format_wait(wait)}.",
                retry_after=wait,
                code="tokens_used_up",
            )


def _until_midnight(at: datetime) -> float:
    return (datetime.combine(at.date() + timedelta(days=1), time(), UTC) - at).total_seconds()


async def _check_room(settings: Settings, actor: Actor, length: int) -> None:
    limited = [
        (most, key, whose)
        for most, key, whose in (
            (settings.characters_user, actor.user_id, "You have no room for more: what you wrote"),
            (settings.characters_workspace, actor.workspace_id, "This workspace has no room for more: its messages"),
        )
        if most
    ]
    for most, key, whose in limited:
        if not await _has_room(settings, key, length, most=most):
            raise Conflict(
                f"{whose} may have {most:,} characters. Delete sessions that nobody needs.", code="storage_full"
            )
    for _, key, _ in limited:
        current().limiter.characters.add(key, length)


async def _has_room(settings: Settings, key: str, length: int, *, most: int) -> bool:
    for seconds in (settings.character_count_seconds, FULL_COUNT_SECONDS):
        if await current().limiter.characters.get(key, seconds=seconds) + length <= most:
            return True
    return False
