"""What an event changes in the browser's transcript, as patches as small as the change.

Promise: a `reset` of a transcript, followed by the patches of the events after it, leaves the browser as a `reset` of
the transcript after those events would. What an event costs depends on its message alone, never on the transcript.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from chat_app.domain import events
from chat_app.domain.events import ChatEvent, PartDelta
from chat_app.domain.messages import Message
from chat_app.domain.transcript import Transcript
from chat_app.ui.protocol import (
    AppendNewer,
    AppendText,
    ChangedRow,
    ChangeRows,
    FoundMessage,
    Group,
    KeyedText,
    ModelProgress,
    PersonTypes,
    PrependOlder,
    ResetTranscript,
    Row,
    ShowFound,
    ShowProgress,
    StoredReasoningRow,
    StoredText,
    StoredTextRow,
    TranscriptPatch,
)
from chat_app.ui.transcript.rows import group_in, groups_of, people_group, people_row, text_key

NO_TRANSCRIPT = ResetTranscript(op="reset", session="", groups=[], older=False, newer=False, focus=None)
"""Empties the transcript."""


def reset_patch(
    transcript: Transcript, *, older: bool, newer: bool = False, focus: str | None = None, viewer_id: str = ""
) -> ResetTranscript:
    """Return the whole window.

    Args:
        transcript: The window.
        older: Whether the session has messages before it.
        newer: Whether the session has messages after it, as after a jump to an old message.
        focus: The id of a message to scroll to; None shows the end.
        viewer_id: The id of the viewer (see `group_of`).
    """
    return ResetTranscript(
        op="reset",
        session=transcript.session.id,
        groups=groups_of(transcript, viewer_id=viewer_id),
        older=older,
        newer=newer,
        focus=focus,
    )


def older_patch(page: Transcript, *, older: bool, viewer_id: str = "") -> PrependOlder:
    """Return a page to put before the window; `older` says whether there are more before it."""
    groups = groups_of(page, viewer_id=viewer_id)
    return PrependOlder(op="older", session=page.session.id, groups=groups, older=older)


def newer_patch(page: Transcript, *, newer: bool, viewer_id: str = "") -> AppendNewer:
    """Return a page to put after a window that does not reach the end; `newer` says whether there are more after it."""
    groups = groups_of(page, viewer_id=viewer_id)
    return AppendNewer(op="newer", session=page.session.id, groups=groups, newer=newer)


def progress_patch(session_id: str, *, message_id: str, progress: ModelProgress | None) -> ShowProgress:
    """Return the progress of a model, shown in the waiting answer with this id; None hides it."""
    return ShowProgress(op="progress", session=session_id, group=message_id, progress=progress)


def found_patch(session_id: str, *, query: str, message_ids: list[str]) -> ShowFound:
    """Return the messages of a session, oldest first, that hold the query."""
    matches = [FoundMessage(message_id=message_id) for message_id in message_ids]
    return ShowFound(op="found", session=session_id, query=query, matches=matches)


def typing_patch(session_id: str, data: events.PersonTyping) -> PersonTypes:
    """Return that another person has started or stopped typing; the composer shows it."""
    return PersonTypes(op="typing", session=session_id, id=data.user_id, name=data.name, typing=data.typing)


def patches_of(
    before: Transcript, event: ChatEvent, after: Transcript, *, viewer_id: str = ""
) -> list[TranscriptPatch]:
    """Return what an event changes in the browser's transcript; empty when it changes nothing that is shown.

    Args:
        before: The transcript that the browser shows.
        event: What happened.
        after: `apply_event(before, event)`.
        viewer_id: The id of the viewer (see `group_of`).
    """
    if isinstance(event.data, PartDelta):
        return list(_delta(before, event, event.data, after))
    if change := events.participant_change(event):
        return [] if after is before else [_notice(after, people_group(change), [people_row(change)])]
    message = _message(after, _changed_message(event, after))
    if message is None:
        return []
    known = _message(before, message.id)
    shown = group_in(before, known, viewer_id=viewer_id)["rows"] if known else []
    group = group_in(after, message, viewer_id=viewer_id)
    start = _first_difference(shown, group["rows"])
    if known and start == len(shown) == len(group["rows"]):
        return []
    stored = {entry["key"]: entry["text"] for entry in _texts(shown)}
    patch: ChangeRows = {
        "op": "rows",
        "session": after.session.id,
        "group": message.id,
        "role": group["role"],
        "at": group["at"],
        "author": group["author"],
        "from": start,
        "rows": [_without_stored_text(row, stored) for row in group["rows"][start:]],
    }
    return [patch]


def _notice(after: Transcript, group: Group, rows: list[ChangedRow]) -> ChangeRows:
    """Return a new notice at the end of the transcript."""
    return {
        "op": "rows",
        "session": after.session.id,
        "group": group["id"],
        "role": group["role"],
        "at": group["at"],
        "author": group["author"],
        "from": 0,
        "rows": rows,
    }


def _delta(before: Transcript, event: ChatEvent, data: PartDelta, after: Transcript) -> Iterator[AppendText]:
    if after is before or event.turn_id is None:
        return
    part = after.open_parts[event.turn_id][data.part_id]
    if part.type != "tool_call":
        yield AppendText(op="delta", row=text_key(event.turn_id, data.part_id), offset=data.offset, text=data.text)


def _changed_message(event: ChatEvent, after: Transcript) -> str | None:
    """Return the id of the message that an event changes; None when it changes none."""
    match event.data:
        case events.MessageCreated(message=message):
            return message.id
        case events.PartCompleted(message_id=message_id) | events.StepRestarted(message_id=message_id):
            return message_id
        case events.PartStarted(part=part):
            return part.message_id
        case (
            events.TurnQueued()
            | events.TurnStarted()
            | events.TurnDelayed()
            | events.TurnCompleted()
            | events.TurnFailed()
            | events.TurnCancelled()
        ):
            turn = after.turns.get(event.turn_id or "")
            return turn.assistant_message_id if turn else None
        case (
            events.SessionCreated()
            | events.SessionRenamed()
            | events.SessionArchived()
            | events.SessionRestored()
            | events.SessionDeleted()
            | events.SessionRead()
            | events.VisibilityChanged()
            | events.ParticipantAdded()
            | events.ParticipantRemoved()
            | events.PartDelta()
            | events.TypingStarted()
            | events.TypingStopped()
            | events.PersonTyping()
            | events.PersonLooking()
            | events.StreamReset()
        ):
            return None
        case _:
            assert_never(event.data)


def _message(transcript: Transcript, message_id: str | None) -> Message | None:
    """Return a message; the search begins at the end, as new messages are the ones that change."""
    return next((message for message in reversed(transcript.messages) if message.id == message_id), None)


def _first_difference(old: list[Row], new: list[Row]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


def _texts(rows: list[Row]) -> Iterator[KeyedText]:
    """Yield the texts that the browser stores for these rows."""
    for row in rows:
        if row["kind"] == "text":
            yield KeyedText(key=row["key"], text=row["text"])
        elif row["kind"] == "reasoning":
            yield from row["texts"]


def _without_stored_text(row: Row, stored: dict[str, str]) -> ChangedRow:
    """Return the row with the length in place of each text that the browser has already."""
    if row["kind"] == "text":
        if stored.get(row["key"]) != row["text"]:
            return row
        return StoredTextRow(key=row["key"], kind="text", live=row["live"], length=len(row["text"]))
    if row["kind"] == "reasoning":
        texts = [_or_length(text, stored) for text in row["texts"]]
        return StoredReasoningRow(
            key=row["key"],
            kind="reasoning",
            live=row["live"],
            started_at=row["started_at"],
            seconds=row["seconds"],
            unfolded=row["unfolded"],
            texts=texts,
        )
    return row


def _or_length(text: KeyedText, stored: dict[str, str]) -> KeyedText | StoredText:
    if stored.get(text["key"]) != text["text"]:
        return text
    return StoredText(key=text["key"], length=len(text["text"]))
