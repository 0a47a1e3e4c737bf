"""Client of the OpenID Connect provider: reads its metadata and keys, and redeems authorization codes."""

from __future__ import annotations

import asyncio
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

from chat_app.services.accounts.oidc.errors import misconfigured, provider_unavailable, sign_in_failed
from chat_app.services.accounts.oidc.id_token import Claims, check_id_token, read_claims, read_keys
from chat_app.services.accounts.oidc.pending_sign_in import PendingSignIn, PendingSignInCipher
from chat_app.settings.oidc import OidcSettings, check_oidc, is_private_address

TIMEOUT_SECONDS = 10.0
"""Seconds that the provider may take to respond."""
CACHE_SECONDS = 3_600.0
"""Seconds for which the provider's metadata and keys are cached."""
KEY_REFRESH_SECONDS = 30.0
"""Seconds between two requests for the provider's keys if tokens name unknown keys."""
_DEFAULT_ALGORITHMS = ["RS256"]
_DEFAULT_METHODS = ["client_secret_basic"]


@dataclass(frozen=True, kw_only=True)
class ProviderMetadata:
    """The part of the provider's discovery document that is used here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    algorithms: list[str]
    """The signature algorithms of ID tokens."""
    auth_methods: list[str]
    """How clients may authenticate at the token endpoint."""


class Provider:
    """The provider at which people sign in.

    Args:
        settings: The settings of single sign-on.

    Raises:
        ConfigError: A setting is missing or wrong.
    """

    def __init__(self, settings: OidcSettings) -> None:
        check_oidc(settings)
        secret = settings.oidc_client_secret
        self._issuer = settings.oidc_issuer or ""
        self._client_id = settings.oidc_client_id or ""
        self._secret = secret.get_secret_value() if secret else ""
        self._scopes = settings.oidc_scopes
        self._lock = asyncio.Lock()
        self._metadata: tuple[float, ProviderMetadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self.name = settings.oidc_provider_name
        self.cipher = PendingSignInCipher(settings)

    async def authorization_url(self, pending: PendingSignIn) -> str:
        """Return the address at the provider to which a browser is redirected to sign in.

        Raises:
            Unavailable: The provider cannot be reached.
            ConfigError: The provider's metadata cannot be used.
        """
        metadata = await self._find_metadata()
        client: Any = OAuth2Client(None, client_id=self._client_id, scope=self._scopes, code_challenge_method="S256")
        url, _ = client.create_authorization_url(
            metadata.authorization_endpoint,
            state=pending.state,
            code_verifier=pending.verifier,
            nonce=pending.nonce,
            redirect_uri=pending.redirect_uri,
        )
        return str(url)

    async def fetch_claims(self, code: str, pending: PendingSignIn, *, issuer: str | None) -> Claims:
        """Redeem an authorization code and return what the provider states about the person.

        Args:
            code: The authorization code.
            pending: The sign-in that the code belongs to.
            issuer: The issuer of the code, if the provider sent it (RFC 9207).

        Raises:
            Unauthenticated: The provider rejected the code, or its response cannot be trusted.
            Unavailable: The provider cannot be reached.
            ConfigError: The provider's metadata cannot be used.
        """
        metadata = await self._find_metadata()
        if issuer is not None and issuer != metadata.issuer:
            raise self._failed("the code is from another issuer")
        try:
            async with self._client(metadata) as client:
                token = await client.fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=pending.verifier,
                    redirect_uri=pending.redirect_uri,
                )
                claims = await self._check(token, metadata, nonce=pending.nonce)
                if "email" not in claims and metadata.userinfo_endpoint is not None:
                    claims |= await self._fetch_userinfo(client, metadata.userinfo_endpoint, subject=claims["sub"])
            return read_claims(claims, issuer=metadata.issuer)
        except OAuthError as error:
            raise self._failed(f"the provider rejected the code: {error.error!r}") from error
        except httpx2.HTTPError as error:
            raise provider_unavailable(self.name, error) from error
        except (JoseError, ValueError, TypeError) as error:
            raise self._failed(f"{type(error).__name__}: {error}") from error

    async def _check(self, token: Mapping[str, Any], metadata: ProviderMetadata, *, nonce: str) -> dict[str, Any]:
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise self._failed("there is no ID token")

        def check(keys: KeySet) -> dict[str, Any]:
            return check_id_token(
                id_token,
                keys,
                issuer=metadata.issuer,
                client_id=self._client_id,
                nonce=nonce,
                access_token=str(token.get("access_token", "")),
                offered=metadata.algorithms,
            )

        try:
            return check(await self._find_keys(metadata, max_age=CACHE_SECONDS))
        except InvalidKeyIdError:
            # The provider may have rotated its keys.
            return check(await self._find_keys(metadata, max_age=KEY_REFRESH_SECONDS))

    async def _fetch_userinfo(self, client: Any, address: str, *, subject: str) -> dict[str, Any]:
        """Return the claims of the userinfo endpoint, which must be about the subject of the ID token."""
        response = await client.get(address)
        document: Any = response.raise_for_status().json()
        if not isinstance(document, dict):
            raise self._failed("the user info is not an object")
        claims = cast("dict[str, Any]", document)
        if claims.get("sub") != subject:
            raise self._failed("the user info is about another person")
        return {name: claims[name] for name in ("email", "email_verified", "name") if name in claims}

    async def _find_metadata(self) -> ProviderMetadata:
        async with self._lock:
            if self._metadata is None or self._metadata[0] + CACHE_SECONDS <= time.monotonic():
                document = await self._fetch(get_well_known_url(self._issuer, external=True))
                self._metadata = time.monotonic(), _read_metadata(document, issuer=self._issuer)
            return self._metadata[1]

    async def _find_keys(self, metadata: ProviderMetadata, *, max_age: float) -> KeySet:
        async with self._lock:
            if self._keys is None or self._keys[0] + max_age <= time.monotonic():
                self._keys = time.monotonic(), read_keys(await self._fetch(metadata.jwks_uri))
            return self._keys[1]

    async def _fetch(self, address: str) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                response = await client.get(address)
                document: Any = response.raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise provider_unavailable(self.name, error) from error
        if not isinstance(document, dict):
            raise provider_unavailable(self.name, ValueError("the document is not an object"))
        return cast("dict[str, Any]", document)

    def _client(self, metadata: ProviderMetadata) -> Any:
        # The body is preferred, because providers disagree about the encoding of a secret in the header.
        method = "client_secret_post" if "client_secret_post" in metadata.auth_methods else "client_secret_basic"
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._secret,
            token_endpoint_auth_method=method,
            # The token is used at once. Some expire within the minute that the library would reserve.
            leeway=0,
            timeout=TIMEOUT_SECONDS,
        )

    def _failed(self, reason: str) -> Exception:
        return sign_in_failed(self.name, reason)


def _read_metadata(document: Mapping[str, Any], *, issuer: str) -> ProviderMetadata:
    named = document.get("issuer")
    if not isinstance(named, str) or named.rstrip("/") != issuer.rstrip("/"):
        raise misconfigured(f"its discovery document names the issuer {named!r}")

    def address(name: str) -> str:
        value = document.get(name)
        # Plain http is allowed only on this machine, and only if the issuer's own address uses it: a document from
        # another machine must not direct requests to this one.
        allowed = ("https://",) if issuer.startswith("https://") else ("https://", "http://")
        if not (isinstance(value, str) and value.startswith(allowed) and is_private_address(value.partition("?")[0])):
            raise misconfigured(f"its {name} is not an https address")
        return value

    def words(name: str, default: list[str]) -> list[str]:
        value = document.get(name)
        return [str(word) for word in cast("list[Any]", value)] if isinstance(value, list) else default

    return ProviderMetadata(
        issuer=named,
        authorization_endpoint=address("authorization_endpoint"),
        token_endpoint=address("token_endpoint"),
        jwks_uri=address("jwks_uri"),
        userinfo_endpoint=address("userinfo_endpoint") if document.get("userinfo_endpoint") else None,
        algorithms=words("id_token_signing_alg_values_supported", _DEFAULT_ALGORITHMS),
        auth_methods=words("token_endpoint_auth_methods_supported", _DEFAULT_METHODS),
    )
