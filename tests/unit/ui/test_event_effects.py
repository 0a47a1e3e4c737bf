"""The effects of an event on the page besides the transcript."""

from __future__ import annotations

from chat_app.domain.events import MessageCreated, SessionRenamed, TurnStarted
from chat_app.domain.sessions import TitleSource
from chat_app.ui.event_effects import Effect, effect_of_batch
from tests.support.builders import START, a_message, an_event


def test_messages_of_others_are_unread_and_the_viewers_own_messages_are_not() -> None:
    remark = an_event(MessageCreated(message=a_message(role="user", author_id="usr_bob")))
    answer = an_event(MessageCreated(message=a_message(role="assistant", author_id=None)))
    assert effect_of_batch([answer, remark], viewer_id="usr_ada") == Effect.LIST_ITEM | Effect.UNREAD
    assert effect_of_batch([answer, remark], viewer_id="usr_bob") == Effect.LIST_ITEM
    assert effect_of_batch([answer], viewer_id="usr_ada") == Effect.LIST_ITEM


def test_the_effects_of_a_batch_are_combined() -> None:
    started = an_event(TurnStarted(attempt=1, started_at=START, resumed_at=None))
    renamed = an_event(SessionRenamed(title="t", title_source=TitleSource.PERSON))
    assert effect_of_batch([renamed], viewer_id="usr_ada") == Effect.LIST_ITEM | Effect.HEAD
    assert effect_of_batch([renamed, started], viewer_id="usr_ada") == Effect.LIST_ITEM | Effect.HEAD | Effect.MODEL
