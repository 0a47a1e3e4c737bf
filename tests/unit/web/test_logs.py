"""Nothing that a client sent is written to the log."""

from __future__ import annotations

import logging

from chat_app.web.logs import MAX_LINES, ClientTextFilter, RepetitionFilter, describe_error

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


def write_repeatedly(log: RepetitionFilter, message: str, *args: object, times: int = 1, line: int = 7) -> list[str]:
    records = [
        logging.LogRecord("chat_app.web", logging.WARNING, "/x/app.py", line, message, args, None) for _ in range(times)
    ]
    return [record.getMessage() for record in records if log.filter(record)]


def test_a_repeated_line_is_logged_once_a_minute_and_counted() -> None:
    at = [0.0]
    log = RepetitionFilter(lambda: at[0])
    assert write_repeatedly(log, "refused %d", 3, times=1_000) == ["refused 3"]
    at[0] = 59.0
    assert write_repeatedly(log, "refused %d", 3) == []
    at[0] = 60.0
    assert write_repeatedly(log, "refused %d", 3) == [
        "refused 3 (similar lines omitted before this one: 1,000 from app.py:7)"
    ]
    at[0] = 120.0
    assert write_repeatedly(log, "refused %d", 3) == ["refused 3"]


def test_the_repetitions_are_reported_with_a_line_of_any_kind() -> None:
    at = [0.0]
    log = RepetitionFilter(lambda: at[0])
    write_repeatedly(log, "refused", times=3)
    at[0] = 61.0
    assert write_repeatedly(log, "stopped", line=9) == [
        "stopped (similar lines omitted before this one: 2 from app.py:7)"
    ]


def test_different_lines_of_one_place_are_bounded_and_do_not_displace_those_of_others() -> None:
    log = RepetitionFilter(lambda: 0.0)
    written = [line for number in range(1_000) for line in write_repeatedly(log, "refused %d", number)]
    assert len(written) == MAX_LINES
    assert write_repeatedly(log, "stopped", line=9) == ["stopped"]
