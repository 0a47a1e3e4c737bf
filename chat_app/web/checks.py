"""Combines the middleware that needs no other part of the program: checks of requests and headers of responses."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from chat_app.settings.web import WebSettings
from chat_app.web.address_limit import AddressLimit
from chat_app.web.body_limit import BodyLimit
from chat_app.web.csp import hash_site_scripts, write_page_policy
from chat_app.web.host_origin import LOOPBACK_HOSTS, AccessPolicy, RequestGuard
from chat_app.web.response_headers import ResponseHeaders


def build_checks(app: ASGIApp, *, site: Path, settings: WebSettings) -> ASGIApp:
    """Wrap an app in the checks of requests and the headers of responses.

    Args:
        app: Handles the requests that pass the checks.
        site: Folder of the built page.
        settings: The settings of the web server.
    """
    policy = AccessPolicy(hosts=LOOPBACK_HOSTS | settings.allowed_hosts, origins=settings.allowed_origins)
    limited: ASGIApp = BodyLimit(
        app,
        max_bytes=settings.max_request_bytes,
        max_small_bytes=min(settings.max_small_request_bytes, settings.max_request_bytes),
        max_public_bytes=min(settings.max_public_request_bytes, settings.max_request_bytes),
        max_total_bytes=settings.max_total_request_bytes,
    )
    if settings.proxy_hops:
        limited = AddressLimit(limited, most=settings.max_connections_address, proxy_hops=settings.proxy_hops)
    guarded = RequestGuard(limited, policy=policy)
    page_policy = write_page_policy(hash_site_scripts(site))
    return ResponseHeaders(guarded, page_policy=page_policy, proxy_hops=settings.proxy_hops)
