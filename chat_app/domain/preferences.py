"""What a person prefers: what there is to choose, and what holds where nothing was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from chat_app.domain.agents import ModelId
from chat_app.domain.errors import Invalid

Language = Literal["", "en"]
"""A catalogue of texts; "" is the language in which the program speaks by itself."""
LANGUAGES: tuple[str, ...] = tuple(each for each in get_args(Language) if each)
"""The languages that the page has its texts in."""


class SendKey(StrEnum):
    """What sends a message; the other of the two makes a new line."""

    ENTER = "enter"
    MOD_ENTER = "mod_enter"
    """Enter together with Ctrl, or with Cmd on a Mac."""


class Density(StrEnum):
    """How much space there is between what the page shows."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class Preferences(BaseModel):
    """What a person prefers, in whichever browser and workspace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    send_key: SendKey = SendKey.ENTER
    density: Density = Density.COMFORTABLE
    language: Language = ""
    default_model: ModelId | None = None
    """The model that answers in their own conversations; None is the agent's own."""


def changed(preferences: Preferences, change: Mapping[str, Any]) -> Preferences:
    """Return the preferences with some of them changed.

    Args:
        preferences: What holds now.
        change: New values by the names of their fields.

    Raises:
        Invalid: A name or a value is none of those that there are.
    """
    try:
        return Preferences.model_validate({**preferences.model_dump(), **change})
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(part) for part in problem["loc"])
        raise Invalid(
            f"This can't be chosen: {field}: {problem['msg']}.", code="invalid_preference", details={"field": field}
        ) from None


def read_preferences(stored: object) -> Preferences:
    """Return preferences as they were stored; a field that means nothing here holds what it holds by default."""
    preferences = Preferences()
    if isinstance(stored, Mapping):
        for name, value in cast("Mapping[str, Any]", stored).items():
            with suppress(Invalid):
                preferences = changed(preferences, {name: value})
    return preferences
