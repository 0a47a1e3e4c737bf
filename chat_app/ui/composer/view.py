"""The composer as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.messages import MESSAGE_TEXT_LIMIT
from chat_app.ui.client import COMPOSER
from chat_app.ui.components.composer import Composer
from chat_app.ui.composer.state import ComposerState
from chat_app.ui.conversation.state import ConversationState
from chat_app.ui.texts import Forms, Section
from chat_app.ui.viewer.state import ViewerState


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
    """The message field of the conversation that is shown, and the outbox."""
    return rx.el.footer(
        Composer.create(
            id=COMPOSER,
            hydrated=rx.State.is_hydrated,
            owner_key=rx.cond(ViewerState.known, ViewerState.owner_key, rx.Var("null")),
            session_id=ConversationState.session["id"],
            agent_key=ConversationState.session["agent_key"],
            agent_name=ConversationState.session["agent_name"],
            agent_color=ConversationState.session["color"],
            agent_initial=ConversationState.session["initial"],
            group=ConversationState.sharing["visibility"] == "group",
            mentions=ConversationState.sharing["people"].length() > 0,
            accompanied=ConversationState.shows_typing,
            people=ConversationState.others,
            presence=ConversationState.presence,
            running=(ConversationState.presence == "thinking") | (ConversationState.presence == "blocked"),
            closed=rx.cond(ConversationState.session["archived"], TEXTS.archived, ""),
            limit=MESSAGE_TEXT_LIMIT,
            send_key=ViewerState.preferences["send_key"],
            labels=TEXTS.labels(),
            on_send=ComposerState.send,
            on_typing=ComposerState.report_typing,
            on_stop=ComposerState.stop,
        ),
        class_name="dock",
    )
