"""The region of the page that shows a conversation."""

from __future__ import annotations

from typing import Any

import reflex as rx

from chat_app.ui.components.transcript import Transcript
from chat_app.ui.texts import read_catalogue

TRANSCRIPT = "transcript"
"""The component's id: patches go to `rx.set_value(TRANSCRIPT, patch)`."""


def transcript_view(*, models: Any, several: Any, **events: rx.event.EventType[Any]) -> rx.Component:
    """Return the transcript; it fills its parent, which positions it.

    Args:
        models: What a failed turn can be tried again with, a var.
        several: Whether people talk to each other here, a var.
        **events: A handler for each event of `Transcript`, which describes their arguments.
    """
    labels = read_catalogue()["transcript"]
    return Transcript.create(id=TRANSCRIPT, labels=labels, models=models, several=several, **events)
