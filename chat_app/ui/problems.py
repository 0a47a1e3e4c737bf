"""Shows why an event failed beside what it was about."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import reflex as rx

from chat_app.domain.errors import ChatAppError


class ShowsProblem(rx.State, mixin=True):
    """A state that shows why its last event failed."""

    problem: str = ""

    @contextmanager
    def _showing_problem(self) -> Generator[None]:
        """Run a block, and show the message of an error that it raises."""
        self.problem = ""
        try:
            yield
        except ChatAppError as error:
            self.problem = error.message
