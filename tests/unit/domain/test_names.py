"""Names are visible, and their comparison ignores what nobody sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.domain.accounts import NAME_LIMIT, check_name, check_password, clean_name, name_with_mark
from chat_app.domain.errors import Invalid
from chat_app.domain.invisible import comparison_key, has_invisible, remove_invisible
from chat_app.domain.sessions import check_title, first_words
from chat_app.domain.text import is_storable_json

VISIBLE = [
    "Ada Lovelace",
    "Zoë Müller-Ångström",
    "O'Neill, José",
    "محمد علي",
    "דוד בן־גוריון",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "क्\u200dष",
    "ශ්\u200dරී",
    "ന്\u200d",
    "葛\U000e0100城",
    "Sam 👩🏽\u200d💻",
    "👩\u200d❤\ufe0f\u200d👨",
    "🏴\u200d☠\ufe0f",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "Team 1\ufe0f\u20e3",
    "李小龍",
]
HIDDEN = [
    "Ada\u202e",
    "\u2066Ada\u2069",
    "Ada\u200f",
    "A\u200bda",
    "A\u200dda",
    "A\u200cda",
    "Ada\ufeff",
    "A\u00adda",
    "Ada\x07",
    "Ada\x9b",
    "\u2800",
    "\u3164",
    "Ada\ufe0f",
    "Ada\U000e0041",
    "Ada\U000e0100",
    "A\u034fda",
    "Ada\u2060",
    "👩\u200d",
]


@pytest.mark.parametrize("name", VISIBLE, ids=ascii)
def test_a_name_may_have_what_its_script_or_an_emoji_needs(name: str) -> None:
    assert check_name(name) == name
    assert clean_name(name) == name


@pytest.mark.parametrize("name", HIDDEN, ids=ascii)
def test_a_name_with_an_invisible_character_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_name(name)
    assert caught.value.code == "invalid_name"
    cleaned = clean_name(name)
    assert not has_invisible(cleaned)
    assert cleaned in ("Ada", "", "👩")


@given(st.text(max_size=300))
def test_a_cleaned_name_is_a_valid_name_or_empty(text: str) -> None:
    cleaned = clean_name(text)
    assert cleaned == "" or check_name(cleaned) == cleaned


@given(st.text(alphabet=st.sampled_from("a \u200c\u200d\ufe0f\u202e\n☠👩1می्क"), max_size=20))
def test_cleaned_text_is_unchanged_when_it_is_cleaned_again(text: str) -> None:
    cleaned = remove_invisible(text)
    assert not has_invisible(cleaned)
    assert remove_invisible(cleaned) == cleaned


@pytest.mark.parametrize(
    "other", ["ADA lovelace", "Ada  Lovelace", "AdaLovelace", "\uff21da Lovelace", "Ada\u200b Lovelace"]
)
def test_names_that_look_alike_have_the_same_key(other: str) -> None:
    assert comparison_key(other) == comparison_key("Ada Lovelace")


@pytest.mark.parametrize("other", ["Ada Lovelac", "Áda Lovelace", "Ada Lovelace 2"])
def test_names_that_look_different_have_different_keys(other: str) -> None:
    assert comparison_key(other) != comparison_key("Ada Lovelace")


def test_a_name_with_a_mark_keeps_the_mark_and_the_limit() -> None:
    assert name_with_mark("Ada", "ada@example.org") == "Ada (ada@example.org)"
    marked = name_with_mark("A" * NAME_LIMIT, "ada@example.org")
    assert len(marked) == NAME_LIMIT
    assert marked.endswith("A (ada@example.org)")


def test_titles_lose_invisible_characters() -> None:
    assert check_title("Invoice\u202e\u200b of\n March") == "Invoice of March"
    assert first_words("\u202eHello\u200b there") == "Hello there"


@pytest.mark.parametrize("password", ["\ud800 and nine more", "\x00 and nine more"])
def test_a_password_that_cannot_be_hashed_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_password(password)
    assert caught.value.code == "invalid_text"


def test_every_text_of_a_json_value_is_checked() -> None:
    assert is_storable_json({"a": ["b", 1, None, {"c": "d"}]})
    for value in ("\x00", ["\ud800"], {"a": {"b": ["\udfff"]}}, {"\x00": 1}, ("a", {"b": "\ud800"})):
        assert not is_storable_json(value)
    nested: list[object] = ["\x00"]
    for _ in range(100_000):
        nested = [nested]
    assert not is_storable_json(nested)
