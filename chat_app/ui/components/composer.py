"""The composer: takes patches by its id, and brings what a person sends to the server once."""

from __future__ import annotations

import reflex as rx
from reflex.event import passthrough_event_spec

from chat_app.ui.components.local import ShellComponent

COMPOSER = "composer"
"""The id under which the server answers a send: {"op": "sent", "request_id", "session_id"} when the message is on
the disk, {"op": "refused", "request_id", "text"} with the reason when it is not. It also takes who writes (see
`typing_patch`)."""


def typing_patch(session_id: str, *, user_id: str, name: str, typing: bool) -> rx.event.EventSpec:
    """Return the event that tells the composer that somebody else writes in a session, or has stopped."""
    patch = {"op": "typing", "session": session_id, "id": user_id, "name": name, "typing": typing}
    return rx.set_value(COMPOSER, patch)


class Composer(ShellComponent):
    """A field that keeps its draft, and the outbox of this browser."""

    library = "$/public/composer/composer.jsx"
    tag = "Composer"

    hydrated: rx.Var[bool]
    """Whether the page has its state from the server; nothing goes out before."""
    shelf: rx.Var[str | None]
    """Names the drafts and the outbox of who writes: "" where nobody signs in, null until it is known."""
    session_id: rx.Var[str]
    """The session that is written in; empty while the conversation has none."""
    agent_key: rx.Var[str]
    """The agent that is written to; without one there is no field, and the outbox still goes out."""
    agent_name: rx.Var[str]
    agent_color: rx.Var[str]
    agent_initial: rx.Var[str]
    group: rx.Var[bool]
    """Whether the agent answers only who mentions it."""
    mentions: rx.Var[bool]
    """Whether there is anybody to mention."""
    accompanied: rx.Var[bool]
    """Whether there are others who are told that one writes, and the other way round."""
    people: rx.Var[list[dict[str, str]]]
    """Who can be mentioned beside the agent: `id`, `name`, `email`."""
    presence: rx.Var[str]
    running: rx.Var[bool]
    """Whether a turn runs that can be stopped."""
    closed: rx.Var[str]
    """Why nothing can be written here; empty when something can."""
    limit: rx.Var[int]
    """Characters in one message."""
    send_key: rx.Var[str]
    """What sends (see `domain.preferences.SendKey`)."""

    on_send: rx.EventHandler[passthrough_event_spec(str, str, str, str, str)]
    """Request id, session id or "", agent key, text, shelf. The same request id comes again until it is answered."""
    on_typing: rx.EventHandler[passthrough_event_spec(str)]
    """Session id. Said at most every 3 s while something is typed that others are told of."""
    on_stop: rx.EventHandler[passthrough_event_spec(str)]
    """Session id."""
