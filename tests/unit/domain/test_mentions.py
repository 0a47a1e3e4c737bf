"""Whether a message mentions an agent."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.domain.mentions import mentions

keys = st.from_regex(r"[a-z][a-z0-9_-]{0,31}", fullmatch=True)
word_characters = st.sampled_from(string.ascii_letters + string.digits + "_é中")
spaces_and_signs = st.text(alphabet=" \n\t.,;:!?()[]{}<>*`'\"/|#")


@pytest.mark.parametrize(
    ("text", "key", "mentioned"),
    [
        ("@riley", "riley", True),
        ("@Riley, can you look?", "riley", True),
        ("thanks (@riley)", "riley", True),
        ("ask @riley.", "riley", True),
        ("**@RILEY**", "riley", True),
        ("`@riley`", "riley", True),
        ("@riley's idea", "riley", True),
        ("@riley - please", "riley", True),
        ("@riley @rileybot", "riley", True),
        ("email@riley.com", "riley", False),
        ("@rileybot", "riley", False),
        ("@riley-bot", "riley", False),
        ("@riley_bot", "riley", False),
        ("@riley2", "riley", False),
        ("riley", "riley", False),
        ("@ riley", "riley", False),
        ("", "riley", False),
        ("@my-agent_2!", "my-agent_2", True),
        ("@my-agent", "my-agent_2", False),
    ],
)
def test_an_agent_is_mentioned_by_its_key_as_a_separate_word(text: str, key: str, mentioned: bool) -> None:
    assert mentions(text, key) is mentioned


@given(spaces_and_signs, keys, spaces_and_signs)
def test_punctuation_and_letter_case_do_not_affect_a_mention(before: str, key: str, after: str) -> None:
    assert mentions(f"{before}@{key}{after}", key)
    assert mentions(f"{before}@{key.upper()}{after}", key)


@given(st.text(), keys, word_characters)
def test_a_mention_is_not_part_of_a_longer_word(before: str, key: str, character: str) -> None:
    assert not mentions(f"{character}@{key}", key)
    assert not mentions(f"@{key}{character}", key)
    assert not mentions(before.replace("@", ""), key)
