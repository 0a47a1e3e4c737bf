"""Combines the middleware in front of the app, in the order in which it handles a request."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from chat_app.settings.web import WebSettings
from chat_app.web.authentication import AuthMiddleware
from chat_app.web.checks import build_checks
from chat_app.web.event_frames import EventFrameGuard
from chat_app.web.event_rules import EventRules
from chat_app.web.json_limit import JsonLimit
from chat_app.web.stream_drain import StreamDrain


def build_front(app: ASGIApp, *, site: Path, settings: WebSettings) -> tuple[ASGIApp, StreamDrain]:
    """Wrap the app in its middleware.

    Args:
        app: The app: page, REST API and event websocket.
        site: Folder of the built page.
        settings: The settings of the web server.

    Returns:
        The app to serve, and the handle that ends its open event streams.
    """
    inner, drain = build_inner(app, settings=settings)
    return build_checks(inner, site=site, settings=settings), drain


def build_inner(app: ASGIApp, *, settings: WebSettings) -> tuple[ASGIApp, StreamDrain]:
    """Wrap the app in the middleware that needs its services: authentication and the checks of bodies and frames.

    Args:
        app: The app: page, REST API and event websocket.
        settings: The settings of the web server.

    Returns:
        The wrapped app, and the handle that ends its open event streams.
    """
    drain = StreamDrain(app)
    guarded = AuthMiddleware(JsonLimit(drain, max_values=settings.max_json_values), settings=settings)
    return EventFrameGuard(guarded, settings=settings, rules=EventRules()), drain
