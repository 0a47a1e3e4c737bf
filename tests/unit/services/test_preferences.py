"""The preferences of a person: how they are updated, and how invalid stored values are read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.domain.errors import Invalid
from chat_app.domain.preferences import LANGUAGES, Density, Preferences, SendKey, apply_changes, read_preferences
from chat_app.ui.texts import CATALOGUE

CHOSEN = Preferences(send_key=SendKey.MOD_ENTER, density=Density.COMPACT, language="en", default_model="openai:llama")


def test_a_change_leaves_alone_what_it_does_not_name() -> None:
    assert apply_changes(CHOSEN, {}) == CHOSEN
    assert apply_changes(CHOSEN, {"density": "comfortable"}) == CHOSEN.model_copy(
        update={"density": Density.COMFORTABLE}
    )
    assert apply_changes(CHOSEN, {"default_model": None}).default_model is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("send_key", "shift_enter"),
        ("send_key", None),
        ("density", "Compact"),
        ("density", 1),
        ("language", "xx"),
        ("language", None),
        ("default_model", "no model id"),
        ("default_model", ""),
        ("font", "large"),
    ],
)
def test_what_there_is_not_is_refused_by_its_name(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        apply_changes(CHOSEN, {"send_key": "enter", field: value})
    assert (caught.value.code, caught.value.details) == ("invalid_preference", {"field": field})
    assert field in caught.value.message


def test_what_was_stored_is_read_again() -> None:
    assert read_preferences(CHOSEN.model_dump(mode="json")) == CHOSEN


@pytest.mark.parametrize("field", Preferences.model_fields)
def test_a_broken_field_costs_the_others_nothing(field: str) -> None:
    stored = {**CHOSEN.model_dump(mode="json"), field: ["broken"], "of a newer version": True}
    assert read_preferences(stored) == CHOSEN.model_copy(update={field: getattr(Preferences(), field)})


_JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))


@given(_JSON | st.dictionaries(st.sampled_from([*Preferences.model_fields, "else"]), _JSON))
def test_whatever_is_stored_can_be_read(stored: Any) -> None:
    assert isinstance(read_preferences(stored), Preferences)


def test_the_languages_are_those_that_the_page_has_texts_in() -> None:
    assert set(LANGUAGES) == {path.stem for path in CATALOGUE.parent.glob("*.toml")}
