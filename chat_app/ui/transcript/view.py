"""The transcript as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.agents.state import AgentsState
from chat_app.ui.client import TRANSCRIPT
from chat_app.ui.components.transcript import Transcript
from chat_app.ui.conversation.state import ConversationState
from chat_app.ui.texts import read_catalogue
from chat_app.ui.transcript.state import TranscriptState


def transcript() -> rx.Component:
    """Return the transcript; it fills its parent, which positions it."""
    return Transcript.create(
        id=TRANSCRIPT,
        labels=read_catalogue()["transcript"],
        models=AgentsState.models,
        several=ConversationState.shared,
        on_ready=TranscriptState.ready,
        on_visible=TranscriptState.set_visible,
        on_older=TranscriptState.load_older,
        on_newer=TranscriptState.load_newer,
        on_latest=TranscriptState.resend,
        on_gap=TranscriptState.resend,
        on_step_open=TranscriptState.open_step,
        on_find=TranscriptState.find,
        on_jump=TranscriptState.jump,
        on_retry=TranscriptState.retry,
        on_other_model=TranscriptState.retry_with_model,
    )
