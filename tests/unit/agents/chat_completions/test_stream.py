"""What a stream contains besides words: its framing, reasoning, counts, errors and its end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_app.agents.models.chat_completions import reader as reader_module
from chat_app.agents.models.chat_completions import sse as sse_module
from chat_app.agents.models.chat_completions.errors import StreamError
from chat_app.agents.models.chat_completions.sse import EventDecoder, LineTooLong
from chat_app.agents.run.end_reasons import ENDED_EARLY
from tests.support.chat_streams import Read, chunk, sse, text_stream

FAMILY = "Family \N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN} e\u0301 日本 ok"
DETAIL = {"type": "reasoning.text", "text": "Think "}


@pytest.mark.parametrize("size", [1, 2, 3, 7, None])
@pytest.mark.parametrize(
    "framed",
    [
        "data: {}\n\n",
        "data: {}\r\n\r\n",
        "data: {}\r\r",
        "data:{}\n\n",
        "data: {}\n",
        ": keepalive\n\ndata: {}\n\n",
        "event: message\nid: 4\ndata: {}\n\n",
        "\n\ndata: {}\n\n\n",
    ],
)
def test_every_framing_of_events_is_read(framed: str, size: int | None) -> None:
    events = [chunk({"content": "Hé"}), chunk({"content": "llo " + FAMILY}), chunk(finish="stop")]
    body = "".join(framed.replace("{}", json.dumps(event, ensure_ascii=False)) for event in events)
    assert Read(body.encode(), size=size).answer == "Hello ".replace("e", "é", 1) + FAMILY


@given(st.lists(st.integers(1, 40), max_size=40))
@settings(deadline=None)
def test_a_stream_means_the_same_wherever_it_is_cut(sizes: list[int]) -> None:
    body = text_stream([{"reasoning_content": "Hm, "}, {"reasoning_content": "日本"}, "Hé", "llo ", FAMILY])
    decoder, pieces = EventDecoder(), list[bytes]()
    position = 0
    for size in (*sizes, len(body)):
        pieces += decoder.feed(body[position : position + size])
        position += size
    assert pieces == EventDecoder().feed(body)


def test_a_last_line_without_an_end_is_read() -> None:
    body = text_stream(["whole"]).removesuffix(b"\n\n")
    assert Read(body, size=5).reader.done


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse_module, "MAX_LINE_BYTES", 1_000)
    decoder = EventDecoder()
    decoder.feed(b"data: " + b"x" * 900)
    with pytest.raises(LineTooLong):
        decoder.feed(b"x" * 100)


def test_a_response_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "MAX_RESPONSE_CHARACTERS", 1_000)
    read = Read(sse(*(chunk({"content": "x" * 100}) for _ in range(50))), size=200)
    assert read.reader.done
    assert read.response.finish_reason == "length"
    assert len(read.answer) <= 1_200


@pytest.mark.parametrize(
    "deltas",
    [
        [{"reasoning_content": "Think "}, {"reasoning_content": "twice."}, {"content": "42."}],
        [{"reasoning": "Think "}, {"reasoning": "twice."}, {"content": "42."}],
        [{"content": None, "reasoning": ""}, {"reasoning": "Think twice."}, {"reasoning": None, "content": "42."}],
        [
            {"reasoning": "Think ", "reasoning_content": "Think ", "reasoning_details": [DETAIL]},
            {"reasoning": "twice.", "reasoning_content": "twice.", "reasoning_details": [{**DETAIL, "text": "twice."}]},
            {"content": "42."},
        ],
        [{"reasoning_details": [{"type": "reasoning.summary", "summary": "Think twice."}]}, {"content": "42."}],
        [{"reasoning_content": "Think twice.", "content": "42."}],
    ],
)
def test_reasoning_is_read_once_from_whatever_field_it_comes_in(deltas: list[dict[str, Any]]) -> None:
    read = Read(text_stream(deltas))
    assert (read.reasoning, read.answer) == ("Think twice.", "42.")


def test_thoughts_and_text_in_turns_are_two_parts() -> None:
    deltas = [{"reasoning_content": "a "}, {"content": "one "}, {"reasoning_content": "b"}, {"content": "two"}]
    read = Read(text_stream(deltas))
    assert (read.reasoning, read.answer, len(read.response.parts)) == ("a b", "one two", 2)


def test_typed_pieces_of_reasoning_are_joined() -> None:
    pieces = [
        {"type": "reasoning.text", "index": 0, "text": "Think "},
        {"type": "reasoning.text", "index": 0, "text": "twice.", "signature": "sig"},
        {"type": "reasoning.encrypted", "index": 1, "data": "xyz"},
    ]
    read = Read(text_stream([{"reasoning_details": [piece]} for piece in pieces]))
    [part] = read.response.parts
    assert getattr(part, "provider_details", None) == {
        "field": "reasoning_details",
        "details": [
            {"type": "reasoning.text", "index": 0, "text": "Think twice.", "signature": "sig"},
            {"type": "reasoning.encrypted", "index": 1, "data": "xyz"},
        ],
    }


def test_a_character_cut_into_halves_is_whole() -> None:
    body = text_stream(["a ", "HALF", "REST", " b"]).replace(b"HALF", b"\\ud83d").replace(b"REST", b"\\ude00")
    assert Read(body).answer == "a \N{GRINNING FACE} b"


def test_half_a_character_alone_breaks_nothing() -> None:
    body = text_stream(["a", "HALF"]).replace(b"HALF", b"\\ude00")
    assert Read(body).answer == "a\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (chunk(finish="stop"), "stop"),
        (chunk(finish="length"), "length"),
        (chunk(finish="max_tokens"), "length"),
        (chunk(finish="content_filter"), "content_filter"),
        (chunk(finish="eos"), "stop"),
        (chunk(finish="STOP"), "stop"),
    ],
)
def test_why_an_answer_ended_is_read(last: dict[str, Any], reason: str) -> None:
    read = Read(sse(chunk({"content": "words"}), last, "[DONE]"))
    assert (read.answer, read.response.finish_reason, read.response.provider_details) == ("words", reason, None)


def test_an_empty_finish_reason_is_none() -> None:
    read = Read(sse(*(chunk({"content": word}, "") for word in ("all ", "of it")), "[DONE]"))
    assert (read.answer, read.reader.ended_early) == ("all of it", False)


def test_a_stream_without_an_end_has_ended_early() -> None:
    read = Read(sse(chunk({"content": "one, tw"})))
    assert read.reader.ended_early
    assert read.reader.is_usable
    assert read.response.provider_details == {ENDED_EARLY: True}


def test_a_cut_tool_call_is_not_usable() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "clock", "arguments": '{"zone": "Eur'}}
    assert not Read(sse(chunk({"tool_calls": [call]}))).reader.is_usable


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"error": {"message": "more memory needed"}}, "more memory needed"),
        ({"error": "runner terminated"}, "runner terminated"),
        (chunk({"content": ""}, "error", error={"code": 502, "message": "worker limit"}), "worker limit"),
        ({"choices": [{"index": 0, "delta": {}, "finish_reason": "error", "error": {"message": "inner"}}]}, "inner"),
    ],
)
@pytest.mark.parametrize("prefix", ["data: ", "event: error\ndata: ", ""])
def test_an_error_in_the_stream_is_raised(event: dict[str, Any], words: str, prefix: str) -> None:
    with pytest.raises(StreamError) as caught:
        Read(sse(chunk({"content": "Part"})) + f"{prefix}{json.dumps(event)}\n\n".encode())
    assert words in str(caught.value.error)


def test_tokens_are_counted() -> None:
    usage = {"prompt_tokens": 5, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 3}}
    counted = Read(sse(chunk({"content": "x"}), {"choices": [], "usage": usage}, "[DONE]")).response.usage
    assert (counted.input_tokens, counted.output_tokens, counted.cache_read_tokens) == (5, 7, 3)


def test_odd_counts_are_ignored() -> None:
    usage = {"prompt_tokens": "many", "completion_tokens": None, "prompt_tokens_details": 3}
    counted = Read(sse(chunk({"content": "x"}), {"choices": None, "usage": usage}, "[DONE]")).response.usage
    assert (counted.input_tokens, counted.output_tokens) == (0, 0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["content", "reasoning_content", "reasoning", "reasoning_details", "tool_calls", "refusal", "role"]


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4), max_size=8), JSON, JSON)
@settings(deadline=None)
def test_nonsense_in_place_of_deltas_raises_nothing(deltas: list[dict[str, Any]], choices: Any, usage: Any) -> None:
    read = Read(sse(*map(chunk, deltas), {"choices": choices, "usage": usage}, "[DONE]"))
    assert read.shown().keys() == set(range(len(read.response.parts)))
