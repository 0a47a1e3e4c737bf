"""Routes of single sign-on: `/v1/auth/oidc`. They redirect a browser to the provider, and receive it back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response, status
from fastapi.responses import RedirectResponse

from chat_app.api.auth import set_login
from chat_app.api.auth_schemas import SignInLocation, SignInWithInvitation
from chat_app.api.browsers import browser_name
from chat_app.domain.errors import ChatAppError
from chat_app.services.accounts.oidc.authorization_response import PENDING_SECONDS, AuthorizationResponse
from chat_app.web.client_address import get_client
from chat_app.web.next_path import safe_next_path

router = APIRouter(prefix="/v1/auth/oidc", tags=["authentication"])

COOKIE = "chat_sign_in"
"""Name of the cookie with the pending sign-in over http."""
SECURE_COOKIE = "__Host-chat_sign_in"
"""Name of that cookie over https."""
_CALLBACK = "/v1/auth/oidc/callback"
_SIGN_IN = "/sign-in"
_MAX_PARAMETER_LENGTH = 4_000
"""Characters of a parameter from the provider; the codes of some providers are as long as tokens."""

Parameter = Annotated[str, Query(max_length=_MAX_PARAMETER_LENGTH)]


@router.get("/start", status_code=status.HTTP_303_SEE_OTHER, response_class=RedirectResponse)
async def start(request: Request, next_path: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Redirect the browser to the provider. `next` is the path of this site to open after the sign-in."""
    # Imported here, because the protocol takes a tenth of a second to load and few installations use it.
    from chat_app.services.accounts.oidc import sign_in  # noqa: PLC0415

    sign_in.require_provider()
    path = safe_next_path(next_path)
    try:
        started = await sign_in.start_sign_in(redirect_uri=_redirect_uri(request), next_path=path)
    except ChatAppError as error:
        return _redirect_with_error(request, error, next_path=path)
    response = RedirectResponse(started.url, status.HTTP_303_SEE_OTHER)
    _set_pending_cookie(request, response, started.cookie)
    return response


@router.post("/start")
async def start_with_invitation(request: Request, response: Response, body: SignInWithInvitation) -> SignInLocation:
    """Start a sign-in with an invitation. Its secret is in the body, so that no log contains it."""
    from chat_app.services.accounts.oidc import sign_in  # noqa: PLC0415 - as above

    started = await sign_in.start_sign_in(redirect_uri=_redirect_uri(request), next_path="/", invitation=body.secret)
    _set_pending_cookie(request, response, started.cookie)
    return SignInLocation(location=started.url)


@router.get("/callback", status_code=status.HTTP_303_SEE_OTHER, response_class=RedirectResponse)
async def callback(
    request: Request,
    code: Parameter = "",
    state: Parameter = "",
    error: Parameter = "",
    iss: Annotated[str | None, Query(max_length=_MAX_PARAMETER_LENGTH)] = None,
) -> Response:
    """Sign in the person whom the provider redirects back."""
    from chat_app.services.accounts.oidc import sign_in  # noqa: PLC0415 - as above

    sign_in.require_provider()
    answer = AuthorizationResponse(code=code, state=state, error=error, issuer=iss)
    next_path = "/"
    try:
        pending = sign_in.require_pending(request.cookies.get(_cookie_name(request)), answer)
        next_path = "/join" if pending.invitation else pending.next
        client = get_client(request.scope)
        issued = await sign_in.finish_sign_in(pending, answer, client=browser_name(request), address=client.address)
    except ChatAppError as problem:
        return _redirect_with_error(request, problem, next_path=next_path)
    response = RedirectResponse(pending.next, status.HTTP_303_SEE_OTHER)
    set_login(request, response, issued)
    _delete_pending_cookie(request, response)
    return response


def _redirect_with_error(request: Request, error: ChatAppError, *, next_path: str) -> Response:
    """Redirect a browser to the sign-in page with the error code; a program receives the error itself."""
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    query = urlencode({"problem": error.code, **({"next": next_path} if next_path != "/" else {})})
    return RedirectResponse(f"{_SIGN_IN}?{query}", status.HTTP_303_SEE_OTHER)


def _redirect_uri(request: Request) -> str:
    """Return the address to which the provider redirects the browser: the callback on the host of this request.

    `RequestGuard` has checked the host, and the provider compares the address with the registered ones.
    """
    scheme = "https" if get_client(request.scope).https else "http"
    return f"{scheme}://{request.headers['host']}{_CALLBACK}"


def _cookie_name(request: Request) -> str:
    return SECURE_COOKIE if get_client(request.scope).https else COOKIE


def _set_pending_cookie(request: Request, response: Response, cookie: str) -> None:
    # Lax, not strict: the browser must send it when the provider redirects it back.
    response.set_cookie(
        _cookie_name(request),
        cookie,
        max_age=PENDING_SECONDS,
        path="/",
        secure=get_client(request.scope).https,
        httponly=True,
        samesite="lax",
    )


def _delete_pending_cookie(request: Request, response: Response) -> None:
    https = get_client(request.scope).https
    response.delete_cookie(_cookie_name(request), path="/", secure=https, httponly=True, samesite="lax")
