"""A person's preferences, their possible values and their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from chat_app.domain.agents import ModelId
from chat_app.domain.errors import Invalid

Language = Literal["", "en"]
"""A language of the page; "" is the default language."""
LANGUAGES: tuple[str, ...] = tuple(language for language in get_args(Language) if language)
"""The languages in which the page is available."""


class SendKey(StrEnum):
    """The key that sends a message; the other one starts a new line."""

    ENTER = "enter"
    MOD_ENTER = "mod_enter"
    """Enter together with Ctrl, or with Cmd on a Mac."""


class Density(StrEnum):
    """The amount of space between the elements of the page."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class Preferences(BaseModel):
    """A person's preferences, for all their browsers and workspaces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    send_key: SendKey = SendKey.ENTER
    density: Density = Density.COMFORTABLE
    language: Language = ""
    default_model: ModelId | None = None
    """The model that answers in the person's private sessions; None is the agent's own."""


def apply_changes(preferences: Preferences, changes: Mapping[str, Any]) -> Preferences:
    """Return the preferences with some of them changed.

    Args:
        preferences: The present preferences.
        changes: New values by field name.

    Raises:
        Invalid: A field does not exist, or a value is not valid for its field.
    """
    try:
        return Preferences.model_validate({**preferences.model_dump(), **changes})
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(part) for part in problem["loc"])
        raise Invalid(
            f"Invalid preference {field}: {problem['msg']}.", code="invalid_preference", details={"field": field}
        ) from None


def read_preferences(stored: object) -> Preferences:
    """Return stored preferences, with defaults for fields that are missing or invalid."""
    preferences = Preferences()
    if isinstance(stored, Mapping):
        for name, value in cast("Mapping[str, Any]", stored).items():
            with suppress(Invalid):
                preferences = apply_changes(preferences, {name: value})
    return preferences
