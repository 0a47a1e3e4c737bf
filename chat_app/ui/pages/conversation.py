"""The page with its regions' real handlers."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.conversation.state import HeaderState
from chat_app.ui.pages.chat import chat_page
from chat_app.ui.transcript.state import TranscriptState
from chat_app.ui.transcript.view import TRANSCRIPT, transcript_view


def conversation_page() -> rx.Component:
    """Return the one page of the product."""
    return chat_page(
        transcript=transcript_view(
            models=TranscriptState.models,
            several=HeaderState.shared,
            on_ready=TranscriptState.ready,
            on_visible=TranscriptState.look,
            on_older=TranscriptState.load_older,
            on_newer=TranscriptState.load_newer,
            on_latest=TranscriptState.resend,
            on_gap=TranscriptState.resend,
            on_step_open=TranscriptState.open_step,
            on_find=TranscriptState.find,
            on_jump=TranscriptState.jump,
            on_retry=TranscriptState.retry,
            on_other_model=TranscriptState.retry_elsewhere,
        ),
        transcript_id=TRANSCRIPT,
    )
