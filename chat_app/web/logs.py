"""Keeps what a client sent out of the log, whichever library writes it."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from types import TracebackType

from chat_app.domain.errors import Unauthenticated

logger = logging.getLogger(__name__)

_WIRE_LOGGERS = (
    "asyncio",
    "engineio",
    "reflex",
    "reflex_base",
    "socketio",
    "starlette",
    "uvicorn",
    "websockets",
)
"""Libraries that put frames, headers and tokens of clients into their messages or their exceptions."""

_SELF_HANDLING = ("engineio.server", "socketio.server")
"""Loggers without a level get a handler of their own from their library, which this filter does not see."""


class ClientTextFilter(logging.Filter):
    """Takes exceptions' texts out of every record, and messages out of those of the libraries on the wire."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record, and let it pass."""
        if record.name.split(".", maxsplit=1)[0] in _WIRE_LOGGERS:
            record.msg = f"{Path(record.pathname).name}:{record.lineno} in {record.funcName}"
            record.args = None
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg = f"{record.getMessage()}: {describe_error(error)}"
            record.args = None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def describe_error(error: BaseException) -> str:
    """Describe an exception by its type and the places it passed, without its text.

    The text of an exception often repeats the input that caused it.
    """
    return f"{type(error).__qualname__}{_places(error.__traceback__)}"


def log_page_error(exception: Exception) -> None:
    """Log that a page reports an error of its own, but not what it says: anybody can open a page and say it.

    Reflex passes here what its default handler would write.
    """
    del exception
    logger.error("a page reports an error")


def log_event_error(exception: Exception) -> None:
    """Log that the handler of a page's event failed, and where; that a login ended under it is no failure."""
    if isinstance(exception, Unauthenticated):
        return
    logger.error("the handler of an event failed: %s", describe_error(exception))


def configure_logging(level: int = logging.WARNING) -> None:
    """Send the log to standard error, one line for each record, without what clients sent.

    Args:
        level: The least level that is written.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(ClientTextFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _SELF_HANDLING:
        logging.getLogger(name).setLevel(level)


def _places(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return "".join(f" < {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
