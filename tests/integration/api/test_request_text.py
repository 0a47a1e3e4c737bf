"""NUL and unpaired surrogates are refused everywhere in a request, and nothing is stored."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from chat_app.api.app import build_api
from chat_app.db.tables import SQLModel
from chat_app.domain.errors import Invalid
from chat_app.services.accounts.authentication import sign_in
from chat_app.services.runtime import Runtime
from chat_app.settings.application import Settings
from tests.support.password_login import OWNER, PASSWORD, assert_error, browser_client, set_up_owner

pytestmark = pytest.mark.anyio

ODD = ["\ud800 and more", "and more \udfff", "\x00 and more"]
_DESCRIPTION: dict[str, Any] = build_api().openapi()
_PATHS: dict[str, dict[str, Any]] = _DESCRIPTION["paths"]
_OPERATIONS = [(method, path, operation) for path, methods in _PATHS.items() for method, operation in methods.items()]


def body_fields() -> list[tuple[str, str, str]]:
    """Return every field of every body, with its operation."""
    found: list[tuple[str, str, str]] = []
    for method, path, operation in _OPERATIONS:
        if "requestBody" in operation:
            reference: str = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            schema = _DESCRIPTION["components"]["schemas"][reference.rpartition("/")[2]]
            found += [(method, path, name) for name in schema["properties"]]
    return found


def query_parameters() -> list[tuple[str, str, str]]:
    """Return every query parameter, with its operation."""
    return [
        (method, path, parameter["name"])
        for method, path, operation in _OPERATIONS
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    ]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a login, and without the limit of requests."""
    return settings.model_copy(update={"auth": "password", "requests_per_minute_user": 0})


@pytest.fixture
async def page(app: Runtime, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of the owner."""
    await set_up_owner()
    async with browser_client(tmp_path) as client:
        client.cookies.set("chat_login", (await sign_in(email=OWNER, password=PASSWORD)).secret)
        yield client


async def rows(app: Runtime) -> dict[str, list[Any]]:
    """Return the rows of all tables."""
    async with app.db.read() as tx:
        connection = await tx.session.connection()
        return {
            table.name: list((await connection.execute(text(f'SELECT * FROM "{table.name}"'))).all())
            for table in SQLModel.metadata.sorted_tables
        }


def address(path: str) -> str:
    """Return an address with ids that do not exist."""
    for name in ("chat_id", "user_id", "link_id", "token_id", "workspace_id"):
        path = path.replace(f"{{{name}}}", "some_id")
    return path.replace("{name}", "A_KEY")


async def test_odd_text_in_any_field_of_any_body_is_refused(app: Runtime, page: httpx.AsyncClient) -> None:
    before = await rows(app)
    fields = body_fields()
    assert len(fields) > 30
    for method, path, name in fields:
        for odd in ODD:
            for body in ({name: odd}, {name: [{"a": odd}]}, {name: {odd: 1}}):
                # Escaped, because UTF-8 has no surrogates.
                content = json.dumps(body).encode()
                answer = await page.request(
                    method.upper(), address(path), content=content, headers={"content-type": "application/json"}
                )
                assert_error(answer, 422, "invalid_text")
    assert await rows(app) == before


async def test_nul_in_any_query_parameter_is_refused(app: Runtime, page: httpx.AsyncClient) -> None:
    before = await rows(app)
    parameters = query_parameters()
    assert len(parameters) > 10
    for method, path, name in parameters:
        for query in (f"{name}=a%00b", f"{name}%00=a"):
            answer = await page.request(method.upper(), f"{address(path)}?{query}")
            assert_error(answer, 422, "invalid_text")
    assert await rows(app) == before


async def test_nul_in_an_address_is_refused(app: Runtime, page: httpx.AsyncClient) -> None:
    before = await rows(app)
    for method, path, _ in _OPERATIONS:
        if "{" in path:
            odd = address(path).replace("some_id", "some%00id").replace("A_KEY", "A%00KEY")
            assert_error(await page.request(method.upper(), odd, json={}), 404, "unknown_address")
    assert await rows(app) == before


async def test_a_header_with_nul_is_refused(page: httpx.AsyncClient) -> None:
    for name in (b"User-Agent", b"Idempotency-Key", b"Last-Event-ID", b"Accept"):
        assert_error(await page.get("/v1/me", headers={name: b"a\x00b"}), 422, "invalid_text")


async def test_text_with_emoji_and_escaped_backslashes_is_accepted(page: httpx.AsyncClient) -> None:
    body = b'{"name": "\\ud83d\\ude00 a\\\\u0000b"}'
    answer = await page.patch("/v1/me", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 204
    assert (await page.get("/v1/me")).json()["user"]["name"] == "😀 a\\u0000b"


@pytest.mark.parametrize("odd", ODD, ids=ascii)
async def test_no_statement_reaches_the_database_with_odd_text(app: Runtime, odd: str) -> None:
    for statement in ("SELECT * FROM account WHERE name = :odd", "UPDATE account SET name = :odd"):
        async with app.db.write() as tx:
            connection = await tx.session.connection()
            with pytest.raises(Invalid) as caught:
                await connection.execute(text(statement), {"odd": odd})
        assert caught.value.code == "invalid_text"
