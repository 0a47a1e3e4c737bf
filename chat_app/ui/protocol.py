"""The protocol between server and page: the patches that change what the browser's components show.

A patch goes to one component (see `chat_app.ui.client`) and names what it does in `op`; a row of the transcript names
what it is in `kind`. `tests/golden/protocol.json` has an example of each, which the tests of both sides read.

Times are ISO 8601 with a zone. A key is unique within its session and does not change while what it names exists.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

Presence = Literal["online", "thinking", "blocked", "offline"]


class SessionHead(TypedDict):
    """The session that a tab shows; an id of "" is a conversation that has no session yet."""

    id: str
    href: str
    title: str
    archived: bool
    agent_key: str
    agent_name: str
    color: str
    initial: str


class SessionItem(SessionHead):
    """A session in the list."""

    preview: str
    """The beginning of the last message; "" without any."""
    mine: bool
    """Whether the viewer wrote that message."""
    at: str
    """When something last happened."""
    live: Literal["idle", "thinking", "blocked"]
    """Whether a turn runs ("thinking") or waits for a person ("blocked")."""
    unread: int
    origin: str | None
    """Where the session was started; None for the page."""
    pinned: bool


class Author(TypedDict):
    """The person who wrote a message."""

    id: str
    name: str


class KeyedText(TypedDict):
    """Text that the browser stores by its key."""

    key: str
    text: str


class StoredText(TypedDict):
    """Takes the place of a `KeyedText` that the browser has already."""

    key: str
    length: int
    """Code points of the text."""


class UserRow(TypedDict):
    """A person's message."""

    key: str
    kind: Literal["user"]
    text: str
    request_id: str | None


class ReasoningRow(TypedDict):
    """What a model thought during a turn."""

    key: str
    kind: Literal["reasoning"]
    live: bool
    started_at: str | None
    """When the reasoning that is still being written began."""
    seconds: float
    """Duration of the reasoning that has ended."""
    unfolded: bool
    """Whether it is open until the reader folds it, because there is no answer."""
    texts: list[KeyedText]


class TextRow(TypedDict):
    """Text of an answer."""

    key: str
    kind: Literal["text"]
    live: bool
    text: str


class Step(TypedDict):
    """One tool call, as its line shows it."""

    key: str
    name: str
    title: str
    """What the tool does or did, e.g. "Reading" and "Read"."""
    icon: str
    subject: str
    """What the call is about, on one line."""
    seconds: float | None
    is_error: bool
    live: bool


class StepsRow(TypedDict):
    """Consecutive tool calls."""

    key: str
    kind: Literal["steps"]
    live: bool
    seconds: float | None
    steps: list[Step]


class ErrorRow(TypedDict):
    """Why a turn failed."""

    key: str
    kind: Literal["error"]
    code: str
    text: str
    details: dict[str, Any]
    turn_id: str | None
    """The turn that can be tried again; None when it can't."""
    model: str | None


class ResumedNotice(TypedDict):
    """A turn began again after a restart."""

    key: str
    kind: Literal["notice"]
    name: Literal["resumed"]
    at: str


class DelayNotice(TypedDict):
    """A turn waits before it tries again."""

    key: str
    kind: Literal["notice"]
    name: Literal["rate_limited", "provider_error"]
    text: str
    until: str


NoticeRow = ResumedNotice | DelayNotice


class PeopleRow(TypedDict):
    """A person was added to the conversation or removed from it, or joined or left by themselves."""

    key: str
    kind: Literal["people"]
    change: Literal["added", "joined", "removed", "left"]
    name: str
    by: str


class WaitingRow(TypedDict):
    """A turn that has nothing to show yet."""

    key: str
    kind: Literal["waiting"]
    queued: bool


class ActionsRow(TypedDict):
    """The end of an answer, with what can be done with it."""

    key: str
    kind: Literal["actions"]
    stopped: bool
    end_reason: Literal["length", "content_filter", "connection", "reasoning_only"] | None
    """Why the answer may be incomplete."""
    at: str
    model: str | None


Row = UserRow | ReasoningRow | TextRow | StepsRow | ErrorRow | NoticeRow | PeopleRow | WaitingRow | ActionsRow


class StoredTextRow(TypedDict):
    """A `TextRow` whose text the browser has already."""

    key: str
    kind: Literal["text"]
    live: bool
    length: int


class StoredReasoningRow(TypedDict):
    """A `ReasoningRow` of which the browser has some texts already."""

    key: str
    kind: Literal["reasoning"]
    live: bool
    started_at: str | None
    seconds: float
    unfolded: bool
    texts: list[KeyedText | StoredText]


ChangedRow = (
    UserRow
    | StoredReasoningRow
    | TextRow
    | StoredTextRow
    | StepsRow
    | ErrorRow
    | NoticeRow
    | PeopleRow
    | WaitingRow
    | ActionsRow
)
"""A row in a `ChangeRows`, which does not repeat text that the browser has."""


class Group(TypedDict):
    """A message with its rows, or a notice between messages."""

    id: str
    role: str
    """"user" or "assistant" for a message, "notice" for a notice."""
    at: str
    author: Author | None
    """None for the viewer's own messages and for answers."""
    rows: list[Row]


class ResetTranscript(TypedDict):
    """Replaces the whole window; a session of "" empties it."""

    op: Literal["reset"]
    session: str
    groups: list[Group]
    older: bool
    """Whether the session has messages before the window."""
    newer: bool
    """Whether the session has messages after the window."""
    focus: str | None
    """The message to scroll to; None is the end."""


class PrependOlder(TypedDict):
    """Puts a page before the window."""

    op: Literal["older"]
    session: str
    groups: list[Group]
    older: bool


class AppendNewer(TypedDict):
    """Puts a page after a window that does not reach the end."""

    op: Literal["newer"]
    session: str
    groups: list[Group]
    newer: bool


ChangeRows = TypedDict(
    "ChangeRows",
    {
        "op": Literal["rows"],
        "session": str,
        "group": str,
        "role": str,
        "at": str,
        "author": Author | None,
        "from": int,
        "rows": list[ChangedRow],
    },
)
"""Replaces the rows of a message from the index `from` on; a message that is not there is added."""


class AppendText(TypedDict):
    """Adds to the text of a key; `offset` is the number of code points before the addition."""

    op: Literal["delta"]
    row: str
    offset: int
    text: str


class ModelProgress(TypedDict):
    """How far an embedded model is from being ready."""

    name: str
    state: str
    received: int
    """Bytes."""
    total: int
    """Bytes."""
    eta: float | None
    """Seconds."""
    text: str | None


class ShowProgress(TypedDict):
    """Shows a model's progress in the answer that waits for it; None hides it."""

    op: Literal["progress"]
    session: str
    group: str
    progress: ModelProgress | None


class StepDetail(TypedDict):
    """The whole input and output of a tool call."""

    op: Literal["detail"]
    session: str
    key: str
    input: str
    output: str
    error: bool


class FoundMessage(TypedDict):
    """A message that holds a query."""

    message_id: str


class ShowFound(TypedDict):
    """The messages of the session that hold a query, oldest first."""

    op: Literal["found"]
    session: str
    query: str
    matches: list[FoundMessage]


class OpenFindBar(TypedDict):
    """Opens the bar in which a query is typed."""

    op: Literal["find"]


TranscriptPatch = (
    ResetTranscript
    | PrependOlder
    | AppendNewer
    | ChangeRows
    | AppendText
    | ShowProgress
    | StepDetail
    | ShowFound
    | OpenFindBar
)


class ResetSessions(TypedDict):
    """Replaces the list; `more` says whether there are further pages."""

    op: Literal["reset"]
    items: list[SessionItem]
    more: bool


class AppendSessions(TypedDict):
    """Adds a page to the end of the list."""

    op: Literal["append"]
    items: list[SessionItem]
    more: bool


class UpsertSession(TypedDict):
    """Adds a session or replaces its row."""

    op: Literal["upsert"]
    item: SessionItem


class RemoveSession(TypedDict):
    """Removes a session's row."""

    op: Literal["remove"]
    id: str


SessionListPatch = ResetSessions | AppendSessions | UpsertSession | RemoveSession


class SendAccepted(TypedDict):
    """The message of a request is stored."""

    op: Literal["sent"]
    request_id: str
    session_id: str


class SendPostponed(TypedDict):
    """The message of a request came too early; the browser sends it again after some seconds."""

    op: Literal["later"]
    request_id: str
    text: str
    seconds: int


class SendRefused(TypedDict):
    """The message of a request was not accepted, and why."""

    op: Literal["refused"]
    request_id: str
    text: str


class PersonTypes(TypedDict):
    """Another person has started or stopped typing in a session."""

    op: Literal["typing"]
    session: str
    id: str
    name: str
    typing: bool


ComposerPatch = SendAccepted | SendPostponed | SendRefused | PersonTypes
