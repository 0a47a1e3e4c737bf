"""Turns messages, turns and open parts into the groups of rows that the browser shows. Pure functions.

Text is addressed by `text_key`, so that a delta names the text that it adds to without knowing any row.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeGuard

from chat_app.domain.agents import model_label
from chat_app.domain.messages import Message
from chat_app.domain.parts import (
    ErrorPart,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    part_order,
)
from chat_app.domain.sessions import ParticipantChange
from chat_app.domain.transcript import NO_OPEN_PARTS, Transcript
from chat_app.domain.turn_errors import TurnErrorCode
from chat_app.domain.turns import EndReason, OpenPart, Turn, TurnStatus
from chat_app.services.tools import tool_display
from chat_app.ui.protocol import (
    ActionsRow,
    Author,
    DelayNotice,
    ErrorRow,
    Group,
    KeyedText,
    PeopleRow,
    ReasoningRow,
    ResumedNotice,
    Row,
    Step,
    StepDetail,
    StepsRow,
    TextRow,
    UserRow,
    WaitingRow,
)

SUBJECT_LENGTH = 120
"""Characters of a tool call's subject in its step's line; the whole input is loaded when the step is opened."""


def groups_of(transcript: Transcript, *, viewer_id: str = "") -> list[Group]:
    """Return a group for every message and notice of the window, oldest first, as the viewer sees it."""
    changes = deque(transcript.participant_changes)
    groups: list[Group] = []
    for message in transcript.messages:
        while changes and changes[0].at < message.created_at:
            groups.append(people_group(changes.popleft()))
        groups.append(group_in(transcript, message, viewer_id=viewer_id))
    return [*groups, *(people_group(change) for change in changes)]


def people_group(change: ParticipantChange) -> Group:
    """Return the notice that a person was added to the session or removed from it."""
    return Group(id=f"people_{change.seq}", role="notice", at=_iso(change.at), author=None, rows=[people_row(change)])


def people_row(change: ParticipantChange) -> PeopleRow:
    """Return the row of the notice that a person was added to the session or removed from it."""
    kind: Literal["added", "joined", "removed", "left"] = change.kind
    if change.person.id == change.by.id:
        kind = "joined" if change.kind == "added" else "left"
    return PeopleRow(
        key=f"people_{change.seq}.row", kind="people", change=kind, name=change.person.name, by=change.by.name
    )


def group_in(transcript: Transcript, message: Message, *, viewer_id: str = "") -> Group:
    """Return the group of one of the transcript's messages."""
    turn = transcript.turns.get(message.task_id or "")
    open_parts = transcript.open_parts.get(turn.id, NO_OPEN_PARTS) if turn else NO_OPEN_PARTS
    return group_of(message, turn=turn, open_parts=open_parts, viewer_id=viewer_id)


def group_of(
    message: Message, *, turn: Turn | None, open_parts: Mapping[str, OpenPart] = NO_OPEN_PARTS, viewer_id: str = ""
) -> Group:
    """Return a message as a group of rows.

    Args:
        message: The message.
        turn: The turn that the message asked for or came from; None when it is not known, e.g. for an import.
        open_parts: Text that the turn's model is still writing, by part id.
        viewer_id: The id of the viewer, who sees the authors of other people's messages; with "" nobody sees authors.
    """
    rows = _user_rows(message) if message.role == "user" else _Answer(message, turn, open_parts).rows()
    return Group(
        id=message.id,
        role=message.role,
        at=_iso(message.created_at),
        author=_author(message, viewer_id),
        rows=rows,
    )


def _author(message: Message, viewer_id: str) -> Author | None:
    """Return who wrote a person's message, None when it is the viewer."""
    if not viewer_id or message.role != "user" or message.author_id is None or message.author_id == viewer_id:
        return None
    return Author(id=message.author_id, name=message.author_name or "")


def text_key(owner: str, part_id: str) -> str:
    """Return the key of a part's text or step; the owner is the id of a turn, or of a message that has none."""
    return f"{owner}.{part_id}"


def step_detail(message: Message, *, key: str) -> StepDetail | None:
    """Return the whole input and output of the step with this key; None when the message has no such step."""
    owner = message.task_id or message.id
    calls = (part for part in message.parts if isinstance(part, ToolCallPart))
    call = next((part for part in calls if text_key(owner, part.id) == key), None)
    if call is None:
        return None
    result = _results(message.parts).get(call.call_id)
    return StepDetail(
        op="detail",
        session=message.chat_session_id,
        key=key,
        input=json.dumps(call.arguments, ensure_ascii=False, indent=2),
        output=result.output if result else "",
        error=result.is_error if result else False,
    )


def _user_rows(message: Message) -> list[Row]:
    key = f"{message.id}.user"
    return [UserRow(key=key, kind="user", text=message.content, request_id=message.request_id)]


class _Answer:
    """Makes the rows of an assistant's message: reasoning, then steps and text in order, then the turn's status."""

    def __init__(self, message: Message, turn: Turn | None, open_parts: Mapping[str, OpenPart]) -> None:
        self._message = message
        self._turn = turn
        self._owner = message.task_id or message.id
        # A message is created just before its turn: while no turn is known, an empty message has not ended.
        self._ended = turn.status.ended if turn else bool(message.parts)
        settled = {part.id for part in message.parts}
        running = [] if self._ended else [part for part in open_parts.values() if part.id not in settled]
        self._parts: list[Part | OpenPart] = sorted([*message.parts, *running], key=lambda part: part_order(part.id))
        self._results = _results(message.parts)

    def rows(self) -> list[Row]:
        content = [*self._reasoning(), *self._content()]
        return [*self._resumed(), *content, *self._state(content)]

    def _live(self, part: Part | OpenPart) -> bool:
        """Whether the model is writing the part at this moment: it is open, and nothing comes after it."""
        return isinstance(part, OpenPart) and part is self._parts[-1]

    def _reasoning(self) -> Iterator[ReasoningRow]:
        """All reasoning of a turn is one block."""
        parts = [part for part in self._parts if _is_reasoning(part)]
        if not parts:
            return
        live = next((part for part in parts if self._live(part)), None)
        yield ReasoningRow(
            key=f"{self._owner}.reasoning",
            kind="reasoning",
            live=live is not None,
            started_at=_iso(live.started_at) if isinstance(live, OpenPart) else None,
            seconds=round(sum(self._thought_for(part) for part in parts if part is not live), 1),
            unfolded=self._turn is not None and self._turn.end_reason is EndReason.REASONING_ONLY,
            texts=[KeyedText(key=text_key(self._owner, part.id), text=part.text) for part in parts],
        )

    def _thought_for(self, part: Part | OpenPart) -> float:
        """Seconds of reasoning; of an open part that is over, until the next open part began."""
        if isinstance(part, ReasoningPart):
            return part.duration or 0.0
        if not isinstance(part, OpenPart):
            return 0.0
        later = self._parts[self._parts.index(part) + 1 :]
        ended_at = next((other.started_at for other in later if isinstance(other, OpenPart)), part.started_at)
        return max(timedelta(), ended_at - part.started_at).total_seconds()

    def _content(self) -> Iterator[Row]:
        steps: list[Step] = []
        for part in self._parts:
            if isinstance(part, ToolCallPart) or _is_open(part, "tool_call"):
                steps.append(self._step(part))
            elif isinstance(part, TextPart | ErrorPart) or _is_open(part, "text"):
                row = self._text_or_error(part)
                if row is not None:
                    yield from _folded(steps)
                    steps = []
                    yield row
        yield from _folded(steps)

    def _step(self, part: Part | OpenPart) -> Step:
        key = text_key(self._owner, part.id)
        if isinstance(part, ToolCallPart):
            result = self._results.get(part.call_id)
            running = result is None and not self._ended
            return Step(
                key=key,
                name=part.name,
                title=_title(part.name, running=running),
                icon=tool_display(part.name).icon,
                subject=_subject(part),
                seconds=result.duration if result else None,
                is_error=bool(result and result.is_error),
                live=running,
            )
        name = (part.tool_name if isinstance(part, OpenPart) else None) or ""
        return Step(
            key=key,
            name=name,
            title=_title(name, running=True),
            icon=tool_display(name).icon,
            subject="",
            seconds=None,
            is_error=False,
            live=True,
        )

    def _text_or_error(self, part: Part | OpenPart) -> TextRow | ErrorRow | None:
        key = text_key(self._owner, part.id)
        if isinstance(part, ErrorPart):
            # The text has the provider's words already.
            details = {name: value for name, value in part.details.items() if name != "provider_text"}
            return self._error(part.code, key=key, text=part.text, details=details)
        text = part.text if isinstance(part, TextPart | OpenPart) else ""
        live = self._live(part)
        return TextRow(key=key, kind="text", live=live, text=text) if text or live else None

    def _error(self, code: str, *, key: str, text: str, details: Mapping[str, Any]) -> ErrorRow:
        failed = self._turn is not None and self._turn.status is TurnStatus.FAILED
        turn_id = self._turn.id if self._turn and failed else None
        return ErrorRow(
            key=key,
            kind="error",
            code=code,
            text=text,
            details=dict(details),
            turn_id=turn_id,
            model=self._turn.model if self._turn else None,
        )

    def _resumed(self) -> Iterator[ResumedNotice]:
        if self._turn and self._turn.attempt > 1 and self._turn.resumed_at:
            at = _iso(self._turn.resumed_at)
            yield ResumedNotice(key=f"{self._owner}.resumed", kind="notice", name="resumed", at=at)

    def _state(self, content: list[Row]) -> Iterator[Row]:
        if self._ended:
            yield from self._ending(content)
        elif self._turn and self._turn.delay:
            delay = self._turn.delay
            yield DelayNotice(
                key=f"{self._owner}.delay",
                kind="notice",
                name=delay.reason,
                text=delay.text,
                until=_iso(delay.until),
            )
        elif not any(_is_live(row) for row in content):
            queued = self._turn is not None and self._turn.status is TurnStatus.QUEUED
            yield WaitingRow(key=f"{self._owner}.waiting", kind="waiting", queued=queued)

    def _ending(self, content: list[Row]) -> Iterator[Row]:
        turn = self._turn
        failed = turn is not None and turn.status is TurnStatus.FAILED
        if turn and failed and not any(row["kind"] == "error" for row in content):
            yield self._error(turn.error_code or "other", key=f"{self._owner}.error", text="", details={})
        elif turn and turn.status is TurnStatus.COMPLETED and not content:
            yield self._error(TurnErrorCode.NO_OUTPUT, key=f"{self._owner}.error", text="", details={})
        elif not failed or any(row["kind"] == "text" for row in content):
            at = (turn.finished_at if turn else None) or self._message.created_at
            yield ActionsRow(
                key=f"{self._owner}.actions",
                kind="actions",
                stopped=turn is not None and turn.status is TurnStatus.CANCELLED,
                end_reason=turn.end_reason.value if turn and turn.end_reason else None,
                at=_iso(at),
                model=model_label(turn.model) if turn else None,
            )


def _is_live(row: Row) -> bool:
    if row["kind"] == "reasoning" or row["kind"] == "text" or row["kind"] == "steps":
        return row["live"]
    return False


def _folded(steps: list[Step]) -> Iterator[StepsRow]:
    """Yield consecutive calls as one row, and nothing when there are none."""
    if not steps:
        return
    seconds = [step["seconds"] for step in steps if step["seconds"] is not None]
    yield StepsRow(
        key=f"{steps[0]['key']}.steps",
        kind="steps",
        live=any(step["live"] for step in steps),
        seconds=round(sum(seconds), 3) if seconds else None,
        steps=steps,
    )


def _is_reasoning(part: Part | OpenPart) -> TypeGuard[ReasoningPart | OpenPart]:
    return isinstance(part, ReasoningPart) or _is_open(part, "reasoning")


def _is_open(part: Part | OpenPart, kind: str) -> bool:
    return isinstance(part, OpenPart) and part.type == kind


def _results(parts: Iterable[Part]) -> dict[str, ToolResultPart]:
    return {part.call_id: part for part in parts if isinstance(part, ToolResultPart)}


def _title(tool: str, *, running: bool) -> str:
    display = tool_display(tool)
    return display.running_title if running else display.title


def _subject(call: ToolCallPart) -> str:
    """Return in one line what a call is about: its tool's subject, else its first argument that is a plain value."""
    subject = tool_display(call.name).subject
    values = call.arguments.values() if subject is None else (call.arguments.get(subject),)
    plain = (value for value in values if isinstance(value, str | int | float))
    line = " ".join(str(next(plain, "")).split())
    return line if len(line) <= SUBJECT_LENGTH else f"{line[: SUBJECT_LENGTH - 1]}…"


def _iso(moment: datetime) -> str:
    return moment.isoformat()
