"""Wraps the app in everything that a request passes before it, in that order."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from chat_app.settings.web import WebSettings
from chat_app.web.authentication import AuthMiddleware
from chat_app.web.checks import build_checks
from chat_app.web.drain import StreamDrain
from chat_app.web.event_frames import EventFrameGuard


def build_front(app: ASGIApp, *, site: Path, settings: WebSettings) -> tuple[ASGIApp, StreamDrain]:
    """Wrap the app for serving.

    Args:
        app: The app: page, REST interface and event websocket.
        site: The folder with the built page.
        settings: Names and limits.

    Returns:
        What to serve, and the handle that ends open event streams.
    """
    inner, drain = build_inner(app, settings=settings)
    return build_checks(inner, site=site, settings=settings), drain


def build_inner(app: ASGIApp, *, settings: WebSettings) -> tuple[ASGIApp, StreamDrain]:
    """Wrap the app in the part that needs its services: authentication and the checks of websocket frames.

    Args:
        app: The app.
        settings: Names and limits.

    Returns:
        The wrapped app, and the handle that ends open event streams.
    """
    drain = StreamDrain(app)
    return EventFrameGuard(AuthMiddleware(drain, settings=settings)), drain
