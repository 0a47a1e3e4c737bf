"""Signing in at a provider as a browser does: there, back, and on to where it wanted to go."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.support.oidc_provider import CLIENT_ID, SECRET, OidcProvider, authorize

PAGE = {"accept": "text/html"}
CROSS_SITE_NAVIGATION = {
    **PAGE,
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
}
"""What a browser sends when another site sends it here."""
OWNER = "ada@example.org"
CALLBACK = "/v1/auth/oidc/callback"


def oidc_settings(provider: OidcProvider, **more: Any) -> dict[str, Any]:
    """Return the settings of an installation where people sign in at a provider."""
    return {
        "auth": "oidc",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SECRET,
        "oidc_owner_email": OWNER,
        **more,
    }


async def start_sign_in(page: httpx.AsyncClient, *, next_path: str | None = None) -> str:
    """Press the button; return where the browser is sent."""
    params = {} if next_path is None else {"next": next_path}
    answer = await page.get("/v1/auth/oidc/start", params=params, headers=PAGE)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def return_to_app(page: httpx.AsyncClient, back: str) -> httpx.Response:
    """Come back from the provider, which another site sends the browser to."""
    origin = page.headers.pop("origin")
    try:
        return await page.get(back, headers=CROSS_SITE_NAVIGATION)
    finally:
        page.headers["origin"] = origin


async def sign_in(page: httpx.AsyncClient, *, next_path: str | None = None) -> httpx.Response:
    """Go all the way."""
    return await return_to_app(page, await authorize(await start_sign_in(page, next_path=next_path)))


def problem_of(answer: httpx.Response) -> str:
    """Return what the sign-in page is told to say; nobody was signed in."""
    assert answer.status_code == 303, answer.text
    where = urlsplit(answer.headers["location"])
    assert (where.scheme, where.netloc, where.path) == ("", "", "/sign-in")
    assert "chat_login" not in answer.headers.get("set-cookie", "")
    return parse_qs(where.query)["problem"][0]


async def fetch_signed_in(page: httpx.AsyncClient) -> dict[str, Any] | None:
    """Return who is signed in in a browser."""
    answer = await page.get("/v1/me")
    return answer.json() if answer.status_code == 200 else None
