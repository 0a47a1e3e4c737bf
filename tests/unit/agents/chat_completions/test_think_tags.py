"""Thoughts between tags are separated from the answer, wherever the deltas are cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_app.agents.models.chat_completions.think_tags import is_in_code
from tests.support.chat_streams import Read, cuts, text_stream

FENCED = "```xml\n<think>\nx\n</think>\n```\n"
TAGS = ["<think>", "</think>", "<thinking>", "`", "```\n", "a ", "\n", "<", "/"]
CASES = {
    "one block": ("<think>\nTwo ways `<b>`.\n</think>\n\nIt is **here**.", "Two ways `<b>`.", "It is **here**."),
    "everything in one delta": ("<think>two ways</think>Four.", "two ways", "Four."),
    "blank lines first": ("\n\n <think>\nafter blank lines\n</think>\nFour.", "after blank lines", "Four."),
    "the longer tag": ("<thinking>hm</thinking>Four.", "hm", "Four."),
    "tags of different length": ("<thinking>hm</think>Four.", "hm", "Four."),
    "two blocks": ("<think>one </think>\n<think>two</think>Four.", "one two", "Four."),
    "an end tag in the code of the thoughts": ("<think>`x` ```\n</think>Four.", "`x` ```", "Four."),
    "no start tag": ("Okay, so. </think>\n\nFour.", "Okay, so.", "Four."),
    "no start tag, several lines": ("Okay.\n\n- so\n- on\n</think>Four.", "Okay.\n\n- so\n- on", "Four."),
    "an end tag alone": ("</think>\n\nFour.", "", "Four."),
    "never closed": ("<think>\nso it is seven.\n", "so it is seven.", ""),
    "only thoughts": ("<think>only these</think>", "only these", ""),
    "a beginning of a tag": ("<thin ice", "", "<thin ice"),
    "another tag": ("<thinker>Four.", "", "<thinker>Four."),
    "an answer that begins with less than": ("< 4 and > 2", "", "< 4 and > 2"),
    "half an end tag at the end": ("Four </thi", "", "Four </thi"),
    "tags in inline code": ("Use `<think>` and `</think>`.", "", "Use `<think>` and `</think>`."),
    "an end tag in inline code": ("It ends with `</think>`. Done.", "", "It ends with `</think>`. Done."),
    "an end tag in longer inline code": ("So ``a ` </think>`` ends.", "", "So ``a ` </think>`` ends."),
    "tags in a fenced block": (f"So:\n\n{FENCED}End.", "", f"So:\n\n{FENCED}End."),
    "an end tag in a fenced block": ("So:\n~~~\n</think>\n~~~\nEnd.", "", "So:\n~~~\n</think>\n~~~\nEnd."),
    "tags in prose": ("The tag <think> opens, </think> ends.", "", "The tag <think> opens, </think> ends."),
    "a start tag after words": ("Well <think>no</think> yes.", "", "Well <think>no</think> yes."),
    "an end tag after a block": ("<think>a</think>B </think> C.", "a", "B </think> C."),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 1_000])
def test_thoughts_and_answer_are_separated(name: str, size: int) -> None:
    text, reasoning, answer = CASES[name]
    read = Read(text_stream(text[start : start + size] for start in range(0, len(text), size)))
    assert (read.reasoning, read.answer) == (reasoning, answer)


@given(st.sampled_from(sorted(CASES)), st.lists(st.integers(1, 12), max_size=30))
@settings(deadline=None)
def test_the_result_does_not_depend_on_where_deltas_are_cut(name: str, sizes: list[int]) -> None:
    text, reasoning, answer = CASES[name]
    read = Read(text_stream(cuts(text, sizes)))
    assert (read.reasoning, read.answer) == (reasoning, answer)


@given(st.lists(st.sampled_from(TAGS), max_size=30))
@settings(deadline=None)
def test_what_is_shown_while_it_arrives_is_what_is_stored(pieces: list[str]) -> None:
    read = Read(text_stream(pieces))
    shown = {kind: text.strip() for kind, text in read.shown().values()}
    assert shown == {kind: text for kind, text in (("reasoning", read.reasoning), ("text", read.answer)) if text}


@given(st.text(st.sampled_from("ab<>/`\n think"), max_size=200))
@settings(deadline=None)
def test_no_word_is_lost(text: str) -> None:
    read = Read(text_stream([text] if text else []))
    whole = "".join((read.reasoning + read.answer).split())
    assert whole == "".join(text.split()) or "think" in text


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("a `b", True),
        ("a `b` c", False),
        ("a ``b` c", True),
        ("a `b\n\nc", False),
        ("```\nx", True),
        ("```\nx\n```\n", False),
        ("````\n```\nx", True),
        ("> ```\n> x", True),
        ("~~~\n```\n", True),
        ("- `a`\n- b", False),
    ],
)
def test_code_is_recognized(text: str, inside: bool) -> None:
    assert is_in_code(text) is inside
