"""Helpers for an application with chosen limits."""

from __future__ import annotations

from typing import Protocol

import httpx
from annotated_types import Ge

from chat_app.domain.actor import Scope
from chat_app.services.runtime import Runtime
from chat_app.settings.limits import LimitSettings
from tests.support.clocks import StoppedClock
from tests.support.password_login import set_up_owner, token_of

NO_LIMITS = {name: 0 for name, field in LimitSettings.model_fields.items() if Ge(0) in field.metadata}
"""Settings without limits: those that 0 turns off are 0."""


class Start(Protocol):
    """Starts an application with these limits alone and a stopped clock."""

    async def __call__(self, **limits: int) -> tuple[Runtime, StoppedClock]:
        """Start it."""
        ...


async def authenticate(rest: httpx.AsyncClient) -> None:
    """Set a token of the owner in the client's headers."""
    rest.headers["authorization"] = f"Bearer {await token_of(await set_up_owner(), Scope.ADMIN)}"
