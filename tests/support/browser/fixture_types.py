"""Types of the fixtures that browser tests call."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from tests.support.browser.visitor import Visitor
from tests.support.servers import RunningApp


class StartServer(Protocol):
    """Starts a server for one test."""

    def __call__(self, folder: Path, *, port: int = 0) -> AbstractContextManager[RunningApp]:
        """Run it with this data folder while the context is open."""
        ...


class Visit(Protocol):
    """Opens browsers with empty storage."""

    def __call__(self, url: str, **options: Any) -> Visitor:
        """Open one, with these options of its context, until the test ends."""
        ...
