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


def test_a_change_keeps_the_fields_that_it_does_not_contain() -> None:
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
def test_an_invalid_change_is_refused_with_the_name_of_its_field(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        apply_changes(CHOSEN, {"send_key": "enter", field: value})
    assert (caught.value.code, caught.value.details) == ("invalid_preference", {"field": field})
    assert field in caught.value.message


def test_stored_preferences_can_be_read() -> None:
    assert read_preferences(CHOSEN.model_dump(mode="json")) == CHOSEN


@pytest.mark.parametrize("field", Preferences.model_fields)
def test_an_invalid_stored_field_gets_its_default_and_the_others_are_kept(field: str) -> None:
    stored = {**CHOSEN.model_dump(mode="json"), field: ["broken"], "of a newer version": True}
    assert read_preferences(stored) == CHOSEN.model_copy(update={field: getattr(Preferences(), field)})


_JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))


@given(_JSON | st.dictionaries(st.sampled_from([*Preferences.model_fields, "else"]), _JSON))
def test_any_stored_json_can_be_read(stored: Any) -> None:
    assert isinstance(read_preferences(stored), Preferences)


def test_the_languages_are_those_of_the_text_catalogues() -> None:
    assert set(LANGUAGES) == {path.stem for path in CATALOGUE.parent.glob("*.toml")}
