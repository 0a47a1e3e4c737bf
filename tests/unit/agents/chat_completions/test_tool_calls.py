"""Tool calls are assembled from the deltas of servers that deviate from the protocol."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_app.agents.models.chat_completions.tool_calls import (
    MAX_ARGUMENT_CHARACTERS,
    MAX_CALLS,
    normalize_arguments,
)
from tests.support.chat_streams import Read, call, call_stream, chunk, sse

SUMS = [json.dumps({"expression": f"{n}+{n}"}) for n in (1, 2, 3)]
Deltas = list[list[dict[str, Any]]]
OfCall = Callable[[int], Any]
"""A field's value, by the number of the call."""


def whole(**fields: OfCall) -> Deltas:
    """Return three calls, each in one delta; a value that is a function receives the number of the call."""
    return [[call(SUMS[n], name="calculator", **{key: value(n) for key, value in fields.items()})] for n in range(3)]


def in_pieces(*, repeat: tuple[str, ...] = (), index: OfCall | None = None, call_id: OfCall | None = None) -> Deltas:
    """Return three calls in three deltas each; `repeat` names the fields that every delta has."""
    deltas: Deltas = []
    for n in range(3):
        for number, piece in enumerate((SUMS[n][:10], SUMS[n][10:16], SUMS[n][16:])):
            has = {field: number == 0 or field in repeat for field in ("name", "id")}
            deltas.append(
                [
                    call(
                        piece,
                        index=n if index is None else index(n),
                        call_id=(f"call_{n}" if call_id is None else call_id(n)) if has["id"] else None,
                        name="calculator" if has["name"] else None,
                    )
                ]
            )
    return deltas


THREE_SUMS: dict[str, Deltas] = {
    "as the protocol says": in_pieces(),
    "all in one delta": [[each[0] for each in whole(index=lambda n: n, call_id=lambda n: f"c{n}")]],
    "no index": whole(index=lambda _: None, call_id=lambda n: f"c{n}"),
    "every index is 0": whole(index=lambda _: 0, call_id=lambda n: f"c{n}"),
    "every index is 0, in pieces": in_pieces(repeat=("id",), index=lambda _: 0),
    "every index is 0, no ids, whole": whole(index=lambda _: 0),
    "the name with every delta": in_pieces(repeat=("name",)),
    "the name and the id with every delta": in_pieces(repeat=("name", "id")),
    "the name with every delta, every index is 0": in_pieces(repeat=("name", "id"), index=lambda _: 0),
    "no ids": whole(index=lambda n: n),
    "no ids and no index": whole(index=lambda _: None),
    "empty ids": whole(index=lambda n: n, call_id=lambda _: ""),
    "one id for all": whole(index=lambda n: n, call_id=lambda _: "call_x"),
    "one id and one index for all": whole(index=lambda _: 0, call_id=lambda _: "call_x"),
    "one id for all, in pieces": in_pieces(call_id=lambda _: "call_x"),
    "a line end after the arguments": [[call(f"{SUMS[n]}\n", index=n, name="calculator")] for n in range(3)],
    "arguments as objects": [[call(json.loads(SUMS[n]), index=n, name="calculator")] for n in range(3)],
    "indexes that begin at 1": in_pieces(index=lambda n: n + 1),
    "in no order": [in_pieces()[position][0:1] for position in (0, 3, 6, 1, 4, 7, 2, 5, 8)],
}  # fmt: skip


@pytest.mark.parametrize("finish", ["tool_calls", "stop"])
@pytest.mark.parametrize("name", THREE_SUMS)
def test_three_calls_are_three_calls(name: str, finish: str) -> None:
    calls = Read(call_stream(THREE_SUMS[name], finish=finish)).calls
    assert [each.tool_name for each in calls] == ["calculator"] * 3
    assert [each.args for each in calls] == SUMS
    assert len({each.tool_call_id for each in calls}) == 3


def test_ids_of_the_server_are_kept() -> None:
    calls = Read(call_stream(THREE_SUMS["as the protocol says"])).calls
    assert [each.tool_call_id for each in calls] == ["call_0", "call_1", "call_2"]


def test_an_id_of_an_earlier_call_is_replaced() -> None:
    body = call_stream([[call("{}", call_id="call_0", name="clock")]])
    [again] = Read(body, used_ids=["call_0"]).calls
    assert again.tool_call_id not in ("", "call_0")


def test_a_call_that_is_repeated_whole_at_the_end_is_one_call() -> None:
    deltas = in_pieces()[:3]
    deltas.append([call(SUMS[0], index=0, call_id="call_0", name="calculator")])
    assert [each.args for each in Read(call_stream(deltas)).calls] == [SUMS[0]]


def test_a_call_is_shown_as_soon_as_its_name_is_known() -> None:
    read = Read(sse(chunk({"tool_calls": [call(call_id="c0", name="clock")]})))
    assert read.shown() == {0: ("tool_call", "")}


def test_a_call_whose_name_comes_later_is_shown_then() -> None:
    deltas = [[call(call_id="c0")], [call("{}", name="clock")]]
    assert [each.tool_name for each in Read(call_stream(deltas)).calls] == ["clock"]


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ("functions.calculator", "calculator"),
        ("default_api:calculator", "calculator"),
        ("tools/clock", "clock"),
        ("web_search", "web_search"),
        ("mycalculator", "mycalculator"),
    ],
)
def test_a_prefix_before_a_known_name_is_removed(sent: str, understood: str) -> None:
    [made] = Read(call_stream([[call("{}", call_id="c", name=sent)]])).calls
    assert made.tool_name == understood


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ("", "{}"),
        ("  ", "{}"),
        ("null", "{}"),
        ('{"a": 1}', '{"a": 1}'),
        (' {"a": 1}\n', '{"a": 1}'),
        ('"{\\"a\\": 1}"', '{"a": 1}'),
        ('{"a": 1', '{"a": 1'),
        ('"no object"', '"no object"'),
        ("[1]", "[1]"),
    ],
)
def test_arguments_are_understood_as_an_object_where_they_can_be(sent: str, understood: str) -> None:
    assert normalize_arguments(sent) == understood


@pytest.mark.parametrize(
    "function", [{"name": "clock"}, {"name": "clock", "arguments": None}, {"name": "clock", "arguments": ""}]
)
def test_missing_arguments_are_none(function: dict[str, Any]) -> None:
    delta = chunk({"content": None, "tool_calls": [{"index": 0, "id": "c", "function": function}]})
    [made] = Read(sse(delta, chunk(finish="tool_calls"), "[DONE]")).calls
    assert made.args == "{}"


def test_a_call_with_cut_arguments_is_left_to_the_tool() -> None:
    [made] = Read(call_stream([[call('{"expression": "1+', call_id="c", name="calculator")]])).calls
    assert made.args == '{"expression": "1+'


def test_calls_and_arguments_are_bounded() -> None:
    many = [[call("{}", index=n, call_id=f"c{n}", name="clock")] for n in range(MAX_CALLS + 10)]
    assert len(Read(call_stream(many)).calls) == MAX_CALLS
    long = [[call("x" * 100_000, call_id="c", name="clock")] for _ in range(40)]
    [made] = Read(call_stream(long)).calls
    assert len(str(made.args)) <= MAX_ARGUMENT_CHARACTERS + 100_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ODD = st.fixed_dictionaries(
    {},
    optional={
        "index": JSON,
        "id": JSON,
        "function": JSON | st.fixed_dictionaries({}, optional={"name": JSON, "arguments": JSON}),
    },
)


@given(st.lists(st.lists(ODD, max_size=3) | JSON, max_size=6))
@settings(deadline=None)
def test_nonsense_in_place_of_calls_raises_nothing(deltas: list[Any]) -> None:
    read = Read(call_stream(deltas))
    assert all(each.tool_name for each in read.calls)
    ids = [each.tool_call_id for each in read.calls]
    assert len(ids) == len(set(ids))
