"""The header of a conversation as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.sessions import TITLE_LIMIT
from chat_app.ui.client import patch_transcript
from chat_app.ui.components.frame import DrawerButton
from chat_app.ui.components.session_header import SessionHeader
from chat_app.ui.conversation.state import ConversationState
from chat_app.ui.protocol import OpenFindBar
from chat_app.ui.session_actions.state import SessionActionsState
from chat_app.ui.sharing.state import SharingState
from chat_app.ui.sharing.texts import SHARING
from chat_app.ui.texts import Section
from chat_app.ui.texts.shared import SESSION_MENU
from chat_app.ui.viewer.state import ViewerState


class HeaderTexts(Section, name="header"):
    """Texts of the header."""

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


def header() -> rx.Component:
    """Title, presence, people and menu of the conversation."""
    return rx.el.header(
        DrawerButton.create(labels=TEXTS.labels()),
        SessionHeader.create(
            session=ConversationState.session,
            presence=ConversationState.presence,
            sharing=ConversationState.sharing,
            looking=ConversationState.people_here,
            me=ViewerState.person["id"],
            members=SharingState.members,
            problem=SharingState.problem,
            share_labels=SHARING.labels(),
            limit=TITLE_LIMIT,
            labels=TEXTS.labels(),
            menu_labels=SESSION_MENU.labels(),
            on_rename=SessionActionsState.rename,
            on_share=SharingState.open_dialog,
            on_add=SharingState.add,
            on_remove=SharingState.remove,
            on_leave=SharingState.leave,
            on_everyone=SharingState.share_with_workspace,
            on_find=patch_transcript(OpenFindBar(op="find")),
            on_archive=SessionActionsState.archive,
            on_restore=SessionActionsState.restore,
            on_delete=SessionActionsState.delete,
        ),
        class_name="head",
    )
