"""The REST interface as one FastAPI app, which the page's server mounts."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from chat_app.api import (
    agents,
    audit,
    auth,
    docs,
    errors,
    health,
    keys,
    me,
    members,
    messages,
    oidc,
    participants,
    sessions,
    streams,
)


def build_api() -> FastAPI:
    """Return the interface with every route and the one error shape."""
    api = FastAPI(
        title="Chat Sessions",
        version="1",
        description="Durable conversations with agents.",
        responses=errors.RESPONSES,
        docs_url=None,
        redoc_url=None,
    )
    errors.install(api)
    docs.install(api)
    modules = (sessions, participants, messages, streams, agents, auth, oidc, me, members, keys, audit, health)
    for module in modules:
        api.include_router(module.router)
    # Last, so that it answers only what no route above does; the page's own 404 would be HTML.
    unknown = errors.UnknownAddress(api.routes)
    api.router.routes += [Route("/v1", unknown), Route("/v1/{rest:path}", unknown)]
    return api
