"""The transcript as a Reflex component; it takes patches (see `chat_app.ui.client`)."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import no_args_event_spec, passthrough_event_spec

from chat_app.ui.components.local import LocalComponent
from chat_app.ui.components.menu import DROPDOWN_MENU

PACKAGES = [
    "streamdown@2.7.1",
    "@streamdown/code@2.0.0",
    "@streamdown/math@1.0.3",
    "@streamdown/mermaid@1.0.2",
    "katex@0.16.27",
    "virtua@0.54.2",
    DROPDOWN_MENU,
]
"""The packages that the component imports, each at the version that it was tested with."""


class Transcript(LocalComponent, rx.NoSSRComponent):
    """A conversation as a virtual list with streaming Markdown.

    A patch that is sent before `on_ready` is lost.
    """

    library = "$/public/transcript/transcript.jsx"
    tag = "Transcript"
    lib_dependencies: list[str] = PACKAGES

    labels: rx.Var[dict[str, Any]]
    """The `[transcript]` section of the text catalogue."""

    models: rx.Var[list[dict[str, str]]]
    """What a failed turn can be tried again with: `model` (its id), `label`, and the name of an `agent` that has it."""

    several: rx.Var[bool]
    """Whether several people write here, so that not every message is a question to the agent."""

    on_ready: rx.EventHandler[no_args_event_spec]
    """The transcript can take patches."""

    on_visible: rx.EventHandler[passthrough_event_spec(bool)]
    """(visible): the page became visible or hidden."""

    on_older: rx.EventHandler[passthrough_event_spec(str, str)]
    """(session id, oldest message id): the reader nears the top."""

    on_newer: rx.EventHandler[passthrough_event_spec(str, str)]
    """(session id, newest message id): the reader nears the end of a window that is not the newest."""

    on_latest: rx.EventHandler[passthrough_event_spec(str)]
    """(session id): the reader asks for the newest window."""

    on_gap: rx.EventHandler[passthrough_event_spec(str)]
    """(session id): text is missing, a fresh window is needed."""

    on_step_open: rx.EventHandler[passthrough_event_spec(str, str)]
    """(message id, step key): the reader asks for a step's input and output."""

    on_find: rx.EventHandler[passthrough_event_spec(str, str)]
    """(session id, query): the reader searches the whole conversation."""

    on_jump: rx.EventHandler[passthrough_event_spec(str, str)]
    """(session id, message id): the reader wants a message that is not loaded."""

    on_retry: rx.EventHandler[passthrough_event_spec(str)]
    """(turn id): the reader wants a failed turn tried again."""

    on_other_model: rx.EventHandler[passthrough_event_spec(str, str)]
    """(turn id, model id): the reader wants a failed turn tried again with this model."""
