"""How events change a transcript."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from chat_app.domain.events import (
    DurableData,
    LiveData,
    MessageCreated,
    PartCompleted,
    PartDelta,
    ParticipantAdded,
    ParticipantRemoved,
    PartStarted,
    PersonLooking,
    PersonTyping,
    SessionArchived,
    SessionCreated,
    SessionDeleted,
    SessionRead,
    SessionRenamed,
    SessionRestored,
    StepRestarted,
    StreamReset,
    TurnCancelled,
    TurnCompleted,
    TurnDelayed,
    TurnFailed,
    TurnQueued,
    TurnStarted,
    TypingStarted,
    TypingStopped,
    VisibilityChanged,
)
from chat_app.domain.parts import TextPart
from chat_app.domain.sessions import Participant, ParticipantRole, SessionStatus, TitleSource, Visibility
from chat_app.domain.transcript import Gap, Transcript, apply_event
from chat_app.domain.turns import Delay, TurnStatus
from tests.support.builders import START, a_message, a_session, a_transcript, a_turn, an_event, an_open_part


@pytest.fixture
def running() -> Transcript:
    """A transcript whose one turn has an open part with the text `Hel`."""
    return a_transcript(
        messages=(a_message(),),
        turns={"trn_1": a_turn()},
        open_parts={"trn_1": {"0.0": an_open_part(text="Hel")}},
        cursor=5,
    )


def delta(offset: int, text: str, *, attempt: int = 100) -> PartDelta:
    return PartDelta(part_id="0.0", attempt=attempt, offset=offset, text=text)


def text_of(transcript: Transcript) -> str:
    return transcript.open_parts["trn_1"]["0.0"].text


def test_an_event_that_was_already_applied_changes_nothing(running: Transcript) -> None:
    renamed = SessionRenamed(title="Clocks", title_source=TitleSource.PERSON)
    once = apply_event(running, an_event(renamed, seq=6))
    assert once.session.title == "Clocks"
    again = an_event(SessionRenamed(title="Other", title_source=TitleSource.MODEL), seq=6)
    assert apply_event(once, again) == once


def test_participants_are_added_and_removed_and_a_private_session_has_no_participants(running: Transcript) -> None:
    def person(name: str, role: ParticipantRole, minutes: int) -> Participant:
        joined_at = START + timedelta(minutes=minutes)
        return Participant(id=name, name=name.title(), email=None, role=role, joined_at=joined_at)

    owner, ada = person("me", ParticipantRole.OWNER, 1), person("ada", ParticipantRole.MEMBER, 0)
    shared = VisibilityChanged(visibility=Visibility.GROUP, before=Visibility.PRIVATE)
    steps: list[tuple[DurableData, Visibility, tuple[Participant, ...]]] = [
        (shared, Visibility.GROUP, ()),
        (ParticipantAdded(participant=ada), Visibility.GROUP, (ada,)),
        (ParticipantAdded(participant=owner), Visibility.GROUP, (owner, ada)),
        (ParticipantAdded(participant=owner), Visibility.GROUP, (owner, ada)),
        (ParticipantRemoved(user_id="ada", name="Ada"), Visibility.GROUP, (owner,)),
        (VisibilityChanged(visibility=Visibility.PRIVATE, before=Visibility.GROUP), Visibility.PRIVATE, ()),
    ]
    transcript = running
    for number, (data, visibility, people) in enumerate(steps, start=6):
        transcript = apply_event(transcript, an_event(data, seq=number))
        assert (transcript.session.visibility, transcript.participants) == (visibility, people)


def test_a_missing_event_is_a_gap(running: Transcript) -> None:
    with pytest.raises(Gap):
        apply_event(running, an_event(SessionRead(user_id="usr_1", read_seq=5), seq=7))


def test_a_delta_is_appended_to_its_part(running: Transcript) -> None:
    assert text_of(apply_event(running, an_event(delta(3, "lo"), turn_id="trn_1"))) == "Hello"


def test_text_that_the_part_already_has_is_not_added_twice(running: Transcript) -> None:
    assert apply_event(running, an_event(delta(0, "Hel"), turn_id="trn_1")) == running
    assert text_of(apply_event(running, an_event(delta(2, "lo"), turn_id="trn_1"))) == "Helo"


def test_missing_text_is_a_gap(running: Transcript) -> None:
    with pytest.raises(Gap):
        apply_event(running, an_event(delta(4, "o"), turn_id="trn_1"))


def test_text_of_another_attempt_is_ignored(running: Transcript) -> None:
    assert apply_event(running, an_event(delta(3, "lo", attempt=200), turn_id="trn_1")) == running


def test_a_completed_part_replaces_the_open_part(running: Transcript) -> None:
    settled = PartCompleted(message_id="msg_1", part=TextPart(id="0.0", text="Hello"))
    after = apply_event(running, an_event(settled, seq=6, turn_id="trn_1"))
    assert after.messages[0].parts == (TextPart(id="0.0", text="Hello"),)
    assert after.open_parts == {}


def test_a_restarted_step_removes_only_the_text_of_earlier_attempts(running: Transcript) -> None:
    restarted = StepRestarted(message_id="msg_1", step=0, attempt=200)
    assert apply_event(running, an_event(restarted, seq=6, turn_id="trn_1")).open_parts == {}
    newer = running.model_copy(update={"open_parts": {"trn_1": {"0.0": an_open_part(attempt=200, text="New")}}})
    assert text_of(apply_event(newer, an_event(restarted, seq=6, turn_id="trn_1"))) == "New"


def test_a_completed_part_is_not_opened_again(running: Transcript) -> None:
    settled = PartCompleted(message_id="msg_1", part=TextPart(id="0.0", text="Hello"))
    after = apply_event(running, an_event(settled, seq=6, turn_id="trn_1"))
    late = an_event(PartStarted(part=an_open_part(text="Hel")), turn_id="trn_1")
    assert apply_event(after, late) == after


def test_the_end_of_a_turn_removes_its_open_parts(running: Transcript) -> None:
    ended = a_turn(status=TurnStatus.COMPLETED)
    after = apply_event(running, an_event(TurnCompleted(turn=ended), seq=6, turn_id="trn_1"))
    assert after.open_parts == {}
    assert after.turns["trn_1"] == ended
    late = an_event(PartStarted(part=an_open_part()), turn_id="trn_1")
    assert apply_event(after, late) == after


def test_a_new_message_is_appended_and_updates_the_last_activity() -> None:
    created = an_event(MessageCreated(message=a_message(id="msg_9")), seq=1)
    after = apply_event(a_transcript(), created)
    assert [message.id for message in after.messages] == ["msg_9"]
    assert after.session.last_activity_at == created.created_at


def test_parts_are_kept_in_the_order_of_their_steps(running: Transcript) -> None:
    first = apply_event(
        running, an_event(PartCompleted(message_id="msg_1", part=TextPart(id="10.0", text="b")), seq=6, turn_id="trn_1")
    )
    second = apply_event(
        first, an_event(PartCompleted(message_id="msg_1", part=TextPart(id="9.1", text="a")), seq=7, turn_id="trn_1")
    )
    assert [part.id for part in second.messages[0].parts] == ["9.1", "10.0"]


def test_the_read_position_never_decreases() -> None:
    read = apply_event(a_transcript(), an_event(SessionRead(user_id="usr_1", read_seq=9), seq=1))
    later = apply_event(read, an_event(SessionRead(user_id="usr_1", read_seq=4), seq=2))
    assert later.reads == {"usr_1": 9}


def test_a_delta_does_not_copy_messages_or_turns(running: Transcript) -> None:
    after = apply_event(running, an_event(delta(3, "lo"), turn_id="trn_1"))
    assert after.messages is running.messages
    assert after.turns is running.turns


def test_a_queued_turn_is_added_to_the_transcript() -> None:
    after = apply_event(a_transcript(), an_event(TurnQueued(turn=a_turn(status=TurnStatus.QUEUED)), seq=1))
    assert after.turns["trn_1"].status == TurnStatus.QUEUED


PERSON = Participant(id="ada", name="Ada", email=None, role=ParticipantRole.MEMBER, joined_at=START)
DURABLE: list[DurableData] = [
    SessionCreated(session=a_session(title="Created")),
    SessionRenamed(title="Clocks", title_source=TitleSource.PERSON),
    SessionArchived(),
    SessionRestored(),
    SessionDeleted(creator_id="usr_1", visibility=Visibility.PRIVATE),
    VisibilityChanged(visibility=Visibility.GROUP, before=Visibility.PRIVATE),
    ParticipantAdded(participant=PERSON),
    ParticipantRemoved(user_id="usr_9", name="Ben"),
    SessionRead(user_id="usr_1", read_seq=3),
    MessageCreated(message=a_message(id="msg_9")),
    TurnQueued(turn=a_turn(id="trn_2")),
    TurnStarted(attempt=2, started_at=START, resumed_at=START),
    TurnDelayed(delay=Delay(reason="rate_limited", text="Wait.", attempt=1, until=START)),
    TurnCompleted(turn=a_turn(status=TurnStatus.COMPLETED)),
    TurnFailed(turn=a_turn(status=TurnStatus.FAILED)),
    TurnCancelled(turn=a_turn(status=TurnStatus.CANCELLED)),
    PartCompleted(message_id="msg_1", part=TextPart(id="0.0", text="Hello")),
    StepRestarted(message_id="msg_1", step=0, attempt=200),
]
LIVE: list[LiveData] = [
    PartStarted(part=an_open_part(attempt=200)),
    delta(3, "lo"),
    TypingStarted(agent_key="echo"),
    TypingStopped(agent_key="echo"),
    PersonTyping(user_id="ada", name="Ada", typing=True),
    PersonLooking(people=(PERSON,)),
    StreamReset(cursor=9),
]
WITHOUT_CHANGE = (TypingStarted, TypingStopped, PersonTyping, PersonLooking, StreamReset)


def test_every_event_has_a_rule() -> None:
    durable_types = get_args(get_args(DurableData)[0])
    assert [type(data) for data in DURABLE] == list(durable_types)
    assert [type(data) for data in LIVE] == list(get_args(LiveData))


@pytest.mark.parametrize("data", DURABLE, ids=lambda data: data.type)
def test_a_durable_event_changes_the_transcript_and_its_cursor(running: Transcript, data: DurableData) -> None:
    person = PERSON.model_copy(update={"id": "usr_9"})
    archived = a_session(status=SessionStatus.ARCHIVED)
    before = running.model_copy(update={"participants": (person,), "session": archived})
    after = apply_event(before, an_event(data, seq=6, turn_id="trn_1"))
    assert after.cursor == 6
    assert after.model_copy(update={"cursor": before.cursor}) != before


@pytest.mark.parametrize("data", LIVE, ids=lambda data: data.type)
def test_a_live_event_changes_only_open_parts(running: Transcript, data: LiveData) -> None:
    after = apply_event(running, an_event(data, turn_id="trn_1"))
    assert (after == running) is isinstance(data, WITHOUT_CHANGE)
    assert after.model_copy(update={"open_parts": running.open_parts}) == running
