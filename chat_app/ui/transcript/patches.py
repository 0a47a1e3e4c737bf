"""Patches: what the browser's store is told when something happened, as small as the change.

Promise: a `reset` of a transcript, followed by the patches of the events after it, leaves the store as a `reset` of
the transcript after those events would. What an event costs depends on its message alone, never on the transcript.
"""

from __future__ import annotations

from typing import Any

from chat_app.domain.events import (
    ChatEvent,
    MessageCreated,
    PartCompleted,
    PartDelta,
    PartStarted,
    StepRestarted,
    TurnCancelled,
    TurnCompleted,
    TurnDelayed,
    TurnFailed,
    TurnQueued,
    TurnStarted,
)
from chat_app.domain.messages import Message
from chat_app.domain.transcript import Transcript
from chat_app.domain.turns import Turn
from chat_app.ui.transcript.rows import Row, group_in, groups_of, text_key

Patch = dict[str, Any]

_OF_A_TURN = TurnQueued | TurnStarted | TurnDelayed | TurnCompleted | TurnFailed | TurnCancelled


def reset_patch(
    transcript: Transcript, *, older: bool, newer: bool = False, focus: str | None = None, viewer: str = ""
) -> Patch:
    """Return the whole window.

    Args:
        transcript: The window.
        older: Whether the session has messages before it.
        newer: Whether the session has messages after it, which is so after a jump to an old message.
        focus: The id of a message to scroll to; None shows the end.
        viewer: The id of the person who sees it (see `group_of`).
    """
    groups = groups_of(transcript, viewer=viewer)
    session_id = transcript.session.id
    return {
        "op": "reset",
        "session": session_id,
        "groups": groups,
        "older": older,
        "newer": newer,
        "focus": focus,
    }


def older_patch(page: Transcript, *, older: bool, viewer: str = "") -> Patch:
    """Return a page to put before the window; `older` says whether there is still more before it."""
    return {"op": "older", "session": page.session.id, "groups": groups_of(page, viewer=viewer), "older": older}


def newer_patch(page: Transcript, *, newer: bool, viewer: str = "") -> Patch:
    """Return a page to put after a window that does not reach the end."""
    return {"op": "newer", "session": page.session.id, "groups": groups_of(page, viewer=viewer), "newer": newer}


def progress_patch(session_id: str, *, message_id: str, progress: dict[str, Any] | None) -> Patch:
    """Return the state of a model on its way, shown in the waiting answer; None takes it away.

    Args:
        session_id: The session.
        message_id: The assistant's message that waits.
        progress: `name` of the model, `state` (downloading, verifying, loading), `received` and `total` in bytes,
            `eta` in seconds or None, `text` with more words or None.
    """
    return {"op": "progress", "session": session_id, "group": message_id, "progress": progress}


def found_patch(session_id: str, *, query: str, message_ids: list[str]) -> Patch:
    """Return the messages of a session, oldest first, that hold the query."""
    matches = [{"message_id": message_id} for message_id in message_ids]
    return {"op": "found", "session": session_id, "query": query, "matches": matches}


def patch_of(before: Transcript, event: ChatEvent, after: Transcript, *, viewer: str = "") -> list[Patch]:
    """Return what `event` changes in the browser's store; empty when it changes nothing that is shown.

    Args:
        before: The transcript that the store shows.
        event: What happened.
        after: `apply_event(before, event)`.
        viewer: The id of the person who sees it (see `group_of`).
    """
    if isinstance(event.data, PartDelta):
        return _delta(before, event, event.data, after)
    message_id = _changed_message(event, after)
    message = _message(after, message_id)
    if message is None:
        return []
    known = _message(before, message_id)
    shown = group_in(before, known, viewer=viewer)["rows"] if known else []
    group = group_in(after, message, viewer=viewer)
    start = _first_difference(shown, group["rows"])
    if known and start == len(shown) == len(group["rows"]):
        return []
    texts = dict(_texts(shown))
    rows = [_without_known_text(row, texts) for row in group["rows"][start:]]
    place = {"group": message.id, "role": group["role"], "at": group["at"], "author": group["author"]}
    return [{"op": "rows", "session": after.session.id, **place, "from": start, "rows": rows}]


def _delta(before: Transcript, event: ChatEvent, data: PartDelta, after: Transcript) -> list[Patch]:
    if after is before or event.turn_id is None:
        return []
    part = after.open_parts[event.turn_id][data.part_id]
    if part.type == "tool_call":
        return []
    key = text_key(event.turn_id, data.part_id)
    return [{"op": "delta", "row": key, "offset": data.offset, "text": data.text}]


def _changed_message(event: ChatEvent, after: Transcript) -> str | None:
    match event.data:
        case MessageCreated(message=message):
            return message.id
        case PartCompleted(message_id=message_id) | StepRestarted(message_id=message_id):
            return message_id
        case PartStarted(part=part):
            return part.message_id
        case data if isinstance(data, _OF_A_TURN):
            turn: Turn | None = after.turns.get(event.turn_id or "")
            return turn.assistant_message_id if turn else None
        case _:
            return None


def _message(transcript: Transcript, message_id: str | None) -> Message | None:
    """Return a message; looked for from the end, since what changes is new."""
    return next((message for message in reversed(transcript.messages) if message.id == message_id), None)


def _first_difference(old: list[Row], new: list[Row]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


def _texts(rows: list[Row]) -> list[tuple[str, str]]:
    """Return the texts that the store keeps for these rows, by key."""
    entries = [entry for row in rows for entry in ([row] if row["kind"] == "text" else row.get("texts", []))]
    return [(entry["key"], entry["text"]) for entry in entries]


def _without_known_text(row: Row, known: dict[str, str]) -> Row:
    """Return the row with the length in place of each text that the store has already."""
    if row["kind"] == "text":
        return _with_length(row, known)
    if row["kind"] == "reasoning":
        return {**row, "texts": [_with_length(entry, known) for entry in row["texts"]]}
    return row


def _with_length(entry: Row, known: dict[str, str]) -> Row:
    if known.get(entry["key"]) != entry["text"]:
        return entry
    return {**{name: value for name, value in entry.items() if name != "text"}, "length": len(entry["text"])}
