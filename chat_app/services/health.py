"""The readiness check."""

from __future__ import annotations

from chat_app.db import health
from chat_app.domain.errors import Unavailable
from chat_app.services.runtime import current


async def check_ready() -> None:
    """Check that the database answers.

    Raises:
        Unavailable: The database does not answer.
    """
    async with current().db.read() as tx:
        if not await health.answers(tx):
            raise Unavailable("The database does not answer. See the server's log.", code="database_unavailable")
