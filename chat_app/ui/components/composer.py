"""The composer as a Reflex component; it takes patches (see `chat_app.ui.client`)."""

from __future__ import annotations

import reflex as rx
from reflex.event import passthrough_event_spec

from chat_app.ui.components.local import ShellComponent


class Composer(ShellComponent):
    """The message field with its draft, and the outbox of this browser."""

    library = "$/public/composer/composer.jsx"
    tag = "Composer"

    hydrated: rx.Var[bool]
    """Whether the page has its state from the server; nothing is sent before."""
    owner_key: rx.Var[str | None]
    """The key of the viewer's drafts and outbox: "" where nobody signs in, null until the viewer is known."""
    session_id: rx.Var[str]
    """The session of the conversation; "" while it has none."""
    agent_key: rx.Var[str]
    """The agent of the conversation; with "" there is no field, and the outbox is sent all the same."""
    agent_name: rx.Var[str]
    agent_color: rx.Var[str]
    agent_initial: rx.Var[str]
    group: rx.Var[bool]
    """Whether the agent answers only messages that mention it."""
    mentions: rx.Var[bool]
    """Whether there is anybody to mention."""
    accompanied: rx.Var[bool]
    """Whether there are others to whom the viewer's typing is shown, and the other way round."""
    people: rx.Var[list[dict[str, str]]]
    """The people who can be mentioned besides the agent: `id`, `name`, `email`."""
    presence: rx.Var[str]
    running: rx.Var[bool]
    """Whether a turn runs that can be stopped."""
    closed: rx.Var[str]
    """Why no message can be written here; "" when one can."""
    limit: rx.Var[int]
    """Characters in one message."""
    send_key: rx.Var[str]
    """The key that sends (see `domain.preferences.SendKey`)."""

    on_send: rx.EventHandler[passthrough_event_spec(str, str, str, str, str)]
    """Request id, session id or "", agent key, text, owner key; repeated with the same request id until answered."""
    on_typing: rx.EventHandler[passthrough_event_spec(str)]
    """Session id; at most every 3 s while the viewer types."""
    on_stop: rx.EventHandler[passthrough_event_spec(str)]
    """Session id."""
