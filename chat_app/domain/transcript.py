"""A session as one value, and the rule by which events change it.

Promise: a snapshot plus the events after its cursor equals a fresh snapshot. `apply_event` is that rule; the
page, the command line and the tests all use this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from chat_app.domain.events import (
    ChatEvent,
    MessageCreated,
    PartCompleted,
    PartDelta,
    ParticipantAdded,
    ParticipantRemoved,
    PartStarted,
    SessionArchived,
    SessionCreated,
    SessionDeleted,
    SessionRead,
    SessionRenamed,
    SessionRestored,
    StepRestarted,
    TurnCancelled,
    TurnCompleted,
    TurnDelayed,
    TurnFailed,
    TurnQueued,
    TurnStarted,
    VisibilityChanged,
)
from chat_app.domain.messages import Message
from chat_app.domain.parts import Part, part_order, put_part
from chat_app.domain.sessions import ChatSession, Participant, SessionStatus, Visibility, in_order
from chat_app.domain.turns import OpenPart, Turn, TurnStatus


class Gap(Exception):  # noqa: N818 - a condition, not a fault
    """An event does not follow from what the reader has: it must take a snapshot."""


class Transcript(BaseModel):
    """A session with a window of its newest messages.

    `open_parts` maps a turn's id to its open parts by part id. `reads` maps a user's id to the seq that they have
    read up to. `participants` is empty while the session is its creator's alone. `cursor` is the seq of the last
    durable event that is in here.
    """

    model_config = ConfigDict(frozen=True)

    session: ChatSession
    messages: tuple[Message, ...]
    turns: Mapping[str, Turn]
    open_parts: Mapping[str, Mapping[str, OpenPart]]
    reads: Mapping[str, int]
    participants: tuple[Participant, ...] = ()
    cursor: int
    deleted: bool = False


EMPTY: Mapping[str, OpenPart] = MappingProxyType({})


def apply_event(transcript: Transcript, event: ChatEvent) -> Transcript:
    """Return the transcript after the event; applying a durable event twice changes nothing.

    Raises:
        Gap: A durable event is missing before this one, or text is missing before a delta.
    """
    if not event.durable:
        return _apply_live(transcript, event)
    if event.seq <= transcript.cursor:
        return transcript
    if event.seq != transcript.cursor + 1:
        raise Gap(f"expected seq {transcript.cursor + 1}, got {event.seq}")
    changed = (
        _apply_to_session(transcript, event)
        or _apply_to_people(transcript, event)
        or _apply_to_turn(transcript, event)
        or {}
    )
    return transcript.model_copy(update={**changed, "cursor": event.seq})


def _apply_to_session(transcript: Transcript, event: ChatEvent) -> dict[str, object] | None:
    session = transcript.session
    match event.data:
        case SessionCreated(session=created):
            return {"session": created}
        case SessionRenamed(title=title, title_source=source):
            update = {"title": title, "title_source": source, "updated_at": event.created_at}
            return {"session": session.model_copy(update=update)}
        case SessionArchived() | SessionRestored():
            archived = isinstance(event.data, SessionArchived)
            status = SessionStatus.ARCHIVED if archived else SessionStatus.ACTIVE
            return {"session": session.model_copy(update={"status": status, "updated_at": event.created_at})}
        case SessionDeleted():
            return {"deleted": True}
        case SessionRead(user_id=user_id, read_seq=read_seq):
            return {"reads": {**transcript.reads, user_id: max(read_seq, transcript.reads.get(user_id, 0))}}
        case MessageCreated(message=message):
            active = session.model_copy(update={"last_activity_at": event.created_at})
            return {"messages": (*transcript.messages, message), "session": active}
        case _:
            return None


def _apply_to_people(transcript: Transcript, event: ChatEvent) -> dict[str, object] | None:
    match event.data:
        case VisibilityChanged(visibility=visibility):
            update = {"visibility": visibility, "updated_at": event.created_at}
            alone = visibility == Visibility.PRIVATE
            return {
                "session": transcript.session.model_copy(update=update),
                "participants": () if alone else transcript.participants,
            }
        case ParticipantAdded(participant=participant):
            others = [each for each in transcript.participants if each.id != participant.id]
            return {"participants": in_order([*others, participant])}
        case ParticipantRemoved(user_id=user_id):
            return {"participants": tuple(each for each in transcript.participants if each.id != user_id)}
        case _:
            return None


def _apply_to_turn(transcript: Transcript, event: ChatEvent) -> dict[str, object] | None:
    match event.data:
        case TurnQueued(turn=turn):
            return {"turns": {**transcript.turns, turn.id: turn}}
        case TurnCompleted(turn=turn) | TurnFailed(turn=turn) | TurnCancelled(turn=turn):
            active = transcript.session.model_copy(update={"last_activity_at": event.created_at})
            return {
                "turns": {**transcript.turns, turn.id: turn},
                "open_parts": {key: parts for key, parts in transcript.open_parts.items() if key != turn.id},
                "session": active,
            }
        case TurnStarted(attempt=attempt, started_at=started_at, resumed_at=resumed_at):
            return _turn_update(
                transcript,
                event,
                {
                    "status": TurnStatus.RUNNING,
                    "attempt": attempt,
                    "started_at": started_at,
                    "resumed_at": resumed_at,
                    "delay": None,
                },
            )
        case TurnDelayed(delay=delay):
            return _turn_update(transcript, event, {"delay": delay})
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
            return None


def _apply_live(transcript: Transcript, event: ChatEvent) -> Transcript:
    turn_id = event.turn_id
    turn = transcript.turns.get(turn_id or "")
    if turn_id is None or (turn is not None and turn.status.ended):
        return transcript
    open_parts = transcript.open_parts.get(turn_id, EMPTY)
    match event.data:
        case PartStarted(part=part):
            known = open_parts.get(part.id)
            # A reader that comes back has the beginning of the text already, and is told all of it.
            old = known is not None and (known.attempt, len(known.text)) >= (part.attempt, len(part.text))
            if old or _settled(transcript.messages, part.message_id, part.id):
                return transcript
            changed = part
        case PartDelta(part_id=part_id, attempt=attempt, offset=offset, text=text):
            known = open_parts.get(part_id)
            if known is None or known.attempt != attempt or offset + len(text) <= len(known.text):
                return transcript
            if offset > len(known.text):
                raise Gap(f"text of part {part_id} is missing from {len(known.text)} to {offset}")
            changed = known.model_copy(update={"text": known.text[:offset] + text})
        case _:
            return transcript
    return transcript.model_copy(
        update={"open_parts": {**transcript.open_parts, turn_id: {**open_parts, changed.id: changed}}}
    )


def _turn_update(transcript: Transcript, event: ChatEvent, update: dict[str, object]) -> dict[str, object] | None:
    turn = transcript.turns.get(event.turn_id or "")
    if turn is None:
        return None
    return {"turns": {**transcript.turns, turn.id: turn.model_copy(update=update)}}


def _with_part(messages: tuple[Message, ...], message_id: str, part: Part) -> tuple[Message, ...]:
    for index in range(len(messages) - 1, -1, -1):
        message = messages[index]
        if message.id == message_id:
            updated = message.model_copy(update={"parts": put_part(message.parts, part)})
            return (*messages[:index], updated, *messages[index + 1 :])
    return messages


def _settled(messages: tuple[Message, ...], message_id: str, part_id: str) -> bool:
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
