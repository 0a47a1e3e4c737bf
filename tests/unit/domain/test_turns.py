"""The states of a turn, and its events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat_app.domain.agents import Agent
from chat_app.domain.events import TurnCancelled, TurnCompleted, TurnFailed
from chat_app.domain.parts import ReasoningPart, TextPart
from chat_app.domain.turn_events import ended_event, started_event
from chat_app.domain.turns import Delay, TurnStatus, Usage, finished_parts, new_turn
from tests.support.builders import START, a_session, a_turn, an_open_part

AGENT = Agent(key="echo", name="Echo", color="#5b6ee1", model="scripted:echo")
LATER = START + timedelta(minutes=1)
USAGE = Usage(input_tokens=3, output_tokens=4, requests=1)
QUEUED = new_turn(a_session(), AGENT, question_id="msg_0", at=START)
RUNNING = QUEUED.claimed(at=START)
DELAY = Delay(reason="rate_limited", text="Wait.", attempt=1, until=LATER)


def test_a_new_turn_is_queued_and_belongs_to_its_session_and_question() -> None:
    assert (QUEUED.status, QUEUED.attempt, QUEUED.started_at, QUEUED.finished_at) == (TurnStatus.QUEUED, 0, None, None)
    assert (QUEUED.session_id, QUEUED.workspace_id, QUEUED.user_message_id) == ("ses_1", "wsp_1", "msg_0")
    assert (QUEUED.agent_key, QUEUED.model) == ("echo", "scripted:echo")
    other = new_turn(a_session(), AGENT, question_id="msg_0", at=START)
    assert len({QUEUED.id, other.id, QUEUED.assistant_message_id, other.assistant_message_id}) == 4


def test_a_claimed_turn_is_running_and_unclaimed_returns_the_queued_turn() -> None:
    assert (RUNNING.status, RUNNING.attempt, RUNNING.started_at) == (TurnStatus.RUNNING, 1, START)
    assert RUNNING.unclaimed() == QUEUED


def test_a_resumed_turn_counts_the_attempt_and_has_no_delay() -> None:
    resumed = RUNNING.model_copy(update={"delay": DELAY}).resumed(at=LATER)
    assert (resumed.status, resumed.attempt, resumed.resumed_at) == (TurnStatus.RUNNING, 2, LATER)
    assert (resumed.started_at, resumed.delay) == (START, None)


def test_the_started_event_has_the_attempt_and_the_times_of_start_and_resumption() -> None:
    event = started_event(RUNNING.resumed(at=LATER))
    assert (event.attempt, event.started_at, event.resumed_at) == (2, START, LATER)
    with pytest.raises(ValueError, match="has not started"):
        started_event(QUEUED)


def test_each_way_to_end_a_turn_has_its_status_and_event() -> None:
    delayed = RUNNING.model_copy(update={"delay": DELAY, "usage": USAGE})
    completed = delayed.completed(at=LATER, usage=USAGE)
    failed = delayed.failed(at=LATER, usage=USAGE, error_code="refused")
    cancelled = delayed.cancelled(at=LATER)
    assert [turn.status for turn in (completed, failed, cancelled)] == ["completed", "failed", "cancelled"]
    assert [turn.error_code for turn in (completed, failed, cancelled)] == [None, "refused", None]
    for turn in (completed, failed, cancelled):
        assert turn.status.ended
        assert (turn.finished_at, turn.delay, turn.usage) == (LATER, None, USAGE)
    assert ended_event(completed) == TurnCompleted(turn=completed)
    assert ended_event(failed) == TurnFailed(turn=failed)
    assert ended_event(cancelled) == TurnCancelled(turn=cancelled)


@pytest.mark.parametrize("status", [status for status in TurnStatus if not status.ended])
def test_a_turn_that_has_not_ended_has_no_ended_event(status: TurnStatus) -> None:
    with pytest.raises(ValueError, match="has not ended"):
        ended_event(a_turn(status=status))


def test_interrupted_text_is_kept_and_an_incomplete_tool_call_is_not() -> None:
    open_parts = [
        an_open_part(id="0.0", type="reasoning", text="Hm"),
        an_open_part(id="0.1", text="Hel"),
        an_open_part(id="0.2", text=""),
        an_open_part(id="0.3", type="tool_call", text='{"a":', tool_name="calculator"),
    ]
    assert finished_parts(open_parts, at=START + timedelta(seconds=1.5)) == [
        ReasoningPart(id="0.0", text="Hm", duration=1.5),
        TextPart(id="0.1", text="Hel"),
    ]
