"""The page with a conversation as it is drawn: sidebar, header, transcript, composer."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.components.frame import ConnectionBanner, PageDocument
from chat_app.ui.composer.view import composer
from chat_app.ui.conversation.state import ConversationState
from chat_app.ui.header.view import header
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.sidebar.view import sidebar
from chat_app.ui.texts.shared import CONNECTION, PAGE
from chat_app.ui.theme import FRAME, MAIN
from chat_app.ui.transcript.view import transcript
from chat_app.ui.viewer.state import ViewerState
from chat_app.ui.welcome.view import welcome


def conversation_page() -> rx.Component:
    """Put the regions together."""
    return rx.fragment(
        PageDocument.create(
            title=ConversationState.session["title"],
            address=ConversationState.session["href"],
            unread=SidebarState.unread,
            density=ViewerState.preferences["density"],
            frame=FRAME,
            labels=PAGE.labels(),
        ),
        rx.el.div(
            sidebar(),
            rx.el.main(
                header(),
                rx.el.div(
                    ConnectionBanner.create(labels=CONNECTION.labels()),
                    welcome(),
                    transcript(),
                    class_name="stage",
                ),
                composer(),
                id=MAIN,
                class_name="main",
                tab_index=-1,
            ),
            class_name="shell",
        ),
    )
