"""Values about the viewer: the person who uses a tab, their workspaces and their preferences."""

from __future__ import annotations

from typing import TypedDict

from chat_app.domain.actor import Actor
from chat_app.domain.preferences import Preferences


class Person(TypedDict):
    """A person."""

    id: str
    name: str
    email: str


class WorkspaceChoice(TypedDict):
    """A workspace that the viewer is a member of."""

    id: str
    name: str


class PreferenceValues(TypedDict):
    """A person's preferences; "" for no language and no model in particular."""

    send_key: str
    density: str
    language: str
    default_model: str


NO_PERSON = Person(id="", name="", email="")
NO_WORKSPACE = WorkspaceChoice(id="", name="")


def has_login(actor: Actor) -> bool:
    """Whether the actor has signed in; without a login there is nothing to sign out of."""
    return actor.login_id is not None


def owner_key_of(actor: Actor) -> str:
    """Return the key under which the browser stores the actor's drafts and outbox; "" where nobody signs in."""
    return f"{actor.user_id}@{actor.workspace_id}" if has_login(actor) else ""


def preference_values(preferences: Preferences) -> PreferenceValues:
    """Return preferences as the page takes them."""
    return PreferenceValues(
        send_key=preferences.send_key.value,
        density=preferences.density.value,
        language=preferences.language,
        default_model=preferences.default_model or "",
    )


DEFAULT_PREFERENCES = preference_values(Preferences())
