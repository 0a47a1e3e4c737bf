"""The head of the conversation as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.chat import TITLE_LIMIT
from chat_app.ui.components.frame import DrawerButton
from chat_app.ui.components.session_header import SessionHeader
from chat_app.ui.header.state import HeaderState
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.texts import Section
from chat_app.ui.texts.shared import SESSION_MENU


class HeaderTexts(Section, name="header"):
    """Texts of the head of a conversation."""

    sessions: str
    title: str
    rename_hint: str
    untitled: str
    new_session: str
    no_session: str
    online: str
    thinking: str
    blocked: str
    offline: str
    unreachable: str


TEXTS = HeaderTexts.load()
FIND = {"op": "find"}
"""The patch that makes the transcript open its find bar."""


def header(*, transcript_id: str) -> rx.Component:
    """Title, presence and menu of the conversation.

    Args:
        transcript_id: The component that finds in the conversation.
    """
    return rx.el.header(
        DrawerButton.create(labels=TEXTS.labels()),
        SessionHeader.create(
            session=HeaderState.session,
            presence=HeaderState.presence,
            limit=TITLE_LIMIT,
            labels=TEXTS.labels(),
            menu_labels=SESSION_MENU.labels(),
            on_rename=SidebarState.rename_session,
            on_find=rx.set_value(transcript_id, FIND),
            on_archive=SidebarState.archive_session,
            on_restore=SidebarState.restore_session,
            on_delete=SidebarState.delete_session,
        ),
        class_name="head",
    )
