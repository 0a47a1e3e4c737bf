"""Events: everything that happens to a session, as typed values.

A durable event has a `seq` (per session, gapless) and a `position` (one order over all sessions). A live event
has neither: it is worth something only to who is listening now, and a snapshot replaces it.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from chat_app.domain.messages import Message
from chat_app.domain.parts import Part
from chat_app.domain.sessions import ChatSession, Participant, Person, TitleSource, Visibility
from chat_app.domain.turns import Delay, OpenPart, Turn


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True)


class SessionCreated(_Data):
    """A session was made."""

    type: Literal["session.created"] = "session.created"
    session: ChatSession


class SessionRenamed(_Data):
    """A session got another title."""

    type: Literal["session.renamed"] = "session.renamed"
    title: str
    title_source: TitleSource


class SessionArchived(_Data):
    """A session left the list."""

    type: Literal["session.archived"] = "session.archived"


class SessionRestored(_Data):
    """An archived session is back in the list."""

    type: Literal["session.restored"] = "session.restored"


class SessionDeleted(_Data):
    """A session was deleted for ever; there is nothing after this event.

    It says who could read the session, so that it reaches them and nobody else.
    """

    type: Literal["session.deleted"] = "session.deleted"
    creator_id: str
    visibility: Visibility
    agent_key: str = ""
    participants: tuple[str, ...] = ()


class VisibilityChanged(_Data):
    """Other people than before may read a session.

    It reaches who could read the session before as well: that they can't any more is news to them.
    """

    type: Literal["session.shared"] = "session.shared"
    visibility: Visibility
    before: Visibility


class ParticipantAdded(_Data):
    """A person joined a session, or is called something else in it."""

    type: Literal["participant.added"] = "participant.added"
    participant: Participant


class ParticipantRemoved(_Data):
    """A person left a session or was taken out of it; to them it is the last event of the session."""

    type: Literal["participant.removed"] = "participant.removed"
    user_id: str
    name: str


class SessionRead(_Data):
    """A person has read a session up to `read_seq`."""

    type: Literal["session.read"] = "session.read"
    user_id: str
    read_seq: int


class MessageCreated(_Data):
    """A message joined a session; an assistant's message joins empty."""

    type: Literal["message.created"] = "message.created"
    message: Message


class TurnQueued(_Data):
    """A turn was asked for; it starts when it is its session's turn."""

    type: Literal["turn.queued"] = "turn.queued"
    turn: Turn


class TurnStarted(_Data):
    """A turn began, or began again after a restart (`attempt` > 1)."""

    type: Literal["turn.started"] = "turn.started"
    attempt: int
    started_at: datetime
    resumed_at: datetime | None


class TurnDelayed(_Data):
    """A running turn waits before it tries again; `None` says that it goes on."""

    type: Literal["turn.delayed"] = "turn.delayed"
    delay: Delay | None


class TurnCompleted(_Data):
    """A turn ended well."""

    type: Literal["turn.completed"] = "turn.completed"
    turn: Turn


class TurnFailed(_Data):
    """A turn ended with an error; the message's last part says which."""

    type: Literal["turn.failed"] = "turn.failed"
    turn: Turn


class TurnCancelled(_Data):
    """A person stopped a turn; what was seen stays."""

    type: Literal["turn.cancelled"] = "turn.cancelled"
    turn: Turn


class PartCompleted(_Data):
    """A part settled: it is on the disk and does not change any more."""

    type: Literal["part.completed"] = "part.completed"
    message_id: str
    part: Part


class StepRestarted(_Data):
    """A model call is asked again: its open parts of earlier attempts are void."""

    type: Literal["step.restarted"] = "step.restarted"
    message_id: str
    step: int
    attempt: int


class PartStarted(_Data):
    """A model began a part (live)."""

    type: Literal["part.started"] = "part.started"
    part: OpenPart


class PartDelta(_Data):
    """Text for an open part (live).

    `offset` is the number of code points that the part has before this text; a gap asks for a snapshot.
    """

    type: Literal["part.delta"] = "part.delta"
    part_id: str
    attempt: int
    offset: int
    text: str


class TypingStarted(_Data):
    """The agent works on an answer (live)."""

    type: Literal["typing.started"] = "typing.started"
    agent_key: str


class TypingStopped(_Data):
    """The agent has stopped working (live)."""

    type: Literal["typing.stopped"] = "typing.stopped"
    agent_key: str


class PersonTyping(_Data):
    """A person writes a message, or has stopped (live)."""

    type: Literal["person.typing"] = "person.typing"
    user_id: str
    name: str
    typing: bool


class PersonLooking(_Data):
    """The people who have the session before them, all of them (live)."""

    type: Literal["person.looking"] = "person.looking"
    people: tuple[Person, ...]


class StreamReset(_Data):
    """The reader's cursor is too old: take a new snapshot (live)."""

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
"""Types of which exactly one ends every turn."""

durable_data: TypeAdapter[DurableData] = TypeAdapter(DurableData)


class ChatEvent(BaseModel):
    """One thing that happened to one session. Live events have `seq` and `position` 0."""

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
        """The event as JSON text; made once however many readers there are."""
        return self.model_dump_json()

    @property
    def durable(self) -> bool:
        """Whether the event is on the disk and can be asked for again."""
        return self.seq > 0
