"""The browser of a request: its name, its place, and the cookie by which it is recognized.

The cookie outlives logins and gives no access: it only separates the sign-in attempts in this browser from others'.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request, Response

from chat_app.services.accounts.places import Place
from chat_app.services.runtime import current
from chat_app.web.client_address import get_client

COOKIE = "chat_device"
"""Name of the cookie over http."""
SECURE_COOKIE = "__Host-chat_device"
"""Name of the cookie over https: browsers accept the prefix only from this host and only over https."""


def browser_name(request: Request) -> str:
    """Return the user agent of a browser."""
    return request.headers.get("user-agent", "")


def place_of(request: Request) -> Place:
    """Return where the person is who sends a request."""
    client = get_client(request.scope)
    device = request.cookies.get(SECURE_COOKIE if client.https else COOKIE, "")
    return Place(address=client.address, client=browser_name(request), device=device)


def set_device(request: Request, response: Response, secret: str) -> None:
    """Set the cookie by which a browser is recognized.

    Args:
        request: The request of the browser.
        response: The response to it.
        secret: The secret of the browser.
    """
    https = get_client(request.scope).https
    response.set_cookie(
        SECURE_COOKIE if https else COOKIE,
        secret,
        max_age=int(timedelta(days=current().settings.known_place_days).total_seconds()),
        path="/",
        secure=https,
        httponly=True,
        samesite="strict",
    )
