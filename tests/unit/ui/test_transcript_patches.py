"""Patches lead to the same transcript as a new window, and their size depends only on the change."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chat_app.domain.events import (
    EventData,
    MessageCreated,
    PartCompleted,
    PartDelta,
    PartStarted,
    SessionRenamed,
    StepRestarted,
    TurnCancelled,
    TurnCompleted,
    TurnDelayed,
    TurnFailed,
    TurnQueued,
    TurnStarted,
)
from chat_app.domain.parts import Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from chat_app.domain.sessions import TitleSource
from chat_app.domain.transcript import apply_event
from chat_app.domain.turns import Delay, OpenPart, Turn, TurnStatus
from chat_app.ui.protocol import ResetTranscript, TranscriptPatch
from chat_app.ui.transcript.patches import patches_of, reset_patch
from chat_app.ui.transcript.rows import groups_of
from tests.support.builders import START, a_message, a_transcript, a_turn, an_event, an_open_part

Json = dict[str, Any]

NOW = START


def question_id(turn_id: str) -> str:
    return turn_id.replace("trn", "usr")


def answer_id(turn_id: str) -> str:
    return turn_id.replace("trn", "ans")


def turn_of(turn_id: str, **values: Any) -> Turn:
    return a_turn(id=turn_id, user_message_id=question_id(turn_id), assistant_message_id=answer_id(turn_id), **values)


class Mirror:
    """The transcript as the browser's store keeps it; fails where the store would request a new window."""

    def __init__(self, patch: ResetTranscript) -> None:
        self.groups: list[Json] = []
        self.texts: dict[str, str] = {}
        for group in patch["groups"]:
            self.groups.append({**group, "rows": [self._take(row) for row in json.loads(json.dumps(group["rows"]))]})

    def apply(self, sent: TranscriptPatch) -> None:
        patch: Json = json.loads(json.dumps(sent))
        if patch["op"] == "delta":
            text = self.texts[patch["row"]]
            assert patch["offset"] <= len(text)
            self.texts[patch["row"]] = text[: patch["offset"]] + patch["text"]
            return
        group: Json | None = next((group for group in self.groups if group["id"] == patch["group"]), None)
        if group is None:
            group = {
                "id": patch["group"],
                "role": patch["role"],
                "at": patch["at"],
                "author": patch["author"],
                "rows": [],
            }
            self.groups.append(group)
        assert patch["from"] <= len(group["rows"])
        group["rows"] = [*group["rows"][: patch["from"]], *map(self._take, patch["rows"])]

    def shown(self) -> list[Json]:
        return [{**group, "rows": [self._give(row) for row in group["rows"]]} for group in self.groups]

    def _take(self, row: Json) -> Json:
        for entry in self._entries(row):
            if "text" in entry:
                self.texts[entry["key"]] = entry.pop("text")
            else:
                assert len(self.texts[entry["key"]]) == entry.pop("length")
        return row

    def _give(self, row: Json) -> Json:
        row = copy.deepcopy(row)
        for entry in self._entries(row):
            entry["text"] = self.texts[entry["key"]]
        return row

    @staticmethod
    def _entries(row: Json) -> list[Json]:
        return [row] if row["kind"] == "text" else row.get("texts", [])


class Walk:
    """A session to which events are applied, with its mirror and the size of each patch in bytes."""

    def __init__(self) -> None:
        self.transcript = a_transcript()
        self.mirror = Mirror(reset_patch(self.transcript, older=False))
        self.sizes: list[int] = []

    def happen(self, data: EventData, turn_id: str | None = None) -> None:
        durable = not isinstance(data, PartStarted | PartDelta)
        event = an_event(data, seq=self.transcript.cursor + 1 if durable else 0, turn_id=turn_id)
        after = apply_event(self.transcript, event)
        for patch in patches_of(self.transcript, event, after):
            self.sizes.append(len(json.dumps(patch)))
            self.mirror.apply(patch)
        self.transcript = after

    def check(self) -> None:
        assert self.mirror.shown() == groups_of(self.transcript)

    def ask(self, turn_id: str) -> None:
        user = a_message(id=question_id(turn_id), role="user", parts=(TextPart(id="0.0", text="?"),), task_id=turn_id)
        answer = a_message(id=answer_id(turn_id), task_id=turn_id)
        for data in (MessageCreated(message=user), MessageCreated(message=answer)):
            self.happen(data, turn_id)
        self.happen(TurnQueued(turn=turn_of(turn_id, status=TurnStatus.QUEUED, started_at=None)), turn_id)


Step = tuple[Any, ...]
ENDING: dict[Any, TurnStatus] = {
    TurnCompleted: TurnStatus.COMPLETED,
    TurnFailed: TurnStatus.FAILED,
    TurnCancelled: TurnStatus.CANCELLED,
}
_TEXT = st.text(alphabet="ab😀 \n", min_size=1, max_size=6)
_STEP: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("ask")),
    st.tuples(st.just("start"), st.integers(1, 3)),
    st.tuples(
        st.just("open"), st.integers(1, 2), st.integers(0, 2), st.sampled_from(["text", "reasoning", "tool_call"])
    ),
    st.tuples(st.just("delta"), st.integers(0, 5), _TEXT, st.integers(0, 2)),
    st.tuples(st.just("settle"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("result"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("restart"), st.integers(1, 2), st.integers(2, 3)),
    st.tuples(st.just("delay"), st.booleans()),
    st.tuples(st.just("end"), st.sampled_from(list(ENDING))),
    st.tuples(st.just("rename")),
)


def _settled(part: OpenPart, text: str) -> Part:
    if part.type == "text":
        return TextPart(id=part.id, text=text)
    if part.type == "reasoning":
        return ReasoningPart(id=part.id, text=text, duration=1.0)
    return ToolCallPart(id=part.id, call_id=f"call-{part.id}", name="clock", arguments={"zone": text})


def _take_step(walk: Walk, step: Step, turn_id: str) -> None:
    """Apply one step to the newest turn, if the step is possible."""
    answer = answer_id(turn_id)
    turn = walk.transcript.turns[turn_id]
    fields: list[Any] = [*step, None, None, None]
    name, one, two, three = fields[:4]
    opened: list[OpenPart] = list(walk.transcript.open_parts.get(turn_id, {}).values())
    part: OpenPart | None = opened[int(one) % len(opened)] if opened and name in ("delta", "settle") else None
    if name == "start":
        resumed = NOW if one > 1 else None
        walk.happen(TurnStarted(attempt=one, started_at=NOW, resumed_at=resumed), turn_id)
    elif name == "open":
        begun = an_open_part(
            id=f"{one}.{two}", type=three, attempt=1, turn_id=turn_id, message_id=answer, tool_name="clock"
        )
        walk.happen(PartStarted(part=begun), turn_id)
    elif name == "delta" and part:
        offset = max(0, len(part.text) - three)
        more = PartDelta(part_id=part.id, attempt=part.attempt, offset=offset, text=part.text[offset:] + two)
        stale = PartDelta(part_id=part.id, attempt=part.attempt - 1, offset=offset, text=part.text + "stale text")
        for data in (more, more, stale):
            walk.happen(data, turn_id)
    elif name == "settle" and part:
        text = part.text if two else "another text"
        walk.happen(PartCompleted(message_id=answer, part=_settled(part, text)), turn_id)
    elif name == "result":
        _give_result(walk, turn_id, which=one, failed=two)
    elif name == "restart":
        walk.happen(StepRestarted(message_id=answer, step=one, attempt=two), turn_id)
    elif name == "delay":
        delay = Delay(reason="rate_limited", text="t", attempt=1, until=NOW) if one else None
        walk.happen(TurnDelayed(delay=delay), turn_id)
    elif name == "end":
        walk.happen(one(turn=turn.model_copy(update={"status": ENDING[one], "finished_at": NOW})), turn_id)
    elif name == "rename":
        walk.happen(SessionRenamed(title="t", title_source=TitleSource.PERSON))


def _give_result(walk: Walk, turn_id: str, *, which: int, failed: bool) -> None:
    answer = answer_id(turn_id)
    message = next(each for each in walk.transcript.messages if each.id == answer)
    calls = [part for part in message.parts if isinstance(part, ToolCallPart)]
    if calls:
        of = calls[which % len(calls)]
        part_id = f"{of.id.split('.')[0]}.{10 + which}"
        part = ToolResultPart(id=part_id, call_id=of.call_id, output="out", is_error=failed, duration=0.5)
        walk.happen(PartCompleted(message_id=answer, part=part), turn_id)


@settings(max_examples=300, deadline=None)
@given(st.lists(_STEP, max_size=40))
def test_patches_lead_to_the_same_rows_as_a_new_window(steps: list[Step]) -> None:
    walk = Walk()
    asked = 1
    walk.ask("trn_1")
    for step in steps:
        newest = f"trn_{asked}"
        ended = walk.transcript.turns[newest].status.ended
        if step[0] == "ask" and asked < 3:
            asked += 1
            walk.ask(f"trn_{asked}")
        elif not ended:
            _take_step(walk, step, newest)
        walk.check()


def _streamed(messages: int) -> Walk:
    """Return a walk whose newest turn streams text and ends, after the given number of messages."""
    walk = Walk()
    for number in range(messages // 2):
        turn_id = f"trn_{number}"
        walk.ask(turn_id)
        part = TextPart(id="1.0", text="word " * 50)
        walk.happen(PartCompleted(message_id=answer_id(turn_id), part=part), turn_id)
        walk.happen(TurnCompleted(turn=turn_of(turn_id, status=TurnStatus.COMPLETED)), turn_id)
    walk.sizes.clear()
    walk.ask("trn_x1")
    walk.happen(TurnStarted(attempt=1, started_at=NOW, resumed_at=None), "trn_x1")
    part = an_open_part(id="1.0", attempt=1, turn_id="trn_x1", message_id=answer_id("trn_x1"))
    walk.happen(PartStarted(part=part), "trn_x1")
    for index in range(100):
        walk.happen(PartDelta(part_id="1.0", attempt=1, offset=5 * index, text="word "), "trn_x1")
    walk.happen(PartCompleted(message_id=answer_id("trn_x1"), part=TextPart(id="1.0", text="word " * 100)), "trn_x1")
    walk.happen(TurnCompleted(turn=turn_of("trn_x1", status=TurnStatus.COMPLETED)), "trn_x1")
    walk.check()
    return walk


def test_the_patch_sizes_of_a_turn_do_not_depend_on_the_length_of_the_transcript() -> None:
    assert _streamed(messages=0).sizes == _streamed(messages=400).sizes


def test_completing_a_part_does_not_send_the_streamed_text_again() -> None:
    assert max(_streamed(messages=0).sizes[-2:]) < len("word " * 100)
