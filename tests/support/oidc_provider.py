"""An OpenID Connect provider for tests: strict by default, with one kind of misbehaviour on request.

It signs with a real key, requires PKCE, accepts each code once, and listens on a loopback port.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.support.asgi_server import serve_asgi

CLIENT_ID = "chat sessions"
SECRET = "a+b/c=d%e:f and more that needs care in a form"

Tamper = Callable[[dict[str, Any]], None]


@dataclass
class AuthorizationRequest:
    """An authorization request whose code was not used yet."""

    redirect_uri: str
    nonce: str
    challenge: str
    person: dict[str, Any]


@dataclass
class OidcProvider:
    """The provider and its misbehaviour.

    Args:
        person: The claims about the person who is signed in at the provider.
    """

    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "1", "email": "ada@example.org", "email_verified": True, "name": "Ada Lovelace"}
    )
    url: str = ""
    issuer: str = ""
    redirect_uri: str = "http://localhost/v1/auth/oidc/callback"
    denies: str = ""
    """The error with which every authorization request ends, if any."""
    down: bool = False
    tamper: Tamper = lambda claims: None
    """Changes the claims of an id token before it is signed."""
    signing_key: RSAKey | None = None
    """Used for signatures instead of the published key."""
    forge: Callable[[dict[str, Any]], str] | None = None
    """Makes the id token instead of the provider."""
    in_userinfo: bool = False
    """Whether name and e-mail address are only in the user info, not in the id token."""
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    fetched: list[str] = field(default_factory=list[str])
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig"}))
    _codes: dict[str, AuthorizationRequest] = field(default_factory=dict[str, AuthorizationRequest])
    _tokens: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def app(self) -> Starlette:
        """Return the provider as an application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/userinfo", self._userinfo),
            ]
        )

    def change_key(self) -> None:
        """Replace the key for signatures and the published key."""
        self.key = RSAKey.generate_key(2048, {"use": "sig"})

    async def _discovery(self, request: Request) -> Response:
        self.fetched.append("discovery")
        if self.down:
            return Response("<h1>Bad gateway</h1>", 502)
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                # A careless provider offers what must not be taken.
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                "code_challenge_methods_supported": ["S256"],
                **self.metadata,
            }
        )

    async def _keys(self, request: Request) -> Response:
        self.fetched.append("keys")
        self.key.ensure_kid()
        unknown = {"kty": "AKP", "kid": "of tomorrow"}
        return JSONResponse({"keys": [unknown, self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = request.query_params
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["redirect_uri"] == self.redirect_uri
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        back = {"state": asked["state"]}
        if self.denies:
            back["error"] = self.denies
        else:
            code = secrets.token_urlsafe(16)
            self._codes[code] = AuthorizationRequest(
                redirect_uri=asked["redirect_uri"],
                nonce=asked["nonce"],
                challenge=asked["code_challenge"],
                person=dict(self.person),
            )
            back["code"] = code
        return RedirectResponse(f"{self.redirect_uri}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        if self.down:
            return Response("<h1>Bad gateway</h1>", 502)
        form = dict(parse_qsl((await request.body()).decode()))
        if not _is_client(request.headers.get("authorization", ""), form):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self._codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        if asked is None or form["redirect_uri"] != asked.redirect_uri or _challenge(verifier) != asked.challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        access_token = secrets.token_urlsafe(16)
        self._tokens[access_token] = asked.person
        return JSONResponse(
            {
                "access_token": access_token,
                "token_type": "Bearer",
                "expires_in": 60,
                "id_token": self._id_token(asked, access_token),
            }
        )

    def _id_token(self, asked: AuthorizationRequest, access_token: str) -> str:
        at = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": at,
            "exp": at + 300,
            "nonce": asked.nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **asked.person,
        }
        if self.in_userinfo:
            for name in ("email", "email_verified", "name"):
                claims.pop(name, None)
        self.tamper(claims)
        self.key.ensure_kid()
        if self.forge is not None:
            return self.forge(claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid or ""}, claims, self.signing_key or self.key)

    async def _userinfo(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        person = self._tokens.get(token)
        if scheme != "Bearer" or person is None:
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse(person)


def forged(claims: dict[str, Any], *, kid: str, alg: str, secret: bytes = b"") -> str:
    """Return an id token that needs no private key: without a signature, or with one of a secret.

    Args:
        claims: What it says.
        kid: The key that it names.
        alg: `none` or `HS256`.
        secret: What it is signed with.
    """
    parts = [json.dumps(part).encode() for part in ({"alg": alg, "kid": kid}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = b"" if alg == "none" else hmac.digest(secret, signed, "sha256")
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _is_client(authorization: str, form: dict[str, str]) -> bool:
    """Return whether a request is authenticated as the registered client, in the header or in the form."""
    scheme, _, words = authorization.partition(" ")
    if scheme == "Basic":
        name, _, secret = base64.b64decode(words).decode().partition(":")
        return (unquote(name), unquote(secret)) == (CLIENT_ID, SECRET) or (name, secret) == (CLIENT_ID, SECRET)
    return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, SECRET)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@asynccontextmanager
async def oidc_provider() -> AsyncGenerator[OidcProvider]:
    """Run a provider while the context is open."""
    provider = OidcProvider()
    async with serve_asgi(provider.app()) as url:
        provider.url = provider.issuer = url
        yield provider


async def authorize(location: str) -> str:
    """Request an authorization from the provider and return path and query of the redirect back."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(location)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"
