"""Creates the HTTP client for downloads, with pip's settings for certificates and proxies."""

from __future__ import annotations

import os
import ssl

import certifi
import httpx

from chat_app.agents.models.embedded.pip_settings import IndexSettings

CONNECT_TIMEOUT_SECONDS = 4.0
"""Short, because a closed network often drops packets silently and the next source must be tried soon."""
READ_TIMEOUT_SECONDS = 30.0
"""The longest wait for the next bytes before a connection counts as lost."""


def make_client(settings: IndexSettings) -> httpx.AsyncClient:
    """Return a client for the package indexes and the model hub; the caller closes it."""
    return httpx.AsyncClient(
        verify=_ssl_context(settings),
        proxy=settings.proxy,
        mounts={f"https://{host}": _unverified_transport(settings) for host in settings.trusted_hosts},
        timeout=httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
        follow_redirects=True,
    )


def _ssl_context(settings: IndexSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    extra = [settings.ca_file, os.environ.get("REQUESTS_CA_BUNDLE"), certifi.where()]
    for file in extra:
        if file and os.path.isfile(file):  # noqa: PTH113 - some come from the environment as text
            context.load_verify_locations(file)
    return context


def _unverified_transport(settings: IndexSettings) -> httpx.AsyncHTTPTransport:
    return httpx.AsyncHTTPTransport(verify=False, proxy=settings.proxy)
