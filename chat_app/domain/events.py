"""Events: everything that happens to a session, as typed values.

A durable event is stored and has a `seq` (per session, without gaps) and a `position` (one order over all sessions). A
live event has neither: it is sent to current readers only, and a snapshot replaces it.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from chat_app.domain.messages import Message
from chat_app.domain.parts import Part
from chat_app.domain.sessions import ChatSession, Participant, ParticipantChange, Person, TitleSource, Visibility
from chat_app.domain.turns import Delay, OpenPart, Turn


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True)


class SessionCreated(_Data):
    """A session was created."""

    type: Literal["session.created"] = "session.created"
    session: ChatSession


class SessionRenamed(_Data):
    """The title of a session changed."""

    type: Literal["session.renamed"] = "session.renamed"
    title: str
    title_source: TitleSource


class SessionArchived(_Data):
    """A session was archived."""

    type: Literal["session.archived"] = "session.archived"


class SessionRestored(_Data):
    """An archived session was restored."""

    type: Literal["session.restored"] = "session.restored"


class SessionDeleted(_Data):
    """A session was deleted permanently; this is its last event.

    It contains who could read the session, so that only they receive it.
    """

    type: Literal["session.deleted"] = "session.deleted"
    creator_id: str
    visibility: Visibility
    agent_key: str = ""
    participants: tuple[str, ...] = ()


class VisibilityChanged(_Data):
    """The visibility of a session changed. Everyone who could read it before receives this event as well."""

    type: Literal["session.shared"] = "session.shared"
    visibility: Visibility
    before: Visibility


class ParticipantAdded(_Data):
    """A person joined a session, or their role in it changed."""

    type: Literal["participant.added"] = "participant.added"
    participant: Participant
    by: Person | None = None
    """Who added the person; None for a new role, and for the creator of a session that becomes a group."""


class ParticipantRemoved(_Data):
    """A person left a session or was removed from it. It is the last event of the session that they receive."""

    type: Literal["participant.removed"] = "participant.removed"
    user_id: str
    name: str
    by: Person | None = None
    """Who removed the person; None in events of earlier versions."""


class SessionRead(_Data):
    """A person read a session up to `read_seq`."""

    type: Literal["session.read"] = "session.read"
    user_id: str
    read_seq: int


class MessageCreated(_Data):
    """A message was added to a session; an assistant's message is added empty."""

    type: Literal["message.created"] = "message.created"
    message: Message


class TurnQueued(_Data):
    """A turn was created. It starts when no earlier turn of its session is unfinished."""

    type: Literal["turn.queued"] = "turn.queued"
    turn: Turn


class TurnStarted(_Data):
    """A turn started, or was resumed after a restart (`attempt` > 1)."""

    type: Literal["turn.started"] = "turn.started"
    attempt: int
    started_at: datetime
    resumed_at: datetime | None


class TurnDelayed(_Data):
    """A running turn is paused before it tries again; `None` when it continues."""

    type: Literal["turn.delayed"] = "turn.delayed"
    delay: Delay | None


class TurnCompleted(_Data):
    """A turn was completed."""

    type: Literal["turn.completed"] = "turn.completed"
    turn: Turn


class TurnFailed(_Data):
    """A turn ended with an error, which is the last part of its message."""

    type: Literal["turn.failed"] = "turn.failed"
    turn: Turn


class TurnCancelled(_Data):
    """A person stopped a turn. Text that was already written stays."""

    type: Literal["turn.cancelled"] = "turn.cancelled"
    turn: Turn


class PartCompleted(_Data):
    """A part is complete and stored, and no longer changes."""

    type: Literal["part.completed"] = "part.completed"
    message_id: str
    part: Part


class StepRestarted(_Data):
    """A model call is repeated, which discards the open parts of its earlier attempts."""

    type: Literal["step.restarted"] = "step.restarted"
    message_id: str
    step: int
    attempt: int


class PartStarted(_Data):
    """A model started to write a part (live)."""

    type: Literal["part.started"] = "part.started"
    part: OpenPart


class PartDelta(_Data):
    """Text for an open part (live).

    `offset` is the number of code points that precede this text in the part. A reader that lacks some of them takes a
    new snapshot.
    """

    type: Literal["part.delta"] = "part.delta"
    part_id: str
    attempt: int
    offset: int
    text: str


class TypingStarted(_Data):
    """The agent started working on an answer (live)."""

    type: Literal["typing.started"] = "typing.started"
    agent_key: str


class TypingStopped(_Data):
    """The agent stopped working on an answer (live)."""

    type: Literal["typing.stopped"] = "typing.stopped"
    agent_key: str


class PersonTyping(_Data):
    """A person started or stopped typing a message (live)."""

    type: Literal["person.typing"] = "person.typing"
    user_id: str
    name: str
    typing: bool


class PersonLooking(_Data):
    """All people who have the session open and visible (live)."""

    type: Literal["person.looking"] = "person.looking"
    people: tuple[Person, ...]


class StreamReset(_Data):
    """The reader's cursor is too old, and it must take a new snapshot (live)."""

    type: Literal["stream.reset"] = "stream.reset"
    cursor: int


DurableData = Annotated[
    SessionCreated
    | SessionRenamed
    | SessionArchived
    | SessionRestored
    | SessionDeleted
    | VisibilityChanged
    | ParticipantAdded
    | ParticipantRemoved
    | SessionRead
    | MessageCreated
    | TurnQueued
    | TurnStarted
    | TurnDelayed
    | TurnCompleted
    | TurnFailed
    | TurnCancelled
    | PartCompleted
    | StepRestarted,
    Field(discriminator="type"),
]
LiveData = PartStarted | PartDelta | TypingStarted | TypingStopped | PersonTyping | PersonLooking | StreamReset
EventData = Annotated[DurableData | LiveData, Field(discriminator="type")]

LAST_OF_A_TURN = frozenset({"turn.completed", "turn.failed", "turn.cancelled"})
"""Event types that end a turn; every turn ends with exactly one of them."""

durable_data: TypeAdapter[DurableData] = TypeAdapter(DurableData)


class ChatEvent(BaseModel):
    """Something that happened to a session. Live events have `seq` and `position` 0."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    workspace_id: str
    seq: int = 0
    position: int = 0
    turn_id: str | None = None
    data: EventData
    created_at: datetime

    @property
    def type(self) -> str:
        """The event's name, `noun.past`."""
        return self.data.type

    @cached_property
    def wire_json(self) -> str:
        """The event as JSON text, cached for all readers."""
        return self.model_dump_json()

    @property
    def size(self) -> int:
        """About how many bytes the event takes in a queue."""
        # Deltas are not made into JSON for it, because there are many.
        data = self.data
        return 500 + len(data.text if type(data) is PartDelta else self.wire_json)

    @property
    def durable(self) -> bool:
        """Whether the event is stored and can be read again."""
        return self.seq > 0


def participant_change(event: ChatEvent) -> ParticipantChange | None:
    """Return how an event changed the people of its session, None if it did not, or if it does not say who did it."""
    match event.data:
        case ParticipantAdded(participant=participant, by=Person() as by):
            person = Person(id=participant.id, name=participant.name)
            return ParticipantChange(seq=event.seq, kind="added", person=person, by=by, at=event.created_at)
        case ParticipantRemoved(user_id=user_id, name=name, by=Person() as by):
            person = Person(id=user_id, name=name)
            return ParticipantChange(seq=event.seq, kind="removed", person=person, by=by, at=event.created_at)
        case _:
            return None
