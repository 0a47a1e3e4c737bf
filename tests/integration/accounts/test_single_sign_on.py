"""Single sign-on: the complete flow, and every response of a provider that must be rejected."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from chat_app.domain.actor import LOCAL_OWNER
from chat_app.services import audit
from chat_app.services.accounts.oidc import pending_sign_in, provider
from chat_app.services.runtime import Runtime
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.oidc_provider import SECRET, OidcProvider, authorize, forged, oidc_provider
from tests.support.password_login import assert_error, browser_client
from tests.support.single_sign_on import (
    CALLBACK,
    OWNER,
    PAGE,
    fetch_signed_in,
    oidc_settings,
    problem_of,
    return_to_app,
    sign_in,
    start_sign_in,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def there() -> AsyncIterator[OidcProvider]:
    """The provider."""
    async with oidc_provider() as started:
        yield started


@pytest.fixture
async def app(settings: Settings, there: OidcProvider) -> AsyncIterator[Runtime]:
    """The application with single sign-on."""
    # Validated like values from the environment, which makes the secret a SecretStr.
    async with running(Settings(**{**settings.model_dump(), **oidc_settings(there)})) as runtime:
        yield runtime


@pytest.fixture
async def page(app: Runtime, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser."""
    async with browser_client(tmp_path) as client:
        yield client


async def test_a_person_signs_in_at_the_provider_and_returns_to_the_requested_page(page: httpx.AsyncClient) -> None:
    assert (await page.get("/v1/auth")).json() == {
        "mode": "oidc",
        "signed_in": False,
        "needs_set_up": False,
        "provider": "127.0.0.1",
    }
    answer = await sign_in(page, next_path="/chat/echo?session=ses_1")
    assert answer.headers["location"] == "/chat/echo?session=ses_1"
    login, gone = sorted(answer.headers.get_list("set-cookie"))
    assert {"httponly", "samesite=lax", "path=/"} <= {word.strip().lower() for word in login.split(";")}
    assert gone.startswith('chat_sign_in="";')
    me = await fetch_signed_in(page)
    assert me is not None
    assert me["user"] == {"id": LOCAL_OWNER.user_id, "name": "Ada Lovelace", "email": OWNER}
    assert (me["role"], me["mode"]) == ("owner", "oidc")
    owner = LOCAL_OWNER.model_copy(update={"login_id": None})
    entries = (await audit.list_entries(owner)).items
    assert [(entry.type, entry.subject) for entry in entries] == [("login.created", OWNER)]


async def test_the_authorization_request_follows_the_standard(page: httpx.AsyncClient, there: OidcProvider) -> None:
    first, second = [parse_qs(urlsplit(await start_sign_in(page)).query) for _ in range(2)]
    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["scope"] == ["openid email profile"]
    assert first["redirect_uri"] == [there.redirect_uri]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 43
    assert SECRET not in str(first)
    # The provider's metadata is fetched once.
    await sign_in(page)
    assert there.fetched == ["discovery", "keys"]


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_the_client_authenticates_by_a_method_that_the_provider_supports(
    page: httpx.AsyncClient, there: OidcProvider, method: str
) -> None:
    there.metadata = {"token_endpoint_auth_methods_supported": [method]}
    await sign_in(page)
    assert await fetch_signed_in(page) is not None


async def test_over_https_both_cookies_are_bound_to_the_host(app: Runtime, tmp_path: Path, there: OidcProvider) -> None:
    there.redirect_uri = "https://localhost/v1/auth/oidc/callback"
    async with browser_client(tmp_path, proxy_hops=1) as page:
        page.headers.update({"x-forwarded-proto": "https", "origin": "https://localhost"})
        started = await page.get("/v1/auth/oidc/start", headers=PAGE)
        (kept,) = started.headers.get_list("set-cookie")
        assert kept.startswith("__Host-chat_sign_in=")
        assert "secure" in kept.lower()
        cookie = kept.partition(";")[0]
        page.cookies.clear()
        back = await authorize(started.headers["location"])
        answer = await page.get(back, headers={**PAGE, "cookie": cookie})
        assert answer.headers["location"] == "/"
        assert any(each.startswith("__Host-chat_login=") for each in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "next_path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/ok\r\nSet-Cookie: a=b",
        "evil",
        "",
        "/" + "a" * 1_001,
    ],
)
async def test_signing_in_does_not_redirect_to_another_site(page: httpx.AsyncClient, next_path: str) -> None:
    answer = await sign_in(page, next_path=next_path)
    assert answer.headers["location"] == "/"
    assert await fetch_signed_in(page) is not None


async def test_a_sign_in_cannot_be_completed_in_another_browser(page: httpx.AsyncClient, tmp_path: Path) -> None:
    back = await authorize(await start_sign_in(page))
    async with browser_client(tmp_path) as other:
        assert problem_of(await return_to_app(other, back)) == "sign_in_expired"
        assert await fetch_signed_in(other) is None
        # A pending sign-in of the other browser does not help.
        await start_sign_in(other)
        assert problem_of(await return_to_app(other, back)) == "sign_in_expired"
    assert (await return_to_app(page, back)).headers["location"] == "/"


async def test_a_wrong_state_is_refused(page: httpx.AsyncClient) -> None:
    back = await authorize(await start_sign_in(page))
    code = parse_qs(urlsplit(back).query)["code"][0]
    for state in ("", "wrong", "é"):
        answer = await page.get(CALLBACK, params={"code": code, "state": state}, headers=PAGE)
        assert problem_of(answer) == "sign_in_expired"
    assert_error(await page.get(CALLBACK, params={"code": code, "state": "wrong"}), 400, "sign_in_expired")
    assert await fetch_signed_in(page) is None


async def test_an_authorization_code_works_once(page: httpx.AsyncClient) -> None:
    location = await start_sign_in(page)
    cookie = page.cookies["chat_sign_in"]
    back = await authorize(location)
    assert (await return_to_app(page, back)).headers["location"] == "/"
    page.cookies.clear()
    assert problem_of(await return_to_app(page, back)) == "sign_in_expired"
    page.cookies.set("chat_sign_in", cookie)
    assert problem_of(await return_to_app(page, back)) == "sign_in_failed"
    assert await fetch_signed_in(page) is None


async def test_a_pending_sign_in_expires_after_ten_minutes(
    page: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = await authorize(await start_sign_in(page))
    at = time.time()
    monkeypatch.setattr(pending_sign_in.time, "time", lambda: at + 601)
    assert problem_of(await return_to_app(page, back)) == "sign_in_expired"


async def test_the_sign_in_cookie_hides_its_state_and_forged_cookies_are_refused(page: httpx.AsyncClient) -> None:
    location = await start_sign_in(page)
    kept = page.cookies["chat_sign_in"]
    state = parse_qs(urlsplit(location).query)["state"][0]
    assert state not in kept
    head, *rest, tag = kept.split(".")
    page.cookies.clear()
    for made_up in (f"{head}.{'.'.join(rest)}.{tag[::-1]}", "eyJhbGciOiJub25lIn0.e30.", "x", "\xe9"):
        answer = await page.get(
            CALLBACK,
            params={"code": "c", "state": state},
            headers=[(b"accept", b"text/html"), (b"cookie", f"chat_sign_in={made_up}".encode("latin-1"))],
        )
        assert problem_of(answer) == "sign_in_expired"


def _set(**values: Any) -> Callable[[OidcProvider], None]:
    def wrong(there: OidcProvider) -> None:
        there.tamper = lambda claims: claims.update(values)

    return wrong


def _drop(name: str) -> Callable[[OidcProvider], None]:
    def wrong(there: OidcProvider) -> None:
        there.tamper = lambda claims: claims.pop(name)

    return wrong


def _forge(alg: str, secret: Callable[[OidcProvider], bytes]) -> Callable[[OidcProvider], None]:
    def wrong(there: OidcProvider) -> None:
        there.key.ensure_kid()
        there.forge = lambda claims: forged(claims, kid=there.key.kid or "", alg=alg, secret=secret(there))

    return wrong


def _with_no_token(there: OidcProvider) -> None:
    there.forge = lambda claims: "no token"


def _with_another_key(there: OidcProvider) -> None:
    there.signing_key = RSAKey.generate_key(2048)


WRONG: dict[str, Callable[[OidcProvider], None]] = {
    "another nonce": _set(nonce="another"),
    "no nonce": _drop("nonce"),
    "another audience": _set(aud="another program"),
    "another audience as well, and nobody it was given to": _set(
        aud=["chat sessions", "another program"], azp="another"
    ),
    "another issuer": _set(iss="https://evil.example"),
    "no issuer": _drop("iss"),
    "expired": _set(exp=int(time.time()) - 120, iat=int(time.time()) - 600),
    "never expires": _drop("exp"),
    "made in the future": _set(iat=int(time.time()) + 1_000_000),
    "another access token": _set(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "nobody": _drop("sub"),
    "an empty subject": _set(sub=""),
    "a subject that is no line": _set(sub="1\n2"),
    "a number for a subject": _set(sub=1),
    "no signature": _forge("none", lambda there: b""),
    "signed with the client's secret": _forge("HS256", lambda there: SECRET.encode()),
    "signed with the public key as if it were a secret": _forge("HS256", lambda there: there.key.as_pem(private=False)),
    "signed with another key": _with_another_key,
    "no token": _with_no_token,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_an_invalid_response_of_the_provider_is_refused(
    page: httpx.AsyncClient,
    there: OidcProvider,
    wrong: Callable[[OidcProvider], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong(there)
    with caplog.at_level(logging.DEBUG):
        assert problem_of(await sign_in(page)) == "sign_in_failed"
    assert await fetch_signed_in(page) is None
    assert "a single sign-on failed" in caplog.text
    assert SECRET not in caplog.text


async def test_changed_keys_of_the_provider_are_fetched_after_a_delay(
    page: httpx.AsyncClient, there: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in(page)
    page.cookies.clear()
    there.change_key()
    # Not fetched again at once: otherwise every invalid token would cause a request to the provider.
    assert problem_of(await sign_in(page)) == "sign_in_failed"
    monkeypatch.setattr(provider, "KEY_REFRESH_SECONDS", 0.0)
    await sign_in(page)
    assert await fetch_signed_in(page) is not None
    assert there.fetched.count("keys") == 2


async def test_an_error_of_the_provider_is_reported_by_its_kind(page: httpx.AsyncClient, there: OidcProvider) -> None:
    for error, problem in {
        "access_denied": "sign_in_denied",
        "temporarily_unavailable": "provider_unavailable",
        "invalid_scope": "sign_in_failed",
    }.items():
        there.denies = error
        assert problem_of(await sign_in(page, next_path="/chat/echo")) == problem


async def test_an_unavailable_provider_is_reported_and_a_later_sign_in_succeeds(
    page: httpx.AsyncClient, there: OidcProvider
) -> None:
    there.down = True
    assert_error(await page.get("/v1/auth/oidc/start"), 503, "provider_unavailable")
    assert_error(await page.post("/v1/auth/oidc/start", json={"secret": "x"}), 503, "provider_unavailable")
    answer = await page.get("/v1/auth/oidc/start", params={"next": "/chat/echo"}, headers=PAGE)
    assert problem_of(answer) == "provider_unavailable"
    assert "next=%2Fchat%2Fecho" in answer.headers["location"]
    there.down = False
    back = await authorize(await start_sign_in(page))
    there.down = True
    assert problem_of(await return_to_app(page, back)) == "provider_unavailable"
    there.down = False
    assert (await sign_in(page)).headers["location"] == "/"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"userinfo_endpoint": "http://evil.example/userinfo"},
    ],
)
async def test_a_provider_with_untrustworthy_metadata_is_not_used(
    page: httpx.AsyncClient, there: OidcProvider, metadata: dict[str, Any]
) -> None:
    there.metadata = metadata
    answer = await page.get("/v1/auth/oidc/start", headers=PAGE)
    assert problem_of(answer) == "sign_in_misconfigured"


async def test_a_response_of_another_issuer_is_refused(page: httpx.AsyncClient) -> None:
    back = await authorize(await start_sign_in(page))
    assert problem_of(await return_to_app(page, f"{back}&iss=https%3A%2F%2Fevil.example")) == "sign_in_failed"


async def test_single_sign_on_attempts_are_limited_per_address(app: Runtime, page: httpx.AsyncClient) -> None:
    for _ in range(app.settings.max_sign_ins_address):
        await app.limiter.sign_ins.check_address("127.0.0.1")
    assert problem_of(await sign_in(page)) == "too_many_sign_ins"


async def test_a_cross_site_subresource_request_to_the_callback_is_refused(page: httpx.AsyncClient) -> None:
    back = await authorize(await start_sign_in(page))
    read = {**PAGE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert_error(await page.get(back, headers=read), 403, "cross_site")
    assert await fetch_signed_in(page) is None


async def test_without_single_sign_on_its_addresses_are_not_found(settings: Settings, tmp_path: Path) -> None:
    for auth in ("none", "password"):
        async with running(settings.model_copy(update={"auth": auth})), browser_client(tmp_path) as page:
            for path in ("start", "callback?code=c&state=s"):
                assert_error(await page.get(f"/v1/auth/oidc/{path}", headers=PAGE), 404, "no_single_sign_on")
