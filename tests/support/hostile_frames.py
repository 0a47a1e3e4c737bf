"""Frames for the event websocket that Hypothesis makes up: legal ones, changed ones, and anything else."""

from __future__ import annotations

import json
from typing import Any, cast

from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from chat_app.web.event_rules import EventRules

TEXT = st.text(max_size=40)
LONG = st.integers(1, 100_000).map("x".__mul__)
SCALARS: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | LONG
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
_GUESSES: tuple[Any, ...] = (
    *("", "a", "7", "viewer", "read", "send_key", True, None),
    *({"name": "a"}, {"text": "a"}, {"role": "viewer", "days": "7"}, {"name": "a", "scope": "read", "days": "7"}),
)
"""Values of which at least one fits each argument of an event."""


def legal_events(rules: EventRules) -> st.SearchStrategy[dict[str, Any]]:
    """Return events that a page may send."""
    return st.sampled_from(rules.names()).flatmap(lambda name: _event(name, rules.arguments(name)))


@st.composite
def frames(draw: st.DrawFn, rules: EventRules) -> str | bytes:
    """Return a frame: of a legal event, of a changed one, with any JSON, or of any text or bytes."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.text() | st.binary(max_size=100))
    data = draw(legal_events(rules) | JSON)
    if isinstance(data, dict) and "payload" in data and draw(st.booleans()):
        _change(draw, cast("dict[str, Any]", data))
    match draw(st.integers(0, 5)):
        case 0:
            return f"40/_event,{json.dumps({'event': data, 'state_schema': draw(JSON)})}"
        case 1:
            prefix = st.sampled_from(("", "2", "3", "40/_event,", "41/_event,", "42/_event,", "43/_event,1", "451-"))
            return f"{draw(prefix)}{json.dumps(data)}"
        case _:
            kind = draw(st.sampled_from(("event", "event", "event", "ping", "client_error", "connect")) | TEXT)
            return f"42/_event,{json.dumps([kind, data])}"


def _event(name: str, arguments: type[BaseModel] | None) -> st.SearchStrategy[dict[str, Any]]:
    assert arguments is not None
    payload: dict[str, st.SearchStrategy[Any]] = {
        field: _values_of(arguments, field) for field in arguments.model_fields
    }
    address: dict[str, st.SearchStrategy[Any]] = {
        "pathname": TEXT.map("/".__add__),
        "asPath": TEXT.map("/".__add__),
        "query": st.dictionaries(TEXT, TEXT, max_size=3),
    }
    event: dict[str, st.SearchStrategy[Any]] = {
        "name": st.just(name),
        "payload": st.fixed_dictionaries(payload),
        "router_data": st.fixed_dictionaries(address),
    }
    return st.fixed_dictionaries(event)


def _values_of(arguments: type[BaseModel], field: str) -> st.SearchStrategy[Any]:
    """Return values of the type of an argument: the guesses that fit, and any text if that fits."""
    fitting = st.sampled_from([guess for guess in _GUESSES if _fits(arguments, field, guess)])
    return fitting | TEXT if _fits(arguments, field, "any text") else fitting


def _fits(arguments: type[BaseModel], field: str, value: Any) -> bool:
    try:
        arguments.model_validate({field: value})
    except ValidationError as error:
        # The other arguments are missing.
        return all(problem["loc"][0] != field for problem in error.errors())
    return True


def _change(draw: st.DrawFn, event: dict[str, Any]) -> None:
    """Replace, add or remove a few things anywhere in an event."""
    for _ in range(draw(st.integers(1, 3))):
        holders = [event, *(event[key] for key in ("payload", "router_data") if isinstance(event.get(key), dict))]
        holder = draw(st.sampled_from(holders))
        key = draw(st.sampled_from([*holder, "other"]))
        if draw(st.booleans()):
            holder[key] = draw(JSON)
        else:
            holder.pop(key, None)
