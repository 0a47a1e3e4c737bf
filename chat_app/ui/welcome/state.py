"""What stands in the place of a transcript that is empty."""

from __future__ import annotations

from typing import Literal

import reflex as rx


class WelcomeState(rx.State):
    """`choose` asks for an agent, `greet` lets the chosen one speak first, `missing` is an address that leads nowhere.

    "" is a conversation under way.
    """

    stage: Literal["", "choose", "greet", "missing"] = ""
    greeting: str = ""
