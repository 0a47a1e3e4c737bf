"""Single sign-on with an independent implementation of a provider."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.password_login import ORIGIN, browser_client
from tests.support.servers import wait_until
from tests.support.single_sign_on import CALLBACK, OWNER, fetch_signed_in, problem_of, return_to_app, start_sign_in

pytestmark = pytest.mark.anyio

SUBJECT = "248289761001"
_RUNNING = re.compile(r"running on (http://127\.0\.0\.1:\d+)")


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A provider with one person, registered clients and a required nonce, in a separate process."""
    ada = {"sub": SUBJECT, "email": OWNER, "email_verified": True, "name": "Ada Lovelace"}
    options = ["--host", "127.0.0.1", "--port", "0", "--require-registration", "--require-nonce"]
    command = [sys.executable, "-m", "oidc_provider_mock", *options, "--user-claims", json.dumps(ada)]
    log = tmp_path_factory.mktemp("provider") / "log"
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        wait_until(lambda: _RUNNING.search(log.read_text()) is not None, what=" ".join(command))
        found = _RUNNING.search(log.read_text())
        assert found is not None
        yield found[1]
        process.terminate()


@pytest.fixture
async def page(issuer: str, settings: Settings, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser, in front of an application that is registered at the provider."""
    async with httpx.AsyncClient(base_url=issuer) as registering:
        answer = await registering.post("/oauth2/clients", json={"redirect_uris": [ORIGIN + CALLBACK]})
    client = answer.raise_for_status().json()
    given: dict[str, Any] = {
        "auth": "oidc",
        "oidc_issuer": issuer,
        "oidc_client_id": client["client_id"],
        "oidc_client_secret": client["client_secret"],
        "oidc_owner_email": OWNER,
    }
    async with running(Settings(**{**settings.model_dump(), **given})), browser_client(tmp_path) as page:
        yield page


async def agree(location: str, **form: str) -> str:
    """Answer the provider's form; return path and query that the browser comes back with."""
    async with httpx.AsyncClient() as elsewhere:
        assert (await elsewhere.get(location)).status_code == httpx.codes.OK
        answer = await elsewhere.post(location, data=form)
    assert answer.is_redirect, answer.text
    back = httpx.URL(answer.headers["location"])
    return os.fsdecode(back.raw_path)


async def test_a_person_signs_in_at_the_provider_repeatedly(page: httpx.AsyncClient) -> None:
    for _ in range(2):
        answer = await return_to_app(page, await agree(await start_sign_in(page, next_path="/chat/echo"), sub=SUBJECT))
        assert answer.headers["location"] == "/chat/echo"
        me = await fetch_signed_in(page)
        assert me is not None
        assert (me["user"]["name"], me["user"]["email"], me["role"]) == ("Ada Lovelace", OWNER, "owner")


async def test_a_person_who_denies_access_at_the_provider_gets_an_error(page: httpx.AsyncClient) -> None:
    assert problem_of(await return_to_app(page, await agree(await start_sign_in(page), action="deny")))
    assert await fetch_signed_in(page) is None


async def test_an_authorization_code_works_once(page: httpx.AsyncClient) -> None:
    back = await agree(await start_sign_in(page), sub=SUBJECT)
    assert (await return_to_app(page, back)).headers["location"] == "/"
    page.cookies.clear()
    assert problem_of(await return_to_app(page, back))
    assert await fetch_signed_in(page) is None
