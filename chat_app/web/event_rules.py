"""Which events a page may send, with which arguments: derived from the signatures of the event handlers.

Every argument needs a type whose values have a bounded size; `ui/arguments.py` has the types of text. The framework
itself would accept any event and any argument, and keep an argument of the wrong type in the error and in the log.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Annotated, Any, Literal, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, create_model
from reflex_base.registry import RegisteredEventHandler, RegistrationContext
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY
from typing_extensions import is_typeddict

MAX_FORM_FIELDS = 32
"""Fields of a form that a page may send."""
MAX_FORM_TEXT = 4_000
"""Characters of a field's name and of its value."""

_STATE = "reflex___state____state"


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class _Hydration(_Arguments):
    vars: Annotated[dict[str, Any], Field(max_length=0)] | None = None
    """Values from the browser's storage; the page stores none for the framework."""
    hashes: Annotated[list[Annotated[str, StringConstraints(max_length=64)]], Field(max_length=200)] | None = None


class _PageError(_Arguments):
    info: Annotated[str, StringConstraints(max_length=100_000)]
    component_stack: Annotated[str, StringConstraints(max_length=100_000)]


_FRAMEWORK_EVENTS: Mapping[str, type[BaseModel]] = {
    f"{_STATE}.hydrate": _Arguments,
    f"{_STATE}.hydrate_and_load": _Hydration,
    f"{_STATE}.reflex___state____on_load_internal_state.on_load_internal": _Arguments,
    f"{_STATE}.reflex___state____frontend_event_exception_state.handle_frontend_exception": _PageError,
}
"""The framework's own events that a page sends."""
_FormText = Annotated[str, StringConstraints(max_length=MAX_FORM_TEXT)]
_FormEntry = Annotated[list[_FormText], Field(min_length=2, max_length=2)]
_FormEntries = Annotated[list[_FormEntry], Field(max_length=MAX_FORM_FIELDS)]
_FORM: TypeAdapter[dict[str, list[list[str]]]] = TypeAdapter(
    Annotated[dict[Annotated[str, StringConstraints(max_length=32)], _FormEntries], Field(max_length=1)],
    config=ConfigDict(strict=True, hide_input_in_errors=True),
)
_SETTER = "setvar"
"""The framework gives every state an event that sets any of its vars."""


class UnboundedArgumentError(TypeError):
    """An argument of an event has a type without a bound."""


class EventRules:
    """The events that a page may send.

    Args:
        handlers: The event handlers of the app by name; all that are registered when omitted.
    """

    def __init__(self, handlers: Mapping[str, RegisteredEventHandler] | None = None) -> None:
        self._handlers = handlers
        self._checks: dict[str, type[BaseModel]] = {}

    def names(self) -> list[str]:
        """Return the names of all events that a page may send."""
        own = (name for name in self._registered() if _is_own(name))
        return sorted({*own, *_FRAMEWORK_EVENTS})

    def arguments(self, name: str) -> type[BaseModel] | None:
        """Return the type of an event's arguments, or None if no page may send the event.

        Raises:
            UnboundedArgumentError: An argument has a type without a bound.
        """
        check = self._checks.get(name)
        if check is None:
            if name in _FRAMEWORK_EVENTS:
                check = _FRAMEWORK_EVENTS[name]
            elif _is_own(name) and (registered := self._registered().get(name)) is not None:
                check = arguments_of(registered.handler.fn)
            else:
                return None
            self._checks[name] = check
        return check

    def allows(self, name: str, payload: Mapping[str, Any]) -> bool:
        """Return whether a page may send an event with these arguments."""
        check = self.arguments(name)
        if check is None:
            return False
        types = {name: field.annotation for name, field in check.model_fields.items()}
        try:
            check.model_validate({key: _unwrap_form(value, types.get(key)) for key, value in payload.items()})
        except ValidationError:
            return False
        return True

    def _registered(self) -> Mapping[str, RegisteredEventHandler]:
        return self._handlers if self._handlers is not None else RegistrationContext.get().event_handlers


def arguments_of(handler: Callable[..., Any]) -> type[BaseModel]:
    """Return the type of the arguments of an event handler.

    Raises:
        UnboundedArgumentError: An argument has a type without a bound.
    """
    hints = get_type_hints(handler, include_extras=True)
    parameters = list(inspect.signature(handler).parameters.values())[1:]
    fields: dict[str, Any] = {}
    for parameter in parameters:
        hint = hints.get(parameter.name, Any)
        if not _is_bounded(hint):
            raise UnboundedArgumentError(
                f"{handler.__qualname__}: {parameter.name} needs a type with a bound, not {hint}"
            )
        fields[parameter.name] = (hint, ... if parameter.default is parameter.empty else parameter.default)
    return create_model(f"{handler.__qualname__} arguments", __base__=_Arguments, **fields)


def _is_own(name: str) -> bool:
    return name.startswith(f"{_STATE}.chat_app___") and not name.endswith(f".{_SETTER}")


def _is_bounded(hint: Any) -> bool:
    """Whether the values of a type have a bounded size."""
    if hint is bool or hint is NoneType or get_origin(hint) is Literal:
        return True
    if is_typeddict(hint):
        return all(map(_is_bounded, get_type_hints(hint, include_extras=True).values()))
    if get_origin(hint) is Annotated:
        base, *extras = get_args(hint)
        return base is str and any(isinstance(extra, StringConstraints) and extra.max_length for extra in extras)
    return False


def _unwrap_form(value: Any, form: Any) -> Any:
    """Return the fields of a form, which the page sends as a list of names and values; None if it is malformed.

    The page also sends the values of controls under their ids, which no handler reads.

    Args:
        value: The argument as it was sent.
        form: The type of the argument.
    """
    if not isinstance(value, dict) or FORM_DATA_ENTRIES_KEY not in value:
        return cast("Any", value)
    try:
        entries = _FORM.validate_python(value)[FORM_DATA_ENTRIES_KEY]
    except ValidationError:
        return None
    fields = getattr(form, "__annotations__", {})
    return {name: text for name, text in entries if name in fields}
