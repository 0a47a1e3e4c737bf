"""What all tabs of the settings share."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import reflex as rx

from chat_app.ui.arguments import ObjectName
from chat_app.ui.problems import ShowsProblem

NO_EXPIRY = "0"
"""The choice of days for something that never expires."""


class SettingsState(ShowsProblem, rx.State):
    """A problem, a removal to be confirmed, and a new secret."""

    confirming: str = ""
    """Id of what the viewer wants to remove and has not confirmed yet."""
    new_secret: str = ""
    """A secret, or the path of a one-time link, that was just made; it is shown once."""

    @rx.event
    def ask_to_confirm(self, subject: ObjectName) -> None:
        """Ask the viewer to confirm a removal."""
        self.confirming = subject
        self.problem = ""

    @rx.event
    def cancel(self) -> None:
        """Do not remove anything."""
        self.confirming = ""

    @rx.event
    def hide_secret(self) -> None:
        """Remove the secret from the page."""
        self.new_secret = ""

    def _reset_page(self) -> None:
        self.problem = self.confirming = self.new_secret = ""

    @contextmanager
    def _showing_problem(self) -> Generator[None]:
        self.confirming = ""
        with super()._showing_problem():
            yield
