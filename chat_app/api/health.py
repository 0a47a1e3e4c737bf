"""Health probes: `/healthz` checks that the process runs, `/readyz` that it can serve requests."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from chat_app.services import health

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The result of a successful probe."""

    status: str = "ok"


@router.get("/healthz")
async def healthz() -> Health:
    """Check that the process runs."""
    return Health()


@router.get("/readyz")
async def readyz() -> Health:
    """Check that the database responds and that agents can answer; otherwise the status is 503."""
    await health.check_ready()
    return Health()
