"""Who uses a tab, as the page shows it."""

from __future__ import annotations

from typing import TypedDict

from chat_app.domain.actor import Actor, Role


class Person(TypedDict):
    """A person; the id is "" where nobody signs in."""

    id: str
    name: str
    email: str


class Place(TypedDict):
    """A workspace that the person is a member of."""

    id: str
    name: str


class Identity(TypedDict):
    """A person, where they are now, and where they may go."""

    login: bool
    person: Person
    workspace: Place
    workspaces: list[Place]
    administers: bool


NOBODY = Person(id="", name="", email="")
NOWHERE = Place(id="", name="")


def signs_in(actor: Actor) -> bool:
    """Whether the actor has signed in: without a login there is nothing to sign out of."""
    return actor.login_id is not None


def person_of(actor: Actor) -> Person:
    """Return the person; what their browser keeps for them goes by the id."""
    return Person(id=actor.user_id if signs_in(actor) else "", name=actor.name, email=actor.email or "")


async def identity_of(actor: Actor) -> Identity:
    """Return who the actor is."""
    return Identity(
        login=signs_in(actor),
        person=person_of(actor),
        workspace=NOWHERE,
        workspaces=[],
        administers=actor.role.at_least(Role.ADMIN),
    )
