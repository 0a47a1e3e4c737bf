"""The protocol between server and page: each patch and row has an example that the JavaScript tests read too."""

from __future__ import annotations

import json
from typing import Any, get_args, get_type_hints, is_typeddict

import pytest

from chat_app.ui import protocol
from tests.support.protocol_examples import GOLDEN, examples

UNIONS = {
    "transcript": (protocol.TranscriptPatch, "op"),
    "rows": (protocol.Row, "kind"),
    "session_list": (protocol.SessionListPatch, "op"),
    "composer": (protocol.ComposerPatch, "op"),
}


def declared(name: str) -> list[tuple[str, type]]:
    """Return the members of a union of the protocol, each with the `op` or `kind` that names it."""
    union, tag = UNIONS[name]
    return [(get_args(get_type_hints(member)[tag])[0], member) for member in get_args(union)]


def test_the_golden_file_equals_what_the_server_sends() -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == json.loads(json.dumps(examples())), (
        "run `python -m tests.support.protocol_examples` and check what changed for the page"
    )


@pytest.mark.parametrize("name", UNIONS)
def test_every_patch_and_row_has_an_example_with_exactly_its_fields(name: str) -> None:
    tag, members = UNIONS[name][1], declared(name)
    matched: set[type] = set()
    for example in examples()[name]:
        (member,) = (
            each for value, each in members if value == example[tag] and each.__annotations__.keys() >= example.keys()
        )
        check_fields(example, member)
        matched.add(member)
    assert matched == {member for _, member in members}


def check_fields(value: dict[str, Any], declaration: Any) -> None:
    """Check the fields of a value, and those of the values in it."""
    hints = get_type_hints(declaration)
    assert value.keys() == hints.keys(), declaration.__name__
    for field, hint in hints.items():
        nested = value[field] if isinstance(value[field], list) else [value[field]]
        for declared_part in [hint, *get_args(hint)]:
            if is_typeddict(declared_part):
                for entry in filter(None, nested):
                    check_fields(entry, declared_part)


def test_every_union_of_the_protocol_is_checked() -> None:
    tagged = {
        value
        for value in vars(protocol).values()
        if is_typeddict(value) and {"op", "kind"} & get_type_hints(value).keys()
    }
    stored = {protocol.StoredTextRow, protocol.StoredReasoningRow}
    assert tagged - stored == {member for name in UNIONS for _, member in declared(name)}
