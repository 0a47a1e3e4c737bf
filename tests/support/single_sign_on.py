"""Signs in with OpenID Connect as a browser does: to the provider, back, and on to the requested page."""

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
"""Headers of a navigation that another site started."""
OWNER = "ada@example.org"
CALLBACK = "/v1/auth/oidc/callback"


def oidc_settings(provider: OidcProvider, **more: Any) -> dict[str, Any]:
    """Return settings for single sign-on with a provider."""
    return {
        "auth": "oidc",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SECRET,
        "oidc_owner_email": OWNER,
        **more,
    }


async def start_sign_in(page: httpx.AsyncClient, *, next_path: str | None = None) -> str:
    """Start to sign in and return the address of the provider to which the browser is redirected."""
    params = {} if next_path is None else {"next": next_path}
    answer = await page.get("/v1/auth/oidc/start", params=params, headers=PAGE)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def return_to_app(page: httpx.AsyncClient, back: str) -> httpx.Response:
    """Return from the provider: a cross-site navigation to the callback."""
    origin = page.headers.pop("origin")
    try:
        return await page.get(back, headers=CROSS_SITE_NAVIGATION)
    finally:
        page.headers["origin"] = origin


async def sign_in(page: httpx.AsyncClient, *, next_path: str | None = None) -> httpx.Response:
    """Sign in completely."""
    return await return_to_app(page, await authorize(await start_sign_in(page, next_path=next_path)))


def problem_of(answer: httpx.Response) -> str:
    """Return the problem that the sign-in page shows, and check that nobody was signed in."""
    assert answer.status_code == 303, answer.text
    where = urlsplit(answer.headers["location"])
    assert (where.scheme, where.netloc, where.path) == ("", "", "/sign-in")
    assert "chat_login" not in answer.headers.get("set-cookie", "")
    return parse_qs(where.query)["problem"][0]


async def fetch_signed_in(page: httpx.AsyncClient) -> dict[str, Any] | None:
    """Return the person who is signed in, or None."""
    answer = await page.get("/v1/me")
    return answer.json() if answer.status_code == 200 else None
