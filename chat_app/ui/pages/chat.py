"""The one page of the product: sidebar, conversation, composer."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.components.frame import ConnectionBanner, PageDocument
from chat_app.ui.composer.view import composer
from chat_app.ui.conversation.state import HeaderState
from chat_app.ui.header.view import header
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.sidebar.view import sidebar
from chat_app.ui.texts import Forms, Section
from chat_app.ui.texts.shared import PAGE
from chat_app.ui.theme import FRAME, MAIN
from chat_app.ui.welcome.view import welcome


class ConnectionTexts(Section, name="connection"):
    """Texts of the connection banner."""

    reconnecting: str
    signed_out: str
    sign_in: str
    waiting: Forms


CONNECTION = ConnectionTexts.load()


def chat_page(*, transcript: rx.Component, transcript_id: str) -> rx.Component:
    """Put the regions together.

    Args:
        transcript: The conversation's messages.
        transcript_id: The id under which the transcript takes patches.
    """
    return rx.fragment(
        PageDocument.create(
            title=HeaderState.session["title"],
            address=HeaderState.session["href"],
            unread=SidebarState.unread,
            density=SidebarState.preferences["density"],
            frame=FRAME,
            labels=PAGE.labels(),
        ),
        rx.el.div(
            sidebar(),
            rx.el.main(
                header(transcript_id=transcript_id),
                rx.el.div(
                    ConnectionBanner.create(labels=CONNECTION.labels()),
                    welcome(),
                    transcript,
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
