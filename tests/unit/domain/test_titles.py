"""The title in what a model answers when it is asked for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.domain.titles import MAX_TITLE_LENGTH, title_from_answer

RIVERS = "Rivers of Europe"


@pytest.mark.parametrize(
    "answer",
    [
        RIVERS,
        f" {RIVERS}.\n",
        f'"{RIVERS}"',
        f'"{RIVERS}."\nBecause it is about them.',
        f"**{RIVERS}**",
        f"_{RIVERS}_",
        f"## {RIVERS}",
        f"- {RIVERS}\n- Lakes of Asia",
        f"Title: {RIVERS}",
        f'topic: "{RIVERS}"',
        f"**Title:** {RIVERS}",
        f"**Title**: {RIVERS}",
        f"**Title: {RIVERS}**",
        f"Titel: {RIVERS}",
        f"标题：{RIVERS}",  # noqa: RUF001 - the wide colon
        f"Title:\n{RIVERS}",
        f"Okay, here is a title:\n\n{RIVERS}",
        f"Here is a title: {RIVERS}",
        f"<think>\nhm\n</think>\n\n{RIVERS}",
        f"<thinking></thinking>{RIVERS}",
        f'{{"title": "{RIVERS}"}}',
        f'```json\n{{"topic": "{RIVERS}"}}\n```',
        f"```\n{RIVERS}\n```",
        f'["{RIVERS}"]',
        f"<title>{RIVERS}</title>",
        f"{RIVERS}</s>",
        f"<|im_start|>{RIVERS}<|im_end|>",
        f"{RIVERS}<end_of_turn>",
        f"<｜begin▁of▁sentence｜>{RIVERS}",  # noqa: RUF001 - wide bars
        f"\u202e{RIVERS}\u202c",
    ],
)
def test_what_surrounds_a_title_is_removed(answer: str) -> None:
    assert title_from_answer(answer) == RIVERS


@pytest.mark.parametrize(
    "title",
    [
        "C# basics",
        "What's C++?",
        "Rivers_of_Europe",
        "Use of snake_case_",
        '"Rivers" vs "Lakes"',
        "'Tis the season",
        "RIVERS OF EUROPE",
        "Flüsse \N{NATIONAL PARK}",
        "\N{NATIONAL PARK} Rivers",
        "Life in the U.S.",
        "And then...",
        "A book title: how to choose",
        "Deutsch: eine Einführung",
        "ヨーロッパの川",
    ],
)
def test_a_plain_title_is_not_changed(title: str) -> None:
    assert title_from_answer(title) == title


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "  \n ",
        "'...'",
        "<think>\nOkay, the user wants a title. Let me",
        "Thinking Process:",
        '{"title": "cut',
        "```json\n```",
        "It is a data structure that makes it faster to find rows",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung",
    ],
)
def test_an_answer_without_a_title_has_none(answer: str) -> None:
    assert title_from_answer(answer) is None


def test_quotation_marks_of_other_scripts_are_removed() -> None:
    assert title_from_answer("「ヨーロッパの川」。") == "ヨーロッパの川"


@given(st.text(max_size=2_000) | st.text(st.sampled_from("<think>/`*_\"':{}[] title\n"), max_size=300))
def test_a_title_is_one_short_line(answer: str) -> None:
    title = title_from_answer(answer)
    assert title is None or (0 < len(title) <= MAX_TITLE_LENGTH and "\n" not in title)
