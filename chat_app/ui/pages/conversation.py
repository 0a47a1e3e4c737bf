"""The page with a conversation, at two addresses."""

from __future__ import annotations

from chat_app.ui.pages.conversation_view import conversation_page
from chat_app.ui.pages.page import Page
from chat_app.ui.texts.shared import PAGE
from chat_app.ui.transcript.state import TranscriptState
from chat_app.ui.viewer.state import ViewerState

CONVERSATION_PAGES = tuple(
    Page(
        route=route,
        title=PAGE.product,
        view=conversation_page,
        on_load=(ViewerState.load_viewer, TranscriptState.open_address),
    )
    for route in ("/", "/chat/[agent_key]")
)
