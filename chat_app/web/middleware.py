"""Combines the middleware in front of the app, in the order in which it handles a request."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from chat_app.settings.web import WebSettings
from chat_app.web.authentication import AuthMiddleware
from chat_app.web.body_limit import BodyLimit
from chat_app.web.csp import hash_site_scripts, write_page_policy
from chat_app.web.event_frames import EventFrameGuard
from chat_app.web.host_origin import LOOPBACK_HOSTS, AccessPolicy, RequestGuard
from chat_app.web.response_headers import ResponseHeaders
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
    drain = StreamDrain(app)
    policy = AccessPolicy(hosts=LOOPBACK_HOSTS | settings.allowed_hosts, origins=settings.allowed_origins)
    entered = EventFrameGuard(AuthMiddleware(drain, settings=settings))
    bounded = BodyLimit(entered, max_bytes=settings.max_request_bytes)
    guarded = RequestGuard(bounded, policy=policy)
    policy_of_pages = write_page_policy(hash_site_scripts(site))
    return ResponseHeaders(guarded, page_policy=policy_of_pages, proxy_hops=settings.proxy_hops), drain
