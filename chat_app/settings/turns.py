"""Settings: how agents' turns run."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class TurnSettings(BaseSettings):
    """How agents' turns run."""

    max_history_messages: int = Field(default=400, ge=2)
    """Earlier messages of a session that a turn sends to the model; the oldest ones are dropped first."""
    max_queued_turns: int = Field(default=20, ge=1)
    """Turns that may be queued in one session."""
    checkpoint_seconds: float = Field(default=1.0, gt=0)
    """Seconds between two checkpoints of running answers: a crash loses at most the text of this time."""
    max_model_calls: int = Field(default=25, ge=1)
    """Model calls in one turn, after which the turn fails: an agent must not call tools without end."""
    model_retries: int = Field(default=4, ge=0)
    """How often a model call is repeated after a rate limit or a temporary error of the provider."""
    model_retry_seconds: float = Field(default=2.0, gt=0)
    """Seconds before the first repetition of a model call; the time doubles with each further one."""
    turn_poll_seconds: float = Field(default=1.0, gt=0)
    """Seconds between two queries of the workflow engine to its own tables; turns do not wait for them."""
