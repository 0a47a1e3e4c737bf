"""A data folder of the commit before the packages were restructured: people, sessions and turns are kept.

Commit 326242a wrote it with `CHAT_APP_AUTH=password`. Its server was killed in the middle of an answer;
only the dates on which logins and links end were moved to 2126.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from chat_app.db import migrate
from chat_app.db.engine import Database
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.data_folders import restore_data_folder
from tests.support.password_login import OWNER, PASSWORD, browser_client
from tests.support.session_events import PATIENCE

pytestmark = pytest.mark.anyio

STORED = Path(__file__).parent / "people_data"
OLD_REVISION = "0005"
TOKEN_OF_ADA = "cst_HIwMyOu9GpDY6qIvV1sndcQeFrS3NM8JX9OpeN_Y6GU"
COOKIE_OF_CLEO = "ZrEQQitDjbW8fbjKIgT9a9QF1qnY_O1qpPdGXP55WBs"
INVITATION = "1QjcWxXtW_mBt8qp14IowA-6wXvFaEWxQ2OQfJMcl-U"
RESET_OF_DORA = "ddG-mFwnMo6Xoqqsl8uy8qgPvP2BbZ-TDu4nAarBQQw"
RENAMED_TABLES = {"journal_entry": "audit_entry"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings for the stored data folder, which keep what is older than the defaults keep."""
    monkeypatch.setenv("CHAT_APP_ALLOW_SCRIPTED", "1")
    restore_data_folder(STORED, tmp_path)
    # The script of the interrupted answer waits for this file.
    (tmp_path / "go-on").touch()
    return Settings(data_dir=tmp_path, auth="password", login_idle_days=36_500, audit_log_days=36_500)


@pytest.fixture
async def page(settings: Settings, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the running application, in which nobody is signed in."""
    async with running(settings), browser_client(tmp_path) as client:
        yield client


async def sign_in(page: httpx.AsyncClient, email: str = OWNER) -> None:
    answer = await page.post("/v1/auth/sign-in", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text


async def items(page: httpx.AsyncClient, path: str, **params: Any) -> list[dict[str, Any]]:
    answer = await page.get(path, params={"limit": 100, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def sessions_by_title(page: httpx.AsyncClient, **params: Any) -> dict[str, dict[str, Any]]:
    return {row["title"]: row for row in await items(page, "/v1/chat", **params)}


async def conversation(page: httpx.AsyncClient, title: str, **params: Any) -> dict[str, Any]:
    """Return a session with its messages and turns once none of its turns runs."""
    session_id = (await sessions_by_title(page, **params))[title]["id"]
    async with asyncio.timeout(PATIENCE):
        while True:
            session = (await page.get(f"/v1/chat/{session_id}")).raise_for_status().json()
            if all(turn["finished_at"] for turn in session["turns"]):
                return session
            await asyncio.sleep(0.02)


def contents(session: dict[str, Any]) -> list[str]:
    return [message["content"] for message in session["messages"]["items"]]


async def test_people_their_roles_and_their_preferences_are_kept(page: httpx.AsyncClient) -> None:
    await sign_in(page)
    me = (await page.get("/v1/me")).json()
    assert (me["user"]["name"], me["workspace"]["name"]) == ("Ada", "Analytical engines")
    roles = {member["name"]: member["role"] for member in await items(page, "/v1/members")}
    assert roles == {"Ada": "owner", "Ben": "admin", "Cleo": "member", "Dora": "viewer"}
    preferences = (await page.get("/v1/me/preferences")).json()
    assert (preferences["density"], preferences["send_key"]) == ("compact", "mod_enter")
    # Eve was removed from the workspace and has one of her own.
    await sign_in(page, "eve@example.org")
    assert (await page.get("/v1/me")).json()["workspace"]["name"] == "Eve's own"
    assert await items(page, "/v1/chat") == []


async def test_cookies_tokens_and_one_time_links_still_work(page: httpx.AsyncClient) -> None:
    by_token = await page.get("/v1/me", headers={"authorization": f"Bearer {TOKEN_OF_ADA}"})
    assert (by_token.json()["user"]["name"], by_token.json()["scope"]) == ("Ada", "write")
    by_cookie = await page.get("/v1/me", headers={"cookie": f"chat_login={COOKIE_OF_CLEO}"})
    assert by_cookie.json()["user"]["name"] == "Cleo"
    joined = {"secret": INVITATION, "name": "Finn", "email": "finn@example.org", "password": PASSWORD}
    assert (await page.post("/v1/auth/join", json=joined)).status_code == 200
    new_password = "some other quiet words"
    reset = await page.post("/v1/auth/reset", json={"secret": RESET_OF_DORA, "password": new_password})
    assert reset.status_code == 200, reset.text
    dora = {"email": "dora@example.org", "password": new_password}
    assert (await page.post("/v1/auth/sign-in", json=dora)).status_code == 200
    await sign_in(page)
    assert [token["name"] for token in await items(page, "/v1/tokens")] == ["Nightly export"]
    assert {member["name"]: member["role"] for member in await items(page, "/v1/members")}["Finn"] == "member"


async def test_sessions_messages_and_read_marks_are_kept(page: httpx.AsyncClient) -> None:
    await sign_in(page)
    rows = await sessions_by_title(page)
    seen = {title: (row["visibility"], row["origin"]) for title, row in rows.items()}
    assert seen == {
        "Interrupted": ("private", None),
        "From a webhook": ("workspace", "WEBHOOK"),
        "A title by the model": ("workspace", "CLI"),
        "Group of three": ("group", None),
        "Errors": ("private", None),
        "Private sums": ("private", "UI"),
    }
    assert {title: rows[title]["unread"] for title in ("Private sums", "From a webhook", "Group of three")} == {
        "Private sums": 0,
        "From a webhook": 1,
        "Group of three": 3,
    }
    assert contents(await conversation(page, "Put away", archived=True)) == ["Old words", "Old words"]
    sums = await conversation(page, "Private sums")
    answer = sums["messages"]["items"][2]
    assert [part["type"] for part in answer["parts"]] == ["reasoning", "tool_call", "tool_result", "text"]
    assert answer["content"] == "The result is **39**."
    errors = await conversation(page, "Errors")
    assert [turn["status"] for turn in errors["turns"]] == ["failed", "failed", "cancelled"]
    assert contents(errors)[-1] == "Still going"
    group = await conversation(page, "Group of three")
    authors = [(message["author"] or {"name": "the agent"})["name"] for message in group["messages"]["items"]]
    assert authors == ["Cleo", "Ada", "the agent", "Ben"]
    # Cleo reads the sessions of the group and of the workspace, and none of Ada's private ones.
    await sign_in(page, "cleo@example.org")
    rows = await sessions_by_title(page)
    assert set(rows) == {"From a webhook", "A title by the model", "Group of three"}
    assert rows["Group of three"]["unread"] == 1


async def test_the_interrupted_answer_is_finished_and_the_waiting_one_follows(page: httpx.AsyncClient) -> None:
    await sign_in(page)
    session = await conversation(page, "Interrupted")
    assert contents(session)[1:] == ["Count to three", "One, two and three.", "And then?", "Yes."]
    assert [(turn["status"], turn["attempt"]) for turn in session["turns"]] == [("completed", 2), ("completed", 1)]
    # The tool call before the kill was recorded and did not run again.
    parts = session["messages"]["items"][2]["parts"]
    assert [part["type"] for part in parts] == ["reasoning", "tool_call", "tool_result", "text"]


async def test_a_repeated_request_from_before_the_upgrade_is_not_answered_twice(page: httpx.AsyncClient) -> None:
    await sign_in(page)
    before = await conversation(page, "Private sums")
    again = {"content": "What is 500 / 50 * 3.9?", "request_id": "request-1"}
    assert (await page.post(f"/v1/chat/{before['id']}/messages", json=again)).is_success
    assert contents(await conversation(page, "Private sums")) == contents(before)


async def test_the_audit_log_is_kept_and_the_stored_key_opens(page: httpx.AsyncClient) -> None:
    await sign_in(page)
    log = await items(page, "/v1/audit")
    assert [(entry["type"], entry["subject"]) for entry in log if entry["actor_name"] == "Ben"] == [
        ("login.created", "ben@example.org"),
        ("member.joined", "ben@example.org"),
    ]
    assert [entry["data"]["address"] for entry in await items(page, "/v1/audit", type="login.failed")] == [""]
    stored = sqlite_rows(STORED, "journal_entry")
    # Entries of other workspaces are not shown.
    assert len(log) == len([row for row in stored if row[1] == "wsp_local"]) + 1
    [key] = await items(page, "/v1/keys")
    assert (key["name"], key["stored_by"]["name"], key["usable"]) == ("SERVER_KEY", "Ada", True)


def sqlite_rows(folder: Path, table: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table of a stored data folder."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript((folder / "chat.sql").read_text(encoding="utf-8"))
        return database.execute(f"SELECT * FROM {table}").fetchall()


def rows_by_table(path: Path) -> dict[str, list[str]]:
    """Return the rows of all tables, sorted, as JSON."""
    with closing(sqlite3.connect(path)) as database:
        tables: list[str] = [
            name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            RENAMED_TABLES.get(table, table): sorted(map(json.dumps, database.execute(f"SELECT * FROM {table}")))
            for table in tables
            if table not in ("alembic_version", "sqlite_sequence")
        }


async def test_the_migrations_keep_every_row_up_and_down(settings: Settings) -> None:
    path = settings.data_dir / "chat.db"
    before = rows_by_table(path)
    assert len(before["audit_entry"]) > 30
    database = Database(settings.sqlalchemy_url, publish=lambda _: None)
    await migrate.upgrade(database)
    upgraded = rows_by_table(path)
    await migrate.downgrade(database, revision=OLD_REVISION)
    assert rows_by_table(path) == before
    await migrate.upgrade(database)
    await database.close()
    assert rows_by_table(path) == upgraded
    assert {table: len(upgraded[table]) for table in before} == {table: len(rows) for table, rows in before.items()}
