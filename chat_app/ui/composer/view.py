"""The composer as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.messages import MESSAGE_TEXT_LIMIT
from chat_app.ui.components.composer import COMPOSER, Composer
from chat_app.ui.composer.state import ComposerState
from chat_app.ui.conversation.state import HeaderState
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.texts import Forms, Section


class ComposerTexts(Section, name="composer"):
    """Texts of the composer."""

    placeholder: str
    send: str
    stop: str
    keys: str
    keys_mod: str
    key_mac: str
    key_other: str
    online: str
    thinking: str
    blocked: str
    offline: str
    unreachable: str
    queues: str
    mention: str
    mentions: str
    mentions_found: Forms
    typing: str
    typing_two: str
    typing_many: str
    archived: str
    characters: str
    too_long: Forms
    outbox_full: str


TEXTS = ComposerTexts.load()


def composer() -> rx.Component:
    """The field for the conversation that is shown, and the outbox behind it."""
    return rx.el.footer(
        Composer.create(
            id=COMPOSER,
            hydrated=rx.State.is_hydrated,
            shelf=rx.cond(SidebarState.met, SidebarState.shelf, rx.Var("null")),
            session_id=HeaderState.session["id"],
            agent_key=HeaderState.session["agent_key"],
            agent_name=HeaderState.session["agent_name"],
            agent_color=HeaderState.session["color"],
            agent_initial=HeaderState.session["initial"],
            group=HeaderState.sharing["visibility"] == "group",
            mentions=HeaderState.sharing["people"].length() > 0,
            accompanied=HeaderState.accompanied,
            people=HeaderState.others,
            presence=HeaderState.presence,
            running=(HeaderState.presence == "thinking") | (HeaderState.presence == "blocked"),
            closed=rx.cond(HeaderState.session["archived"], TEXTS.archived, ""),
            limit=MESSAGE_TEXT_LIMIT,
            send_key=SidebarState.preferences["send_key"],
            labels=TEXTS.labels(),
            on_send=ComposerState.send,
            on_typing=ComposerState.say_typing,
            on_stop=ComposerState.stop,
        ),
        class_name="dock",
    )
