"""Speaks with the provider: where its addresses are, what its keys are, and what a code is worth."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from chat_app.domain.errors import ConfigError, Unavailable
from chat_app.services.accounts.oidc.id_token import Claims, check_id_token, not_trusted, read_claims, read_keys
from chat_app.services.accounts.oidc.pending_sign_in import Pending, Seal
from chat_app.settings.oidc import OidcSettings, check_oidc, is_private_address

logger = logging.getLogger(__name__)

WAIT_SECONDS = 10.0
"""How long the provider may take for an answer."""
DOCUMENT_SECONDS = 3_600.0
"""How long what the provider says about itself is taken to be right."""
KEYS_SECONDS = 30.0
"""How soon its keys are looked at again because a token names another."""
_DEFAULT_ALGORITHMS = ["RS256"]
_DEFAULT_METHODS = ["client_secret_basic"]


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """What is needed of the provider's discovery document."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    algorithms: list[str]
    methods: list[str]


class Provider:
    """The one provider at which people sign in.

    Args:
        settings: Of single sign-on; they have been checked.
    """

    def __init__(self, settings: OidcSettings) -> None:
        check_oidc(settings)
        secret = settings.oidc_client_secret
        self._issuer = settings.oidc_issuer or ""
        self._client_id = settings.oidc_client_id or ""
        self._secret = secret.get_secret_value() if secret else ""
        self._scopes = settings.oidc_scopes
        self._lock = asyncio.Lock()
        self._addresses: tuple[float, Addresses] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self.name = settings.oidc_provider_name
        self.seal = Seal(settings)

    async def authorization_url(self, pending: Pending) -> str:
        """Return where a browser goes to sign in.

        Raises:
            Unavailable: The provider can't be reached.
        """
        addresses = await self._find_addresses()
        client: Any = OAuth2Client(None, client_id=self._client_id, scope=self._scopes, code_challenge_method="S256")
        url, _ = client.create_authorization_url(
            addresses.authorization,
            state=pending.state,
            code_verifier=pending.verifier,
            nonce=pending.nonce,
            redirect_uri=pending.redirect_uri,
        )
        return str(url)

    async def who(self, code: str, pending: Pending, *, issuer: str | None) -> Claims:
        """Return who somebody is that came back with a code.

        Args:
            code: The code.
            pending: The sign-in that the code belongs to.
            issuer: Who made the code, if the provider says so (RFC 9207).

        Raises:
            Unauthenticated: The provider does not know the code, or its answer can't be trusted.
            Unavailable: The provider can't be reached.
        """
        addresses = await self._find_addresses()
        if issuer is not None and issuer != addresses.issuer:
            raise _distrust("the code is another issuer's")
        try:
            async with self._client(addresses) as client:
                token = await client.fetch_token(
                    addresses.token,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=pending.verifier,
                    redirect_uri=pending.redirect_uri,
                )
                claims = await self._check(token, addresses, nonce=pending.nonce)
                if "email" not in claims and addresses.userinfo is not None:
                    claims |= await _ask_userinfo(client, addresses.userinfo, subject=claims["sub"])
            return read_claims(claims, issuer=addresses.issuer)
        except OAuthError as error:
            raise _distrust(f"the provider refused the code: {error.error!r}") from error
        except httpx2.HTTPError as error:
            raise _unavailable(error) from error
        except (JoseError, ValueError, TypeError) as error:
            raise _distrust(f"{type(error).__name__}: {error}") from error

    async def _check(self, token: Mapping[str, Any], addresses: Addresses, *, nonce: str) -> dict[str, Any]:
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise _distrust("there is no id token")

        def check(keys: KeySet) -> dict[str, Any]:
            return check_id_token(
                id_token,
                keys,
                issuer=addresses.issuer,
                client_id=self._client_id,
                nonce=nonce,
                access_token=str(token.get("access_token", "")),
                offered=addresses.algorithms,
            )

        try:
            return check(await self._find_keys(addresses, at_most=DOCUMENT_SECONDS))
        except InvalidKeyIdError:
            # The provider may have changed its keys since.
            return check(await self._find_keys(addresses, at_most=KEYS_SECONDS))

    async def _find_addresses(self) -> Addresses:
        async with self._lock:
            if self._addresses is None or self._addresses[0] + DOCUMENT_SECONDS <= time.monotonic():
                document = await _fetch(get_well_known_url(self._issuer, external=True))
                self._addresses = time.monotonic(), _read_addresses(document, issuer=self._issuer)
            return self._addresses[1]

    async def _find_keys(self, addresses: Addresses, *, at_most: float) -> KeySet:
        async with self._lock:
            if self._keys is None or self._keys[0] + at_most <= time.monotonic():
                self._keys = time.monotonic(), read_keys(await _fetch(addresses.keys))
            return self._keys[1]

    def _client(self, addresses: Addresses) -> Any:
        # In the body of the request, the secret needs no encoding of which providers have different ideas.
        method = "client_secret_post" if "client_secret_post" in addresses.methods else "client_secret_basic"
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._secret,
            token_endpoint_auth_method=method,
            # The token is used at once, and some live for less than the minute that the library keeps free.
            leeway=0,
            timeout=WAIT_SECONDS,
        )


async def _fetch(address: str) -> dict[str, Any]:
    try:
        async with httpx2.AsyncClient(timeout=WAIT_SECONDS) as client:
            answer = await client.get(address)
            document: Any = answer.raise_for_status().json()
    except (httpx2.HTTPError, ValueError) as error:
        raise _unavailable(error) from error
    if not isinstance(document, dict):
        raise _unavailable(ValueError("the document is not an object"))
    return cast("dict[str, Any]", document)


async def _ask_userinfo(client: Any, address: str, *, subject: str) -> dict[str, Any]:
    """Return what the provider says beyond the id token; only about the same person."""
    answer = await client.get(address)
    document: Any = answer.raise_for_status().json()
    if not isinstance(document, dict):
        raise _distrust("the user info is no object")
    about = cast("dict[str, Any]", document)
    if about.get("sub") != subject:
        raise _distrust("the user info is somebody else's")
    return {name: about[name] for name in ("email", "email_verified", "name") if name in about}


def _read_addresses(document: Mapping[str, Any], *, issuer: str) -> Addresses:
    said = document.get("issuer")
    if not isinstance(said, str) or said.rstrip("/") != issuer.rstrip("/"):
        raise _misconfigured(f"it calls itself {said!r}")

    def address(name: str) -> str:
        value = document.get(name)
        # Plain http stays on this machine, and only if the provider is here: no document from elsewhere leads back.
        allowed = ("https://",) if issuer.startswith("https://") else ("https://", "http://")
        if not (isinstance(value, str) and value.startswith(allowed) and is_private_address(value.partition("?")[0])):
            raise _misconfigured(f"its {name} is not an https address")
        return value

    def words(name: str, default: list[str]) -> list[str]:
        value = document.get(name)
        return [str(each) for each in cast("list[Any]", value)] if isinstance(value, list) else default

    return Addresses(
        issuer=said,
        authorization=address("authorization_endpoint"),
        token=address("token_endpoint"),
        keys=address("jwks_uri"),
        userinfo=address("userinfo_endpoint") if document.get("userinfo_endpoint") else None,
        algorithms=words("id_token_signing_alg_values_supported", _DEFAULT_ALGORITHMS),
        methods=words("token_endpoint_auth_methods_supported", _DEFAULT_METHODS),
    )


def _misconfigured(why: str) -> ConfigError:
    logger.error("the provider at CHAT_APP_OIDC_ISSUER can't be used: %s", why)
    return ConfigError(
        "The place where people sign in is not set up right. Whoever runs this server finds the reason in its log.",
        code="sign_in_misconfigured",
    )


def _unavailable(error: Exception) -> Unavailable:
    logger.warning("the provider of single sign-on gives no answer: %s: %s", type(error).__name__, error)
    return Unavailable(
        "The place where you sign in can't be reached. Try again in a moment.", code="provider_unavailable"
    )


def _distrust(why: str) -> Exception:
    logger.warning("a single sign-on failed: %s", why)
    return not_trusted()
