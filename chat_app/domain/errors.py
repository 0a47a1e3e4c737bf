"""The error classes; every error has a stable code and an HTTP status.

ChatAppError
├── BadRequest        400  the request makes no sense for this resource
├── Unauthenticated   401  nobody is signed in, or the login has ended
├── NotFound          404  does not exist, or the actor may not see it
├── Forbidden         403  the actor may see it but not do this
├── RequestTimeout    408  the request did not arrive in time
├── Conflict          409  contradicts what is already stored
├── Invalid           422  the input breaks a rule
├── TooLarge          413  the input exceeds a size limit
├── TooMany           429  a rate limit was exceeded
├── Unavailable       503  a required part is not available at the moment
├── ConfigError       500  a setting or a file of the installation is wrong
└── TurnError         502  an agent's turn could not be completed (see `TurnErrorCode`)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar


class ChatAppError(Exception):
    """Base class of every error that is shown to people.

    Args:
        message: What happened and what to do next.
        code: Stable machine-readable code; the default of the class when omitted.
        details: JSON-serializable facts for a program, e.g. the limit that was reached.
    """

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, code: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details: dict[str, Any] = dict(details or {})


class BadRequest(ChatAppError):  # noqa: N818 - named after its HTTP status
    """The request makes no sense for this resource; nothing was changed."""

    status = 400
    default_code = "bad_request"


class Unauthenticated(ChatAppError):  # noqa: N818
    """Nobody is signed in, or the login has ended."""

    status = 401
    default_code = "unauthenticated"


class NotFound(ChatAppError):  # noqa: N818
    """The resource does not exist, or the actor may not see it."""

    status = 404
    default_code = "not_found"


class Forbidden(ChatAppError):  # noqa: N818
    """The actor may see the resource but not do this with it."""

    status = 403
    default_code = "forbidden"


class RequestTimeout(ChatAppError):  # noqa: N818
    """The request did not arrive completely in time; nothing was changed."""

    status = 408
    default_code = "request_timeout"


class Conflict(ChatAppError):  # noqa: N818
    """The request contradicts what is already stored."""

    status = 409
    default_code = "conflict"


class Invalid(ChatAppError):  # noqa: N818
    """The input breaks a rule; nothing was changed."""

    status = 422
    default_code = "invalid"


class TooLarge(ChatAppError):  # noqa: N818
    """The input exceeds a size limit; nothing was changed."""

    status = 413
    default_code = "too_large"


class TooMany(ChatAppError):  # noqa: N818
    """A rate limit was exceeded; nothing was changed.

    Args:
        message: What happened and what to do next.
        retry_after: Seconds until the request may be repeated.
        code: Stable machine-readable code.
    """

    status = 429
    default_code = "too_many"

    def __init__(self, message: str, *, retry_after: float, code: str | None = None) -> None:
        super().__init__(message, code=code, details={"retry_after": math.ceil(retry_after)})
        self.retry_after = math.ceil(retry_after)


class Unavailable(ChatAppError):  # noqa: N818
    """A part that the request needs is not available at the moment."""

    status = 503
    default_code = "unavailable"


class ConfigError(ChatAppError):
    """A setting or a file of the installation is wrong."""

    default_code = "config"


class TurnError(ChatAppError):
    """An agent's turn could not be completed; `code` is a `TurnErrorCode`."""

    status = 502
    default_code = "provider_error"
