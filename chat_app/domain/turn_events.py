"""The events of a turn's life, made from the turn."""

from __future__ import annotations

from chat_app.domain.events import DurableData, TurnCancelled, TurnCompleted, TurnFailed, TurnStarted
from chat_app.domain.turns import Turn, TurnStatus


def started_event(turn: Turn) -> TurnStarted:
    """Return the event of a turn that was claimed or resumed.

    Raises:
        ValueError: The turn has not been claimed.
    """
    if turn.started_at is None:
        raise ValueError("a turn that was not claimed has not started")
    return TurnStarted(attempt=turn.attempt, started_at=turn.started_at, resumed_at=turn.resumed_at)


def ended_event(turn: Turn) -> DurableData:
    """Return the event of a turn that has ended.

    Raises:
        ValueError: The turn has not ended.
    """
    match turn.status:
        case TurnStatus.COMPLETED:
            return TurnCompleted(turn=turn)
        case TurnStatus.FAILED:
            return TurnFailed(turn=turn)
        case TurnStatus.CANCELLED:
            return TurnCancelled(turn=turn)
        case TurnStatus.QUEUED | TurnStatus.RUNNING | TurnStatus.WAITING:
            raise ValueError(f"a turn that is {turn.status} has not ended")
