"""The head of the conversation as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.sessions import TITLE_LIMIT
from chat_app.ui.components.frame import DrawerButton
from chat_app.ui.components.session_header import SessionHeader
from chat_app.ui.conversation.state import HeaderState
from chat_app.ui.sharing.state import SharingState
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.texts import Forms, Section, Texts
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


class PartRoles(Texts):
    """What participants are called."""

    owner: str
    member: str


class SharingTexts(Section, name="sharing"):
    """Texts of who has a conversation."""

    group: str
    workspace: str
    share: str
    people: str
    close: str
    looking: str
    you: str
    here_now: str
    only_you: str
    nobody: str
    remove: str
    remove_person: str
    leave: str
    add: str
    add_verb: str
    search: str
    roles: PartRoles
    found: Forms
    nobody_found: str
    everyone: str
    everyone_sees: str


TEXTS = HeaderTexts.load()
SHARING = SharingTexts.load()
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
            sharing=HeaderState.sharing,
            looking=HeaderState.looking,
            me=SidebarState.person["id"],
            members=SharingState.members,
            problem=SharingState.problem,
            share_labels=SHARING.labels(),
            limit=TITLE_LIMIT,
            labels=TEXTS.labels(),
            menu_labels=SESSION_MENU.labels(),
            on_rename=SidebarState.rename_session,
            on_share=SharingState.begin,
            on_add=SharingState.add,
            on_remove=SharingState.remove,
            on_leave=SharingState.leave,
            on_everyone=SharingState.show_to_everyone,
            on_find=rx.set_value(transcript_id, FIND),
            on_archive=SidebarState.archive_session,
            on_restore=SidebarState.restore_session,
            on_delete=SidebarState.delete_session,
        ),
        class_name="head",
    )
