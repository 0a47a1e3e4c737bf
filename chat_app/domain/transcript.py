"""A session as one value, and how events change it.

Promise: a snapshot plus the events after its cursor equals a fresh snapshot. `apply_event` implements it for the page,
the command line and the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from chat_app.domain.events import (
    ChatEvent,
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
    participant_change,
)
from chat_app.domain.messages import Message
from chat_app.domain.parts import Part, part_order, put_part
from chat_app.domain.sessions import (
    ChatSession,
    Participant,
    ParticipantChange,
    SessionStatus,
    Visibility,
    sort_participants,
)
from chat_app.domain.turns import OpenPart, Turn, TurnStatus


class Gap(Exception):  # noqa: N818 - a condition, not a fault
    """Something between the transcript and an event is missing: the reader must take a new snapshot."""


class Transcript(BaseModel):
    """A session with a window of its newest messages.

    `open_parts` maps a turn's id to its open parts by part id. `reads` maps a user's id to the seq up to which they
    have read. `participants` is empty while the session is private, as are `participant_changes`; these are the ones
    after the first message of the window. `cursor` is the seq of the last durable event that is included.
    """

    model_config = ConfigDict(frozen=True)

    session: ChatSession
    messages: tuple[Message, ...]
    turns: Mapping[str, Turn]
    open_parts: Mapping[str, Mapping[str, OpenPart]]
    reads: Mapping[str, int]
    participants: tuple[Participant, ...] = ()
    participant_changes: tuple[ParticipantChange, ...] = ()
    cursor: int
    deleted: bool = False


NO_OPEN_PARTS: Mapping[str, OpenPart] = MappingProxyType({})


def apply_event(transcript: Transcript, event: ChatEvent) -> Transcript:
    """Return the transcript after an event. Applying a durable event twice changes nothing.

    Raises:
        Gap: A durable event is missing before this one, or text is missing before a delta.
    """
    data = event.data
    if isinstance(data, LiveData):
        return _apply_live(transcript, event.turn_id, data)
    if event.seq <= transcript.cursor:
        return transcript
    if event.seq != transcript.cursor + 1:
        raise Gap(f"expected seq {transcript.cursor + 1}, got {event.seq}")
    return transcript.model_copy(update={**_changes(transcript, event, data), "cursor": event.seq})


def _changes(transcript: Transcript, event: ChatEvent, data: DurableData) -> dict[str, object]:
    """Return the fields that an event changes. Every event needs a rule here: the type checker and a test insist."""
    match data:
        case SessionDeleted():
            return {"deleted": True}
        case SessionRead(user_id=user_id, read_seq=read_seq):
            return {"reads": {**transcript.reads, user_id: max(read_seq, transcript.reads.get(user_id, 0))}}
        case MessageCreated(message=message):
            return {
                "messages": (*transcript.messages, message),
                "session": transcript.session.model_copy(update={"last_activity_at": event.created_at}),
            }
        case SessionCreated() | SessionRenamed() | SessionArchived() | SessionRestored():
            return {"session": _session_after(transcript.session, data, at=event.created_at)}
        case VisibilityChanged() | ParticipantAdded() | ParticipantRemoved():
            return _sharing_changes(transcript, event, data)
        case TurnQueued() | TurnStarted() | TurnDelayed() | TurnCompleted() | TurnFailed() | TurnCancelled():
            return _turn_changes(transcript, event, data)
        case PartCompleted(message_id=message_id, part=part):
            return {
                "messages": _with_part(transcript.messages, message_id, part),
                "open_parts": _without_parts(transcript, event.turn_id, lambda open_part: open_part.id == part.id),
            }
        case StepRestarted(step=step, attempt=attempt):
            return {
                "open_parts": _without_parts(
                    transcript,
                    event.turn_id,
                    lambda part: part_order(part.id)[0] == step and part.attempt < attempt,
                )
            }
        case _:
            assert_never(data)


def _session_after(
    session: ChatSession, data: SessionCreated | SessionRenamed | SessionArchived | SessionRestored, *, at: datetime
) -> ChatSession:
    match data:
        case SessionCreated(session=created):
            return created
        case SessionRenamed(title=title, title_source=source):
            return session.model_copy(update={"title": title, "title_source": source, "updated_at": at})
        case SessionArchived():
            return session.model_copy(update={"status": SessionStatus.ARCHIVED, "updated_at": at})
        case SessionRestored():
            return session.model_copy(update={"status": SessionStatus.ACTIVE, "updated_at": at})


def _sharing_changes(
    transcript: Transcript, event: ChatEvent, data: VisibilityChanged | ParticipantAdded | ParticipantRemoved
) -> dict[str, object]:
    change = participant_change(event)
    changes = (*transcript.participant_changes, change) if change else transcript.participant_changes
    match data:
        case VisibilityChanged(visibility=visibility):
            update = {"visibility": visibility, "updated_at": event.created_at}
            private = visibility == Visibility.PRIVATE
            return {
                "session": transcript.session.model_copy(update=update),
                "participants": () if private else transcript.participants,
                "participant_changes": () if private else changes,
            }
        case ParticipantAdded(participant=participant):
            others = [person for person in transcript.participants if person.id != participant.id]
            return {"participants": sort_participants([*others, participant]), "participant_changes": changes}
        case ParticipantRemoved(user_id=user_id):
            others = [person for person in transcript.participants if person.id != user_id]
            return {"participants": tuple(others), "participant_changes": changes}


def _turn_changes(
    transcript: Transcript,
    event: ChatEvent,
    data: TurnQueued | TurnStarted | TurnDelayed | TurnCompleted | TurnFailed | TurnCancelled,
) -> dict[str, object]:
    match data:
        case TurnQueued(turn=turn):
            return {"turns": {**transcript.turns, turn.id: turn}}
        case TurnStarted(attempt=attempt, started_at=started_at, resumed_at=resumed_at):
            return _turn_update(
                transcript,
                event.turn_id,
                {
                    "status": TurnStatus.RUNNING,
                    "attempt": attempt,
                    "started_at": started_at,
                    "resumed_at": resumed_at,
                    "delay": None,
                },
            )
        case TurnDelayed(delay=delay):
            return _turn_update(transcript, event.turn_id, {"delay": delay})
        case TurnCompleted(turn=turn) | TurnFailed(turn=turn) | TurnCancelled(turn=turn):
            return {
                "turns": {**transcript.turns, turn.id: turn},
                "open_parts": {key: parts for key, parts in transcript.open_parts.items() if key != turn.id},
                "session": transcript.session.model_copy(update={"last_activity_at": event.created_at}),
            }


def _apply_live(transcript: Transcript, turn_id: str | None, data: LiveData) -> Transcript:
    match data:
        case PartStarted() | PartDelta():
            return _apply_open_part(transcript, turn_id, data)
        case TypingStarted() | TypingStopped() | PersonTyping() | PersonLooking() | StreamReset():
            # Presence is no part of a transcript, and a reader that is reset takes a new snapshot.
            return transcript
        case _:
            assert_never(data)


def _apply_open_part(transcript: Transcript, turn_id: str | None, data: PartStarted | PartDelta) -> Transcript:
    turn = transcript.turns.get(turn_id or "")
    if turn_id is None or (turn is not None and turn.status.ended):
        return transcript
    open_parts = transcript.open_parts.get(turn_id, NO_OPEN_PARTS)
    match data:
        case PartStarted(part=part):
            known = open_parts.get(part.id)
            # A reader that reconnects receives the whole open part again, of which it already has a beginning. A part
            # changes its type when text turns out to be reasoning.
            stale = (
                known is not None
                and known.type == part.type
                and (known.attempt, len(known.text)) >= (part.attempt, len(part.text))
            )
            if stale or _is_completed(transcript.messages, part.message_id, part.id):
                return transcript
            changed = part
        case PartDelta(part_id=part_id, attempt=attempt, offset=offset, text=text):
            known = open_parts.get(part_id)
            if known is None or known.attempt != attempt or offset + len(text) <= len(known.text):
                return transcript
            if offset > len(known.text):
                raise Gap(f"text of part {part_id} is missing from {len(known.text)} to {offset}")
            changed = known.model_copy(update={"text": known.text[:offset] + text})
    return transcript.model_copy(
        update={"open_parts": {**transcript.open_parts, turn_id: {**open_parts, changed.id: changed}}}
    )


def _turn_update(transcript: Transcript, turn_id: str | None, update: dict[str, object]) -> dict[str, object]:
    turn = transcript.turns.get(turn_id or "")
    if turn is None:
        return {}
    return {"turns": {**transcript.turns, turn.id: turn.model_copy(update=update)}}


def _with_part(messages: tuple[Message, ...], message_id: str, part: Part) -> tuple[Message, ...]:
    for index in range(len(messages) - 1, -1, -1):
        message = messages[index]
        if message.id == message_id:
            updated = message.model_copy(update={"parts": put_part(message.parts, part)})
            return (*messages[:index], updated, *messages[index + 1 :])
    return messages


def _is_completed(messages: tuple[Message, ...], message_id: str, part_id: str) -> bool:
    for message in reversed(messages):
        if message.id == message_id:
            return any(part.id == part_id for part in message.parts)
    return False


def _without_parts(
    transcript: Transcript, turn_id: str | None, drop: Callable[[OpenPart], bool]
) -> Mapping[str, Mapping[str, OpenPart]]:
    if turn_id is None or turn_id not in transcript.open_parts:
        return transcript.open_parts
    left = {part_id: part for part_id, part in transcript.open_parts[turn_id].items() if not drop(part)}
    others = {key: parts for key, parts in transcript.open_parts.items() if key != turn_id}
    return {**others, turn_id: left} if left else others
