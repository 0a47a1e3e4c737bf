"""Takes from the rates of people and workspaces, and counts what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeVar

from chat_app.domain.actor import Actor
from chat_app.domain.errors import ChatAppError, TooMany
from chat_app.services.limits.sign_in_attempts import format_wait
from chat_app.services.runtime import current, now
from chat_app.settings.application import Settings

ErrorT = TypeVar("ErrorT", bound=ChatAppError)

_SECONDS = {"minute": 60, "hour": 60 * 60}


class Rate(NamedTuple):
    """A rate of one person, or of all people of a workspace."""

    owner: Literal["user", "workspace"]
    per: Literal["minute", "hour"]
    limit: int
    """How many are allowed; 0 for no limit."""


def limit_settings() -> Settings | None:
    """Return the settings, or None without a login, where no limits apply."""
    settings = current().settings
    return None if settings.auth == "none" else settings


def owner_name(owner: Literal["user", "workspace"]) -> str:
    """Return the start of a sentence about a limit."""
    return "You have" if owner == "user" else "This workspace has"


async def take(kind: str, noun: str, actor: Actor, rates: Sequence[Rate], *, number: int = 1) -> None:
    """Take from rates, in this order.

    A person's rate comes before the one of their workspace, so that a person over the limit takes nothing from others.

    Args:
        kind: Name of what is counted, in the keys of the buckets and in the code of the error.
        noun: Name of what is counted, in the message of the error.
        actor: Who does it.
        rates: The rates.
        number: How many to take.

    Raises:
        TooMany: A rate is exceeded.
    """
    for rate in rates:
        if not rate.limit:
            continue
        owner_id = actor.user_id if rate.owner == "user" else actor.workspace_id
        wait = await current().limiter.buckets.take(
            f"{kind}:{rate.per}:{rate.owner}:{owner_id}",
            size=rate.limit,
            seconds=_SECONDS[rate.per],
            amount=min(number, rate.limit),
        )
        if wait:
            raise refused(
                actor,
                TooMany(
                    f"{owner_name(rate.owner)} reached the limit of {rate.limit:,} {noun} per {rate.per}. "
                    f"Try again in {format_wait(wait)}.",
                    retry_after=wait,
                    code=f"too_many_{kind}",
                ),
            )


def refused(actor: Actor | None, error: ErrorT) -> ErrorT:
    """Count a refusal by a limit, and return its error.

    Args:
        actor: Who is refused; None if nobody is signed in.
        error: The error, whose code names the limit.
    """
    current().limiter.refusals.add(error.code, actor, at=now())
    return error
