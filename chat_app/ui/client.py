"""Sends patches to the components in the browser; each component takes them by its id."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.protocol import ComposerPatch, SessionListPatch, TranscriptPatch

TRANSCRIPT = "transcript"
SESSION_LIST = "session-list"
COMPOSER = "composer"


def patch_transcript(*patches: TranscriptPatch) -> list[rx.event.EventSpec]:
    """Return the events that patch the transcript, in order."""
    return [rx.set_value(TRANSCRIPT, patch) for patch in patches]


def patch_session_list(patch: SessionListPatch) -> rx.event.EventSpec:
    """Return the event that patches the session list."""
    return rx.set_value(SESSION_LIST, patch)


def patch_composer(patch: ComposerPatch) -> rx.event.EventSpec:
    """Return the event that patches the composer."""
    return rx.set_value(COMPOSER, patch)
