"""Preferences of a person: read and update them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chat_app.db import accounts
from chat_app.domain.actor import Actor, Scope
from chat_app.domain.errors import Invalid
from chat_app.domain.preferences import Preferences, apply_changes
from chat_app.services import access
from chat_app.services.runtime import current
from chat_app.services.turns.model_choice import askable_models


async def get_preferences(actor: Actor) -> Preferences:
    """Return the preferences of the actor."""
    async with current().db.read() as tx:
        return await accounts.preferences(tx, actor.user_id)


async def update_preferences(actor: Actor, change: Mapping[str, Any]) -> Preferences:
    """Change some of the actor's preferences and return all of them.

    Args:
        actor: Whose preferences change.
        change: New values by the names of the fields of `Preferences`; other fields keep their values.

    Raises:
        Forbidden: The scope of the actor's token is too narrow.
        Invalid: A name or a value is not allowed; nothing was changed.
    """
    access.check_scope(actor, Scope.WRITE)
    async with current().db.write() as tx:
        preferences = apply_changes(await accounts.preferences(tx, actor.user_id), change)
        if "default_model" in change:
            _check_model(actor, preferences.default_model)
        await accounts.update_columns(tx, actor.user_id, preferences=preferences.model_dump(mode="json"))
    return preferences


def _check_model(actor: Actor, model: str | None) -> None:
    if model is not None and all(agent.model != model for agent in askable_models(actor)):
        raise Invalid(
            "No agent available to you has this model.", code="unknown_model", details={"field": "default_model"}
        )
