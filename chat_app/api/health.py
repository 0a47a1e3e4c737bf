"""Health probes and metrics: `/healthz` checks that the process runs, `/readyz` that it can serve requests."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from chat_app.services import health, metrics

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


@router.get("/metrics", response_class=PlainTextResponse)
async def read_metrics(request: Request) -> PlainTextResponse:
    """Return the metrics of the process in the text format of Prometheus, for the token in `CHAT_APP_METRICS_TOKEN`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    text = metrics.read_metrics(token.strip() if scheme.lower() == "bearer" else None)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")
