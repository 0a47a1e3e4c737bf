"""The one error tree; every error has a stable code and an HTTP status.

ChatAppError
├── BadRequest        400  not something that can be meant here
├── Unauthenticated   401  nobody is signed in, or the login has ended
├── NotFound          404  does not exist, or may not be seen
├── Forbidden         403  may be seen, may not be done
├── Conflict          409  contradicts what is already stored
├── Invalid           422  the input breaks a rule
├── TooLarge          413  the input is over a limit of size
├── TooMany           429  more than a limit allows in this time
├── Unavailable       503  a part that is needed is not there now
├── ConfigError       500  a setting or a file of the installation is wrong
└── TurnError         502  an agent's turn could not be completed (see `TurnErrorCode`)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar


class ChatAppError(Exception):
    """Base of every error that a person may read.

    Args:
        message: What happened and what to do next, in plain words.
        code: Stable machine-readable code; the class default when omitted.
        details: JSON-serializable facts for a program, e.g. the limit that was hit.
    """

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, code: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details: dict[str, Any] = dict(details or {})


class BadRequest(ChatAppError):  # noqa: N818 - named after what a person reads
    """The request is not one that can be meant here; nothing was changed."""

    status = 400
    default_code = "bad_request"


class Unauthenticated(ChatAppError):  # noqa: N818
    """Nobody is signed in, or the login has ended."""

    status = 401
    default_code = "unauthenticated"


class NotFound(ChatAppError):  # noqa: N818
    """The thing does not exist, or the actor may not see it."""

    status = 404
    default_code = "not_found"


class Forbidden(ChatAppError):  # noqa: N818
    """The actor may see the thing but not do this with it."""

    status = 403
    default_code = "forbidden"


class Conflict(ChatAppError):  # noqa: N818
    """The request contradicts what is already stored."""

    status = 409
    default_code = "conflict"


class Invalid(ChatAppError):  # noqa: N818
    """The input breaks a rule; nothing was changed."""

    status = 422
    default_code = "invalid"


class TooLarge(ChatAppError):  # noqa: N818
    """The input is over a limit of size; nothing was changed."""

    status = 413
    default_code = "too_large"


class TooMany(ChatAppError):  # noqa: N818
    """More than a limit allows in this time; nothing was changed.

    Args:
        message: What happened and what to do next, in plain words.
        retry_after: Seconds until the same may be tried again.
        code: Stable machine-readable code.
    """

    status = 429
    default_code = "too_many"

    def __init__(self, message: str, *, retry_after: float, code: str | None = None) -> None:
        super().__init__(message, code=code, details={"retry_after": math.ceil(retry_after)})
        self.retry_after = math.ceil(retry_after)


class Unavailable(ChatAppError):  # noqa: N818
    """A part that the request needs is not there now."""

    status = 503
    default_code = "unavailable"


class ConfigError(ChatAppError):
    """A setting or a file of the installation is wrong."""

    default_code = "config"


class TurnError(ChatAppError):
    """An agent's turn could not be completed; `code` is a `TurnErrorCode`."""

    status = 502
    default_code = "provider_error"
