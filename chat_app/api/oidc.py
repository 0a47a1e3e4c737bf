"""Signing in at a provider: `/v1/auth/oidc`. A browser goes there and comes back with a code."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response, status
from fastapi.responses import RedirectResponse

from chat_app.api.auth import browser_name, set_login
from chat_app.api.auth_schemas import SignInElsewhere, SignInThere
from chat_app.domain.errors import ChatAppError
from chat_app.services.accounts.oidc.authorization_response import PENDING_SECONDS, Answer
from chat_app.web.client_address import known_client
from chat_app.web.next_path import own_path

router = APIRouter(prefix="/v1/auth/oidc", tags=["signing in"])

COOKIE = "chat_sign_in"
SECURE_COOKIE = "__Host-chat_sign_in"
_CALLBACK = "/v1/auth/oidc/callback"
_SIGN_IN = "/sign-in"
_LONGEST = 4_000
"""Characters of a parameter that a provider sends back; codes of some are whole tokens."""

Parameter = Annotated[str, Query(max_length=_LONGEST)]


@router.get("/start", status_code=status.HTTP_303_SEE_OTHER, response_class=RedirectResponse)
async def start(request: Request, next_path: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Send a browser to the provider; `next` is the path of this site to which it comes back."""
    # Loading the protocol takes a tenth of a second of a start, and few installations speak it.
    from chat_app.services.accounts.oidc import sign_in  # noqa: PLC0415

    sign_in.provider()
    path = own_path(next_path)
    try:
        url, sealed = await sign_in.begin(redirect_uri=_redirect_uri(request), next_path=path)
    except ChatAppError as error:
        return _give_up(request, error, next_path=path)
    answer = RedirectResponse(url, status.HTTP_303_SEE_OTHER)
    _keep(request, answer, sealed)
    return answer


@router.post("/start")
async def start_with_invitation(request: Request, response: Response, body: SignInElsewhere) -> SignInThere:
    """Begin to sign in with an invitation, whose secret comes in the body, so that no log has it."""
    from chat_app.services.accounts.oidc import sign_in  # noqa: PLC0415 - as above

    url, sealed = await sign_in.begin(redirect_uri=_redirect_uri(request), next_path="/", invitation=body.secret)
    _keep(request, response, sealed)
    return SignInThere(location=url)


@router.get("/callback", status_code=status.HTTP_303_SEE_OTHER, response_class=RedirectResponse)
async def callback(
    request: Request,
    code: Parameter = "",
    state: Parameter = "",
    error: Parameter = "",
    iss: Annotated[str | None, Query(max_length=_LONGEST)] = None,
) -> Response:
    """Sign in who comes back from the provider."""
    from chat_app.services.accounts.oidc import sign_in  # noqa: PLC0415 - as above

    sign_in.provider()
    given = Answer(code=code, state=state, error=error, issuer=iss)
    next_path = "/"
    try:
        pending = sign_in.find_pending(request.cookies.get(_cookie_name(request)), given)
        next_path = "/join" if pending.invitation else pending.next
        client = known_client(request.scope)
        started = await sign_in.finish(pending, given, client=browser_name(request), address=client.address)
    except ChatAppError as problem:
        return _give_up(request, problem, next_path=next_path)
    answer = RedirectResponse(pending.next, status.HTTP_303_SEE_OTHER)
    set_login(request, answer, started)
    _forget(request, answer)
    return answer


def _give_up(request: Request, error: ChatAppError, *, next_path: str) -> Response:
    """Lead a browser to the page that says what went wrong; a program gets the error itself."""
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    query = urlencode({"problem": error.code, **({"next": next_path} if next_path != "/" else {})})
    return RedirectResponse(f"{_SIGN_IN}?{query}", status.HTTP_303_SEE_OTHER)


def _redirect_uri(request: Request) -> str:
    """Return where the provider sends the browser back to: the name by which it has reached this server.

    The guard in front has compared the name with those that the server has, and the provider compares the whole with
    what was registered there.
    """
    scheme = "https" if known_client(request.scope).https else "http"
    return f"{scheme}://{request.headers['host']}{_CALLBACK}"


def _cookie_name(request: Request) -> str:
    return SECURE_COOKIE if known_client(request.scope).https else COOKIE


def _keep(request: Request, response: Response, sealed: str) -> None:
    # Lax, not strict: it must come along when the provider sends the browser back.
    response.set_cookie(
        _cookie_name(request),
        sealed,
        max_age=PENDING_SECONDS,
        path="/",
        secure=known_client(request.scope).https,
        httponly=True,
        samesite="lax",
    )


def _forget(request: Request, response: Response) -> None:
    https = known_client(request.scope).https
    response.delete_cookie(_cookie_name(request), path="/", secure=https, httponly=True, samesite="lax")
