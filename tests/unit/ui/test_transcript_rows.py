"""The transcript rows for each state of a message and its turn."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

from chat_app.domain.messages import Message
from chat_app.domain.parts import ErrorPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from chat_app.domain.turn_errors import TurnErrorCode
from chat_app.domain.turns import Delay, OpenPart, Turn, TurnStatus
from chat_app.ui.texts import read_catalogue
from chat_app.ui.transcript.rows import SUBJECT_LENGTH, group_of, step_detail
from tests.support.builders import START, a_message, a_turn, an_open_part

NOW = START
Json = dict[str, Any]
SCRIPTS = Path(__file__).parents[3] / "assets" / "transcript"


def ended(status: TurnStatus = TurnStatus.COMPLETED, **values: Any) -> Turn:
    return a_turn(status=status, finished_at=NOW, **values)


def open_part(part_id: str, kind: str, text: str = "", *, after: float = 0, **values: Any) -> OpenPart:
    return an_open_part(id=part_id, type=kind, text=text, started_at=NOW + timedelta(seconds=after), **values)


def rows(*parts: Part, turn: Turn | None, opened: tuple[OpenPart, ...] = ()) -> list[Json]:
    return rows_of(a_message(parts=parts), turn=turn, open_parts={part.id: part for part in opened})


def rows_of(message: Message, **values: Any) -> list[Json]:
    """Return the rows of a message as the JSON that the page gets."""
    return json.loads(json.dumps(group_of(message, **values)["rows"]))


def kinds(found: list[Json]) -> list[str]:
    return [row["kind"] for row in found]


def call(part_id: str, name: str = "clock", **arguments: Any) -> ToolCallPart:
    return ToolCallPart(id=part_id, call_id=f"call-{part_id}", name=name, arguments=arguments)


def result(of: ToolCallPart, part_id: str, **values: Any) -> ToolResultPart:
    return ToolResultPart(id=part_id, call_id=of.call_id, output="out", **values)


def test_a_users_message_is_one_row_with_its_request_id() -> None:
    message = a_message(role="user", parts=(TextPart(id="0.0", text="hello"),), request_id="req_1")
    (row,) = rows_of(message, turn=None)
    assert (row["kind"], row["text"], row["request_id"]) == ("user", "hello", "req_1")


def test_all_reasoning_of_a_turn_is_one_block_with_the_total_of_its_seconds() -> None:
    first, step = ReasoningPart(id="1.0", text="a", duration=2.0), call("1.1")
    second = ReasoningPart(id="2.0", text="b", duration=3.5)
    found = rows(first, step, result(step, "1.2"), second, TextPart(id="2.1", text="x"), turn=ended())
    assert kinds(found) == ["reasoning", "steps", "text", "actions"]
    assert found[0]["seconds"] == 5.5
    assert [entry["text"] for entry in found[0]["texts"]] == ["a", "b"]


def test_open_reasoning_is_live_until_another_part_starts_and_then_shows_its_duration() -> None:
    running = a_turn()
    (live,) = rows(turn=running, opened=(open_part("1.0", "reasoning", "hm"),))
    assert (live["live"], live["started_at"]) == (True, NOW.isoformat())
    after = rows(turn=running, opened=(open_part("1.0", "reasoning", "hm"), open_part("1.1", "text", "So", after=4)))
    assert (after[0]["live"], after[0]["seconds"]) == (False, 4.0)
    assert after[1]["live"] is True


def test_consecutive_tool_calls_are_grouped_and_text_between_them_starts_a_new_group() -> None:
    one, two, three = call("1.0"), call("1.1"), call("3.0")
    parts = [one, two, result(one, "1.2", duration=0.1), result(two, "1.3", duration=0.2)]
    found = rows(
        *parts,
        TextPart(id="2.0", text="then"),
        three,
        result(three, "3.1", is_error=True),
        turn=ended(),
    )
    assert kinds(found) == ["steps", "text", "steps", "actions"]
    assert [len(found[0]["steps"]), len(found[2]["steps"])] == [2, 1]
    assert found[0]["seconds"] == 0.3
    assert found[2]["steps"][0]["is_error"] is True


def test_a_tool_call_without_a_result_is_live_only_while_the_turn_runs() -> None:
    assert rows(call("1.0"), turn=a_turn())[0]["live"] is True
    assert rows(call("1.0"), turn=ended(TurnStatus.CANCELLED))[0]["live"] is False


def test_a_tool_call_keeps_its_step_key_when_it_completes() -> None:
    running = a_turn()
    writing = rows(turn=running, opened=(open_part("1.0", "tool_call", '{"a', tool_name="clock"),))
    settled = rows(call("1.0"), turn=running)
    assert writing[0]["key"] == settled[0]["key"]
    assert writing[0]["steps"][0]["key"] == settled[0]["steps"][0]["key"]


def test_a_step_shows_its_tools_title_icon_and_subject() -> None:
    step = call("1.0", name="fetch_url", depth=1, url="https://example.com/")
    (running,) = rows(step, turn=a_turn())[0]["steps"]
    assert (running["title"], running["icon"], running["subject"]) == ("Reading", "globe", "https://example.com/")
    (done,) = rows(step, result(step, "1.1"), turn=ended())[0]["steps"]
    assert (done["title"], done["icon"], done["subject"]) == ("Read", "globe", "https://example.com/")
    (writing,) = rows(turn=a_turn(), opened=(open_part("1.0", "tool_call", tool_name="fetch_url"),))[0]["steps"]
    assert (writing["title"], writing["icon"], writing["subject"]) == ("Reading", "globe", "")


def test_a_step_of_a_tool_that_no_longer_exists_shows_its_name_and_first_plain_argument() -> None:
    step = call("1.0", name="old_tool", options={"deep": True}, path="notes.txt")
    for turn in (a_turn(), ended()):
        (shown,) = rows(step, turn=turn)[0]["steps"]
        assert (shown["title"], shown["icon"], shown["subject"]) == ("old_tool", "tool", "notes.txt")


def test_a_step_shows_a_shortened_argument_and_its_detail_shows_the_whole_argument() -> None:
    long = "x " * SUBJECT_LENGTH
    step = call("1.0", name="fetch_url", options={"deep": 1}, url=long)
    message = a_message(parts=(step, result(step, "1.1")))
    (row,) = (row for row in rows_of(message, turn=None) if row["kind"] == "steps")
    line = row["steps"][0]
    assert len(line["subject"]) == SUBJECT_LENGTH
    detail = step_detail(message, key=line["key"])
    assert detail is not None
    assert json.loads(detail["input"])["url"] == long
    assert (detail["output"], detail["error"]) == ("out", False)
    assert step_detail(message, key="other") is None


def test_a_turn_without_output_shows_a_waiting_row_that_says_whether_it_is_queued() -> None:
    (queued,) = rows(turn=a_turn(status=TurnStatus.QUEUED))
    (running,) = rows(turn=a_turn())
    assert (queued["kind"], queued["queued"], running["queued"]) == ("waiting", True, False)
    step = call("1.0")
    assert kinds(rows(step, result(step, "1.1"), turn=a_turn())) == ["steps", "waiting"]


def test_an_empty_message_without_a_turn_is_waiting_and_one_with_parts_is_finished() -> None:
    assert kinds(rows(turn=None)) == ["waiting"]
    assert kinds(rows(TextPart(id="1.0", text="x"), turn=None)) == ["text", "actions"]


def test_a_delay_replaces_the_waiting_row_and_shows_when_it_ends() -> None:
    delay = Delay(reason="rate_limited", text="slow down", attempt=2, until=NOW + timedelta(seconds=9))
    (notice,) = rows(turn=a_turn(delay=delay))
    assert (notice["kind"], notice["name"]) == ("notice", "rate_limited")
    assert notice["until"] == (NOW + timedelta(seconds=9)).isoformat()


def test_a_resumed_turn_keeps_its_notice_after_it_ended() -> None:
    turn = ended(attempt=2, resumed_at=NOW)
    found = rows(TextPart(id="1.0", text="x"), turn=turn)
    assert (found[0]["kind"], found[0]["name"]) == ("notice", "resumed")


def test_every_ended_turn_shows_an_answer_an_error_or_that_it_was_stopped() -> None:
    failed = rows(turn=ended(TurnStatus.FAILED, error_code="interrupted"))
    assert [(row["kind"], row["code"], row["turn_id"]) for row in failed] == [("error", "interrupted", "trn_1")]
    (empty,) = rows(turn=ended())
    assert (empty["kind"], empty["code"]) == ("error", "no_output")
    told = rows(ErrorPart(id="1.0", code="refused", text="No."), turn=ended(TurnStatus.FAILED))
    assert [(row["kind"], row["text"]) for row in told] == [("error", "No.")]
    (stopped,) = rows(turn=ended(TurnStatus.CANCELLED))
    assert stopped["stopped"] is True


def test_an_answer_that_may_be_incomplete_says_why() -> None:
    cut = rows(TextPart(id="1.0", text="So far"), turn=ended(end_reason="length"))
    assert [row["end_reason"] for row in cut if row["kind"] == "actions"] == ["length"]


def test_reasoning_without_an_answer_is_unfolded() -> None:
    found = rows(ReasoningPart(id="1.0", text="Hm."), turn=ended(end_reason="reasoning_only"))
    assert [row["unfolded"] for row in found if row["kind"] == "reasoning"] == [True]
    with_answer = rows(ReasoningPart(id="1.0", text="Hm."), TextPart(id="1.1", text="Yes."), turn=ended())
    assert [row["unfolded"] for row in with_answer if row["kind"] == "reasoning"] == [False]


def test_an_answer_shows_the_label_of_its_model_and_a_failure_shows_the_model_id() -> None:
    turn = ended(model="local:qwen2.5-coder-0.5b")
    assert rows(TextPart(id="1.0", text="x"), turn=turn)[-1]["model"] == "Qwen2.5 Coder 0.5B"
    (failed,) = rows(turn=ended(TurnStatus.FAILED, error_code="refused", model="local:smollm2-135m"))
    assert failed["model"] == "local:smollm2-135m"


def test_every_error_code_and_notice_has_a_text() -> None:
    labels = read_catalogue()["transcript"]
    assert set(TurnErrorCode) <= set(labels["errors"])
    reasons = get_args(Delay.model_fields["reason"].annotation)
    assert {*reasons, "resumed"} <= set(labels["notices"])


def test_the_catalogue_has_exactly_the_texts_that_the_scripts_use() -> None:
    named: set[str] = set()
    for script in SCRIPTS.glob("*.js*"):
        named |= set(re.findall(r"labels\.([a-z_]+)", script.read_text(encoding="utf-8")))
    assert named == set(read_catalogue()["transcript"])


def test_messages_of_others_show_their_author_and_the_viewers_own_do_not() -> None:
    message = a_message(role="user", author_id="usr_bob", author_name="Bob")
    assert group_of(message, turn=None, viewer_id="usr_ada")["author"] == {"id": "usr_bob", "name": "Bob"}
    assert group_of(message, turn=None, viewer_id="usr_bob")["author"] is None
    assert group_of(message, turn=None)["author"] is None
    answer = a_message(role="assistant", author_id=None)
    assert group_of(answer, turn=None, viewer_id="usr_ada")["author"] is None
