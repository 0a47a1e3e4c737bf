"""The status of embedded models, and how readers follow its changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class ModelState(StrEnum):
    """The stage of a model before it can be used."""

    ABSENT = "absent"
    DOWNLOADING = "downloading"
    VERIFYING = "verifying"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class ModelStatus(BaseModel):
    """The status of a model, as it is shown to people."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    state: ModelState
    received: int = 0
    """Bytes of the weights that were downloaded."""
    total: int
    """Bytes of the weights."""
    rate: float | None = None
    """Bytes per second, over the last few seconds."""
    eta: float | None = None
    """Seconds until the download is complete, at that rate."""
    text: str | None = None
    """Why it failed and what to do next."""

    @property
    def settled(self) -> bool:
        """Whether the status stays until the model is requested again."""
        return self.state in (ModelState.READY, ModelState.FAILED)


class StatusBoard:
    """Stores the latest status of each model and wakes its followers; used on one event loop.

    Args:
        read: Returns the status of a model for which none was set.
    """

    def __init__(self, read: Callable[[str], ModelStatus]) -> None:
        self._read = read
        self._statuses: dict[str, ModelStatus] = {}
        self._followers: dict[str, set[asyncio.Event]] = {}

    def get(self, key: str) -> ModelStatus:
        """Return the latest status."""
        return self._statuses.get(key) or self._read(key)

    def set(self, status: ModelStatus) -> None:
        """Replace the status and wake its followers, unless it is unchanged."""
        if self._statuses.get(status.key) == status:
            return
        self._statuses[status.key] = status
        for changed in self._followers.get(status.key, ()):
            changed.set()

    async def watch(self, key: str) -> AsyncGenerator[ModelStatus]:
        """Yield the status now and after each change, without end; a slow follower skips to the latest."""
        changed = asyncio.Event()
        followers = self._followers.setdefault(key, set())
        followers.add(changed)
        try:
            while True:
                changed.clear()
                yield self.get(key)
                await changed.wait()
        finally:
            followers.discard(changed)
