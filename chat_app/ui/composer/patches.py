"""What becomes of a send, as patches of the composer. Pure functions."""

from __future__ import annotations

from chat_app.domain.errors import ChatAppError, TooMany
from chat_app.ui.protocol import SendAccepted, SendPostponed, SendRefused

MAX_POSTPONED_SECONDS = 120
"""The browser's outbox keeps a message that came too early for up to this long; for longer it is refused."""


def accepted_patch(request_id: str, *, session_id: str) -> SendAccepted:
    """Return that the message of a request is stored in a session."""
    return SendAccepted(op="sent", request_id=request_id, session_id=session_id)


def refusal_patch(request_id: str, error: ChatAppError) -> SendPostponed | SendRefused:
    """Return why the message of a request was not accepted, and when to send it again if that is soon."""
    if isinstance(error, TooMany) and error.retry_after <= MAX_POSTPONED_SECONDS:
        return SendPostponed(op="later", request_id=request_id, text=error.message, seconds=error.retry_after)
    return SendRefused(op="refused", request_id=request_id, text=error.message)
