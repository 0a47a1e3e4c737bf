"""Checks a session whose turn was interrupted by a kill, and describes each violation."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chat_app.domain.events import LAST_OF_A_TURN, ChatEvent, PartCompleted
from chat_app.domain.parts import ReasoningPart, TextPart, ToolResultPart
from chat_app.domain.transcript import Gap, Transcript, apply_event

Words = Mapping[str, Sequence[str]]
"""The words of the script for each part of the answer, by part id."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The expected final content of a session.

    Args:
        question: The one message of the person.
        parts: The ids of the answer's parts, in order.
        words: The words of its text and reasoning parts.
        results: The known results of its tool calls, by part id.
        calls: How often each model call was made, by its number in the turn.
        effects: How often the tool was executed.
    """

    question: str
    parts: Sequence[str]
    words: Words
    results: Mapping[str, str]
    calls: Mapping[int, int]
    effects: int


@dataclass(frozen=True, kw_only=True)
class Observed:
    """The observed content of a session.

    Args:
        before: Its snapshot before the message was sent.
        followed: The events that a client received from there on, before and after the kill.
        history: All its durable events on the server at the end.
        after: Its snapshot at the end.
        calls: The numbers of the model calls, one entry for each time.
        keys: The idempotency keys of the executed tool calls.
    """

    before: Transcript
    followed: Sequence[ChatEvent]
    history: Sequence[ChatEvent]
    after: Transcript
    calls: Sequence[int]
    keys: Sequence[str]


def count_effects_to_be(turns_file: Path, keys: Sequence[str]) -> int:
    """Return how often the tool must have been executed at the end; called while the server is stopped.

    That is once more than now, unless the call is recorded: what is recorded is not run again. Tools of one answer run
    at the same time, so that the place of the kill alone does not tell whether the call was recorded by then.

    Args:
        turns_file: The workflow engine's database.
        keys: The idempotency keys of the effects until now, each of which names its turn first.
    """
    if not keys:
        return 1
    with closing(sqlite3.connect(turns_file)) as database:
        recorded = database.execute(
            "SELECT count(*) FROM operation_outputs WHERE workflow_uuid = ? AND function_name = 'tool.record'",
            (keys[0].split()[0],),
        ).fetchone()
    return len(keys) + (recorded == (0,))


def problems_of(seen: Observed, expected: Expected) -> Iterator[str]:
    """Yield a description of each violation."""
    yield from _message_problems(seen.after, expected)
    yield from _part_problems(seen.after, expected)
    yield from _event_problems(seen)
    yield from _client_problems(seen)
    if Counter(seen.calls) != Counter(expected.calls):
        yield f"model calls {dict(Counter(seen.calls))}, expected {dict(expected.calls)}"
    if len(seen.keys) != expected.effects or len(set(seen.keys)) > 1:
        yield f"{len(seen.keys)} effects with {len(set(seen.keys))} keys, expected {expected.effects}"


def _message_problems(after: Transcript, expected: Expected) -> Iterator[str]:
    said = [message.content for message in after.messages if message.role == "user"]
    if said != [expected.question]:
        yield f"the person's messages are {said}"
    if len(after.messages) != 2 * len(said):
        yield f"{len(after.messages)} messages for {len(said)} questions"
    if (statuses := [turn.status.value for turn in after.turns.values()]) != ["completed"]:
        yield f"the turns are {statuses}"
    if after.open_parts:
        yield "text is still open"


def _part_problems(after: Transcript, expected: Expected) -> Iterator[str]:
    parts = after.messages[-1].parts
    if (ids := [part.id for part in parts]) != list(expected.parts):
        yield f"the parts are {ids}"
    marks: dict[str, set[str]] = {}
    for part in parts:
        if isinstance(part, TextPart | ReasoningPart):
            words, tries = _split(part.text)
            if words != list(expected.words.get(part.id, ())):
                yield f"part {part.id} reads {part.text!r}"
            marks.setdefault(part.id.split(".")[0], set()).update(tries)
        elif isinstance(part, ToolResultPart) and part.output != expected.results.get(part.id, part.output):
            yield f"result {part.id} is {part.output!r}"
    for step, tries in marks.items():
        if len(tries) != 1:
            yield f"step {step} mixes {len(tries)} tries"


def _split(text: str) -> tuple[list[str], set[str]]:
    """Return the words without the marks of their attempts, and the marks."""
    pairs = [word.partition("~") for word in re.findall(r"\S+", text)]
    return [word for word, _, _ in pairs], {mark for _, _, mark in pairs}


def _event_problems(seen: Observed) -> Iterator[str]:
    seqs = [event.seq for event in seen.history]
    if seqs != list(range(1, seen.after.cursor + 1)):
        yield f"the events are numbered {seqs}"
    ends = Counter(event.turn_id for event in seen.history if event.type in LAST_OF_A_TURN)
    if dict(ends) != dict.fromkeys(seen.after.turns, 1):
        yield f"the turns end {dict(ends)} times"
    settled = [event.data.part for event in seen.history if isinstance(event.data, PartCompleted)]
    if sorted(settled, key=_part_id) != sorted(seen.after.messages[-1].parts, key=_part_id):
        yield "the parts that settled are not those of the answer"


def _part_id(part: Any) -> str:
    return part.id


def _client_problems(seen: Observed) -> Iterator[str]:
    told = [event for event in seen.followed if event.durable]
    kept = {event.seq: event for event in seen.history}
    if any(kept.get(event.seq) != event for event in told):
        yield "an event that a client was told is another one now"
    transcript = seen.before
    try:
        for event in seen.followed:
            transcript = apply_event(transcript, event)
    except Gap as gap:
        yield f"a client that went on had a gap: {gap}"
        return
    if transcript != seen.after:
        yield "a client that went on has another transcript than a fresh one"


def transcript_of(session: Mapping[str, Any]) -> Transcript:
    """Parse the REST answer for a session as a transcript."""
    messages = [
        {
            **{key: value for key, value in message.items() if key not in ("turn_status", "author")},
            "author_name": message["author"]["name"] if message["author"] else None,
        }
        for message in session["messages"]["items"]
    ]
    open_parts: dict[str, dict[str, Any]] = {}
    for part in session["open_parts"]:
        open_parts.setdefault(part["turn_id"], {})[part["id"]] = part
    turns = {turn["id"]: turn for turn in session["turns"]}
    return Transcript.model_validate(
        {
            "session": session,
            "messages": messages,
            "turns": turns,
            "open_parts": open_parts,
            "reads": {},
            "cursor": session["cursor"],
        }
    )
