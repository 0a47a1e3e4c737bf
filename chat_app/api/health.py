"""`/healthz`: the process lives. `/readyz`: it can serve."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from chat_app.services import health

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The answer of a probe that went well."""

    status: str = "ok"


@router.get("/healthz")
async def healthz() -> Health:
    """Say that the process lives."""
    return Health()


@router.get("/readyz")
async def readyz() -> Health:
    """Say that the database answers and turns can run; 503 otherwise."""
    await health.check_ready()
    return Health()
