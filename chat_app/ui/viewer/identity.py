"""Who uses a tab, as the page shows it."""

from __future__ import annotations

from typing import TypedDict

from chat_app.domain.actor import Actor, Role
from chat_app.domain.preferences import Preferences
from chat_app.services.accounts import account
from chat_app.services.accounts.preferences import get_preferences
from chat_app.services.accounts.workspaces import list_workspaces


class Person(TypedDict):
    """A person."""

    id: str
    name: str
    email: str


class Place(TypedDict):
    """A workspace that the person is a member of."""

    id: str
    name: str


class Choices(TypedDict):
    """What a person prefers; "" for no language and no model in particular."""

    send_key: str
    density: str
    language: str
    default_model: str


class Identity(TypedDict):
    """A person, where they are now, and where they may go."""

    login: bool
    manages: bool
    person: Person
    workspace: Place
    workspaces: list[Place]
    shelf: str
    preferences: Choices


NOBODY = Person(id="", name="", email="")
NOWHERE = Place(id="", name="")


def signs_in(actor: Actor) -> bool:
    """Whether the actor has signed in: without a login there is nothing to sign out of."""
    return actor.login_id is not None


def shelf_of(actor: Actor) -> str:
    """Return where the actor's browser keeps what they wrote in this workspace; "" where nobody signs in."""
    return f"{actor.user_id}@{actor.workspace_id}" if signs_in(actor) else ""


def choices_of(preferences: Preferences) -> Choices:
    """Return what a person prefers as the page takes it."""
    return Choices(
        send_key=preferences.send_key.value,
        density=preferences.density.value,
        language=preferences.language,
        default_model=preferences.default_model or "",
    )


NOTHING_CHOSEN = choices_of(Preferences())


async def identity_of(actor: Actor) -> Identity:
    """Return who the actor is, by the names that people and workspaces have now."""
    login = signs_in(actor)
    name = (await account.get_account(actor.user_id)).name if login else actor.name
    mine = [each.workspace for each in await list_workspaces(actor)] if login else []
    places = [Place(id=workspace.id, name=workspace.name) for workspace in mine]
    return Identity(
        login=login,
        manages=actor.role.at_least(Role.ADMIN),
        person=Person(id=actor.user_id, name=name, email=actor.email or ""),
        workspace=next((place for place in places if place["id"] == actor.workspace_id), NOWHERE),
        workspaces=places,
        shelf=shelf_of(actor),
        preferences=choices_of(await get_preferences(actor)),
    )
