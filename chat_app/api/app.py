"""The REST API as one FastAPI app, which is mounted beside the page."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from starlette.routing import Route

from chat_app.api import (
    agents,
    audit,
    auth,
    docs,
    errors,
    health,
    keys,
    links,
    me,
    members,
    messages,
    oidc,
    participants,
    sessions,
    streams,
)
from chat_app.api.request_text import check_request_text

_DESCRIPTION = """\
The API of Chat Sessions: durable conversations with agents, which continue on the server when a client disconnects.

Authenticate with an API token from Settings → Tokens: `Authorization: Bearer <token>`. All times are in UTC. Every
error has the same format: `{"error": {"code", "message", "details"}}`, with a stable `code`.
"""
_TAGS = [
    {"name": "sessions", "description": "Create, list, change and delete sessions."},
    {"name": "participants", "description": "The people of a session that is shared with some members."},
    {"name": "messages", "description": "Send and read messages, and stop answers."},
    {"name": "events", "description": "Follow sessions with server-sent events."},
    {"name": "agents", "description": "The agents of this server."},
    {"name": "authentication", "description": "Sign in and out in a browser. These routes need no token."},
    {"name": "account", "description": "Your account, preferences, workspaces and API tokens."},
    {"name": "members", "description": "The members and invitations of the workspace."},
    {"name": "keys", "description": "The provider keys of the workspace, for owners and admins."},
    {"name": "audit log", "description": "Who did what in the workspace, for owners and admins."},
    {"name": "health", "description": "Probes for a load balancer or a supervisor."},
]


def build_api() -> FastAPI:
    """Return the app with all routes and error handlers."""
    api = FastAPI(
        title="Chat Sessions",
        version="1",
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        responses=errors.RESPONSES,
        dependencies=[Depends(check_request_text)],
        docs_url=None,
        redoc_url=None,
    )
    errors.install(api)
    docs.install(api)
    modules = (sessions, participants, messages, streams, agents, auth, oidc, me, members, keys, audit, health)
    for module in modules:
        api.include_router(module.router)
    links.install(api)
    # Last, so that it receives only what no other route matches. The page's own 404 response would be HTML.
    unknown = errors.UnknownAddress(api.routes)
    api.router.routes += [Route("/v1", unknown), Route("/v1/{rest:path}", unknown)]
    return api
