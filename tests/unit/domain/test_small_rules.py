"""Small rules of the domain: ids, text, parts, titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.domain.errors import Invalid
from chat_app.domain.ids import check_client_id, new_id
from chat_app.domain.parts import (
    ErrorPart,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    dump_parts,
    load_parts,
    text_of,
)
from chat_app.domain.sessions import Origin
from chat_app.domain.text import check_text, storable


def test_ids_are_sorted_by_creation_time() -> None:
    ids = [new_id("msg") for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000


@pytest.mark.parametrize("value", ["", "a" * 65, "../x", "a b", "a\n", "é", "a/b"])
def test_an_invalid_client_id_is_refused(value: str) -> None:
    with pytest.raises(Invalid):
        check_client_id(value, field="id")


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a\udfffb"])
def test_text_that_databases_cannot_store_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        check_text(text, field="content")


@given(st.text(alphabet=st.characters()))
def test_text_of_a_model_becomes_storable_and_valid_text_is_unchanged(text: str) -> None:
    kept = storable(text)
    assert check_text(kept, field="content") == kept
    if "\x00" not in text:
        assert kept == text


@given(
    st.lists(
        st.one_of(
            st.builds(TextPart, id=st.just("0.0"), text=st.text()),
            st.builds(ReasoningPart, id=st.just("0.1"), text=st.text(), duration=st.floats(0, 9) | st.none()),
            st.builds(
                ToolCallPart,
                id=st.just("0.2"),
                call_id=st.text(),
                name=st.text(),
                arguments=st.dictionaries(st.text(), st.integers() | st.text() | st.none()),
            ),
            st.builds(ToolResultPart, id=st.just("0.2.1"), call_id=st.text(), output=st.text()),
            st.builds(ErrorPart, id=st.just("0.9"), code=st.text(), text=st.text()),
        )
    )
)
def test_parts_are_unchanged_after_storage(parts: list[Part]) -> None:
    assert list(load_parts(dump_parts(parts))) == parts


def test_the_text_of_parts_excludes_reasoning_and_errors() -> None:
    parts = [
        ReasoningPart(id="0.0", text="hm"),
        TextPart(id="0.1", text="One."),
        ErrorPart(id="0.2", code="x", text="no"),
        TextPart(id="1.0", text="Two."),
    ]
    assert text_of(parts) == "One.\n\nTwo."


@pytest.mark.parametrize(("value", "origin"), [("UI", Origin.UI), ("cli", None), ("<b>", None), (None, None)])
def test_an_unknown_origin_is_parsed_as_none(value: str | None, origin: Origin | None) -> None:
    assert Origin.parse(value) is origin
