"""Removes what clients sent from log records of all libraries, and logs what repeats once a minute."""

from __future__ import annotations

import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from types import TracebackType

from chat_app.domain.errors import ChatAppError

logger = logging.getLogger(__name__)

_NETWORK_LOGGERS = (
    "asyncio",
    "engineio",
    "reflex",
    "reflex_base",
    "socketio",
    "starlette",
    "uvicorn",
    "websockets",
)
"""Libraries whose messages or exceptions contain frames, headers and tokens of clients."""

REPETITION_SECONDS = 60.0
"""Seconds in which a line is logged once."""
MAX_LINES = 20
"""Different lines that one place in the program may log in that time. Hundreds of clients can cause as many."""
_SELF_HANDLING = ("engineio.server", "socketio.server")
"""Loggers to which their library adds a handler without this filter, unless they have a level."""


class ClientTextFilter(logging.Filter):
    """Removes the texts of exceptions from all records, and the messages from those of the network libraries."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; none is dropped."""
        if record.name.split(".", maxsplit=1)[0] in _NETWORK_LOGGERS:
            record.msg = f"{Path(record.pathname).name}:{record.lineno} in {record.funcName}"
            record.args = None
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg = f"{record.getMessage()}: {describe_error(error)}"
            record.args = None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


class RepetitionFilter(logging.Filter):
    """Passes each line once a minute, and counts the repetitions: a client can cause the same line at will.

    Repetitions are reported with the first line, of any kind, after the minute. One place in the program may log
    `MAX_LINES` different lines a minute.

    Args:
        clock: Returns the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._until = 0.0
        self._lines: dict[tuple[str, int], set[str]] = {}
        """The lines of this minute, by the file and the line number that logged them."""
        self._omitted = Counter[tuple[str, int]]()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record; the first one of a minute reports what was omitted in the last."""
        now = self._clock()
        report = ""
        if now >= self._until:
            report = self._report()
            self._until = now + REPETITION_SECONDS
            self._lines.clear()
            self._omitted.clear()
        place = (record.pathname, record.lineno)
        lines = self._lines.setdefault(place, set())
        line = record.getMessage()
        if line in lines or len(lines) >= MAX_LINES:
            self._omitted[place] += 1
            return False
        lines.add(line)
        if report:
            record.msg, record.args = f"{line} {report}", None
        return True

    def _report(self) -> str:
        """Describe what was omitted."""
        places = ", ".join(f"{count:,} from {Path(path).name}:{line}" for (path, line), count in self._omitted.items())
        return f"(similar lines omitted before this one: {places})" if places else ""


def describe_error(error: BaseException) -> str:
    """Describe an exception by its type and its traceback, without its text, which may repeat the input."""
    return f"{type(error).__qualname__}{_format_traceback(error.__traceback__)}"


def log_page_error(exception: Exception) -> None:
    """Log that a page reported an error, without its text, which anybody who opens a page can choose.

    Reflex calls this instead of its default handler, which would log the text.
    """
    del exception
    logger.error("a page reported an error")


def log_event_error(exception: Exception) -> None:
    """Log that an event handler of the page failed, unless it refused what a page may not or cannot do."""
    if isinstance(exception, ChatAppError) and exception.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return
    logger.error("an event handler failed: %s", describe_error(exception))


def configure_logging(level: int = logging.WARNING) -> None:
    """Send the log to standard error, one line for each record, without what clients sent.

    Args:
        level: The lowest level that is logged.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(ClientTextFilter())
    handler.addFilter(RepetitionFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _SELF_HANDLING:
        logging.getLogger(name).setLevel(level)


def _format_traceback(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return "".join(f" < {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
