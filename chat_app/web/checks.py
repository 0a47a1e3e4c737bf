"""Wraps the app in the checks of a request and the headers of an answer that need no other part of the program."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from chat_app.settings.web import WebSettings
from chat_app.web.body import BodyLimit
from chat_app.web.csp import hash_site_scripts, write_page_policy
from chat_app.web.headers import ResponseHeaders
from chat_app.web.host_origin import LOOPBACK_HOSTS, AccessPolicy, RequestGuard


def build_checks(app: ASGIApp, *, site: Path, settings: WebSettings) -> ASGIApp:
    """Wrap the app.

    Args:
        app: Answers the requests that pass.
        site: The folder with the built page.
        settings: Names and limits.
    """
    policy = AccessPolicy(hosts=LOOPBACK_HOSTS | settings.allowed_hosts, origins=settings.allowed_origins)
    guarded = RequestGuard(BodyLimit(app, max_bytes=settings.max_request_bytes), policy=policy)
    page_policy = write_page_policy(hash_site_scripts(site))
    return ResponseHeaders(guarded, page_policy=page_policy, proxy_hops=settings.proxy_hops)
