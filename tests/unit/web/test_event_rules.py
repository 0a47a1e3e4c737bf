"""Every event of the page has arguments of a bounded size, and no other event can be sent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import StringConstraints
from reflex_base.registry import RegistrationContext
from typing_extensions import TypedDict

from chat_app.web.event_rules import EventRules, UnboundedArgumentError, arguments_of
from tests.support.page_sockets import states_of_the_page

Short = Annotated[str, StringConstraints(max_length=5)]


class Form(TypedDict):
    name: Short


class UnboundedForm(TypedDict):
    name: str


class Handlers:
    def bounded(self, name: Short, form: Form, on: bool, kind: Literal["a"] = "a") -> None: ...
    def text(self, name: str) -> None: ...
    def pattern(self, name: Annotated[str, StringConstraints(pattern="^a+$")]) -> None: ...
    def form(self, form: UnboundedForm) -> None: ...
    def fields(self, form: dict[str, str]) -> None: ...
    def number(self, number: int) -> None: ...
    def anything(self, value: Any) -> None: ...
    def untyped(self, value): ...  # pyright: ignore[reportMissingParameterType, reportUnknownParameterType]  # noqa: ANN001, ANN201


@pytest.fixture(autouse=True, scope="module")
def states() -> None:
    """Load the states of the page, which register their events."""
    assert list(states_of_the_page())


def test_every_argument_of_an_event_of_the_page_has_a_bound() -> None:
    rules = EventRules()
    own = [name for name in rules.names() if "chat_app" in name]
    assert len(own) > 50
    assert all(rules.arguments(name) is not None for name in rules.names())


def test_every_event_of_the_page_that_is_registered_can_be_sent_except_the_setters() -> None:
    registered = {name for name in RegistrationContext.get().event_handlers if "chat_app" in name}
    missing = registered - set(EventRules().names())
    assert {name.rpartition(".")[2] for name in missing} == {"setvar"}


def test_the_events_of_the_framework_that_can_be_sent_exist() -> None:
    assert set(EventRules().names()) <= set(RegistrationContext.get().event_handlers)


@pytest.mark.parametrize("name", ["text", "pattern", "form", "fields", "number", "anything", "untyped"])
def test_an_argument_without_a_bound_is_an_error(name: str) -> None:
    with pytest.raises(UnboundedArgumentError):
        arguments_of(getattr(Handlers, name))


def test_bounded_arguments_are_checked() -> None:
    arguments = arguments_of(Handlers.bounded)
    good: dict[str, Any] = {"name": "abc", "form": {"name": "abc"}, "on": True}
    assert arguments.model_validate(good)
    wrong: list[dict[str, Any]] = [
        {"name": "abcdef"},
        {"form": {"name": "abcdef"}},
        {"form": {}},
        {"on": "true"},
        {"kind": "b"},
        {"other": ""},
    ]
    for bad in wrong:
        with pytest.raises(ValueError, match="validation error"):
            arguments.model_validate(good | bad)
