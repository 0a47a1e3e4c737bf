"""The region of the page that shows a conversation."""

from __future__ import annotations

from typing import Any

import reflex as rx

from chat_app.ui.components.transcript import Transcript
from chat_app.ui.texts import read_catalogue

TRANSCRIPT = "transcript"
"""The component's id: patches go to `rx.set_value(TRANSCRIPT, patch)`."""


def transcript_view(
    *,
    on_ready: rx.event.EventType[()],
    on_older: rx.event.EventType[str, str],
    on_newer: rx.event.EventType[str, str],
    on_latest: rx.event.EventType[str],
    on_gap: rx.event.EventType[str],
    on_step_open: rx.event.EventType[str, str],
    on_find: rx.event.EventType[str, str],
    on_jump: rx.event.EventType[str, str],
    on_retry: rx.event.EventType[str],
    on_other_model: rx.event.EventType[str],
) -> rx.Component:
    """Return the transcript; it fills its parent, which positions it.

    The arguments of the events are described at `Transcript`.
    """
    events: dict[str, Any] = {key: value for key, value in locals().items() if key.startswith("on_")}
    return Transcript.create(id=TRANSCRIPT, labels=read_catalogue()["transcript"], **events)
