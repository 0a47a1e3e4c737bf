"""Nothing that a client sent is written to the log."""

from __future__ import annotations

import logging

from chat_app.web.logs import ClientTextFilter, describe_error

SECRET = "chosen-by-the-sender"


def fail() -> None:
    raise ValueError(SECRET)


def catch() -> ValueError:
    try:
        fail()
    except ValueError as error:
        return error
    raise AssertionError


def write(name: str, message: str, *args: object, error: BaseException | None = None) -> str:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "/x/app.py", 7, message, args, exc_info, func="on_event")
    assert ClientTextFilter().filter(record)
    return logging.Formatter("%(message)s").format(record)


def test_a_message_of_a_network_library_is_replaced_by_its_location() -> None:
    for name in ("reflex.app", "engineio.server", "uvicorn.error", "asyncio"):
        assert write(name, f"got {SECRET}") == "app.py:7 in on_event"


def test_an_exception_is_logged_with_its_type_and_traceback_but_without_its_message() -> None:
    written = write("chat_app.api.errors", "unexpected error in %s", "POST", error=catch())
    assert written.startswith("unexpected error in POST: ValueError < test_logs.py:")
    assert "fail" in written
    assert SECRET not in written


def test_messages_of_the_app_itself_are_logged() -> None:
    assert write("chat_app.services.turns.commands", "turn %s failed", "turn_1") == "turn turn_1 failed"


def test_the_description_of_an_error_does_not_contain_its_message() -> None:
    assert SECRET not in describe_error(catch())
