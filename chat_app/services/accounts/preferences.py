"""What a person prefers: reading it, and changing some of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chat_app.db import accounts
from chat_app.domain.actor import Actor, Scope
from chat_app.domain.errors import Invalid
from chat_app.domain.preferences import Preferences, update_preferences
from chat_app.services import access
from chat_app.services.runtime import current
from chat_app.services.turns.model_choice import askable_models


async def preferences_of(actor: Actor) -> Preferences:
    """Return what the actor prefers."""
    async with current().db.read() as tx:
        return await accounts.preferences(tx, actor.user_id)


async def change_preferences(actor: Actor, change: Mapping[str, Any]) -> Preferences:
    """Change what the actor prefers, and return all of it; what is not named stays as it is.

    Args:
        actor: Who prefers it.
        change: New values by the names of the fields of `Preferences`.

    Raises:
        Forbidden: The actor came in by a token that may not.
        Invalid: A name or a value is none of those that there are; nothing was changed.
    """
    access.check_scope(actor, Scope.WRITE)
    async with current().db.write() as tx:
        preferences = update_preferences(await accounts.preferences(tx, actor.user_id), change)
        if "default_model" in change:
            _check_model(actor, preferences.default_model)
        await accounts.change(tx, actor.user_id, preferences=preferences.model_dump(mode="json"))
    return preferences


def _check_model(actor: Actor, model: str | None) -> None:
    if model is not None and all(agent.model != model for agent in askable_models(actor)):
        raise Invalid(
            "No agent that you may ask has that model.", code="unknown_model", details={"field": "default_model"}
        )
