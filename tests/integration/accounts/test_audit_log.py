"""The audit log: recording, access, search, pages and the deletion of old entries."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from chat_app.api.app import build_api
from chat_app.db import audit as table
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.audit import TEXT_LIMIT, AuditEntry, AuditType, parse_moment
from chat_app.domain.errors import Forbidden, Invalid
from chat_app.services import audit
from chat_app.services.runtime import Runtime
from chat_app.services.sessions.commands import create_session, delete_session
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.agents import ECHO, write_agents
from tests.support.cli import run_cli
from tests.support.queries import HARMLESS_STEPS, plan_of, statements_of
from tests.support.servers import RunningApp, start_app
from tests.support.session_events import PATIENCE

NOW = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
ADA = ME.model_copy(update={"user_id": "usr_ada", "name": "Ada", "role": Role.ADMIN})
ELSEWHERE = ME.model_copy(update={"workspace_id": "wsp_2"})


async def note(app: Runtime, *notes: tuple[Actor | None, AuditType, str], **data: Any) -> None:
    """Record entries."""
    async with app.db.write() as tx:
        for actor, type_, subject in notes:
            await audit.record(tx, actor, type_, subject=subject, workspace_id=None if actor else "wsp_local", **data)


async def subjects(actor: Actor = ME, **where: Any) -> list[str]:
    return [entry.subject for entry in (await audit.list_entries(actor, **where)).items]


@pytest.mark.anyio
async def test_an_entry_has_a_type_an_actor_a_subject_data_and_a_time(app: Runtime) -> None:
    before = datetime.now(UTC)
    await note(app, (ADA, AuditType.ROLE_CHANGED, "usr_bob"), before="member", after="admin", first=True)
    page = await audit.list_entries(ME)
    (entry,), more = page.items, page.cursor
    assert more is None
    assert (entry.type, entry.actor_id, entry.actor_name, entry.subject) == (
        "role.changed",
        "usr_ada",
        "Ada",
        "usr_bob",
    )
    assert entry.data == {"before": "member", "after": "admin", "first": True}
    assert entry.workspace_id == ME.workspace_id
    assert before <= entry.created_at <= datetime.now(UTC)


@pytest.mark.anyio
async def test_creating_and_deleting_a_session_is_recorded_without_its_content(app: Runtime) -> None:
    session = await create_session(ME, agent_key=ECHO, title="Private words")
    await create_session(ME, agent_key=ECHO, session_id=session.id)
    await delete_session(ME, session.id)
    entries = (await audit.list_entries(ME)).items
    assert [(entry.type, entry.subject) for entry in entries] == [
        ("session.deleted", session.id),
        ("session.created", session.id),
    ]
    assert "Private" not in repr(entries)


@pytest.mark.anyio
async def test_a_rolled_back_transaction_records_no_entry(app: Runtime) -> None:
    with suppress(RuntimeError):
        async with app.db.write() as tx:
            await audit.record(tx, ME, AuditType.ROLE_CHANGED, subject="usr_bob")
            raise RuntimeError
    assert await subjects() == []


@pytest.mark.parametrize("name", ["password", "new_password", "secret", "token", "token_hash", "cookie", "api_key"])
@pytest.mark.anyio
async def test_fields_named_like_secrets_are_rejected(app: Runtime, name: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        await note(app, (ME, AuditType.TOKEN_CREATED, "tok_1"), **{name: "x"})
    assert await subjects() == []


@pytest.mark.anyio
async def test_text_from_outside_is_stored_on_one_line_and_cut_to_the_limit(app: Runtime) -> None:
    hostile = "a\x00b\x1b[31m\r\nc\ud800\u202ed\u2028e"
    await note(app, (ADA.model_copy(update={"name": hostile}), AuditType.LOGIN_FAILED, hostile), client=hostile)
    await note(app, (None, AuditType.LOGIN_FAILED, "x" * 10_000))
    long, entry = (await audit.list_entries(ME)).items
    assert {entry.subject, entry.actor_name, entry.data["client"]} == {"a b [31m c d e"}
    assert (len(long.subject), long.actor_id, long.actor_name) == (TEXT_LIMIT, None, "")


@pytest.mark.anyio
async def test_an_entry_without_an_actor_needs_a_workspace(app: Runtime) -> None:
    async with app.db.write() as tx:
        with pytest.raises(ValueError, match="workspace"):
            await audit.record(tx, None, AuditType.LOGIN_FAILED, subject="x")


def test_entries_are_never_updated_and_only_pruning_deletes_them() -> None:
    root = Path(inspect.getfile(table)).parents[1]
    users = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "AuditEntryRow" in path.read_text(encoding="utf-8") or "audit_entry" in path.read_text(encoding="utf-8")
    }
    assert users == {"db/audit.py", "db/tables/__init__.py", "db/tables/people.py"}
    changing = {
        name
        for name, function in inspect.getmembers(table, inspect.isfunction)
        if function.__module__ == table.__name__ and re.search(r"\b(update|delete|upsert)", inspect.getsource(function))
    }
    assert changing == {"prune"}


@pytest.mark.parametrize(
    "actor",
    [
        ME.model_copy(update={"role": Role.MEMBER}),
        ME.model_copy(update={"role": Role.VIEWER}),
        ME.model_copy(update={"scope": Scope.WRITE}),
        ME.model_copy(update={"scope": Scope.READ}),
    ],
    ids=["member", "viewer", "token to write", "token to read"],
)
@pytest.mark.anyio
async def test_only_owners_and_admins_can_read_the_audit_log(app: Runtime, actor: Actor) -> None:
    await note(app, (ME, AuditType.MEMBER_JOINED, "usr_bob"))
    with pytest.raises(Forbidden):
        await audit.list_entries(actor)
    assert await subjects(ME) == await subjects(ADA) == ["usr_bob"]


@pytest.mark.anyio
async def test_each_workspace_has_its_own_audit_log(app: Runtime) -> None:
    await note(app, (ME, AuditType.MEMBER_JOINED, "here"), (ELSEWHERE, AuditType.MEMBER_JOINED, "there"))
    assert await subjects(ME) == ["here"]
    assert await subjects(ELSEWHERE) == ["there"]


@pytest.mark.anyio
async def test_pages_have_no_gap_or_repeat_while_entries_are_added(app: Runtime) -> None:
    await note(app, *((ME, AuditType.MEMBER_JOINED, str(number)) for number in range(7)))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await audit.list_entries(ME, cursor=cursor, limit=3)
        entries, cursor = page.items, page.cursor
        seen += [entry.subject for entry in entries]
        if cursor is None:
            break
        await note(app, (ME, AuditType.MEMBER_JOINED, "later"))
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "²", "9" * 17])
@pytest.mark.anyio
async def test_an_invalid_cursor_is_refused(app: Runtime, cursor: str) -> None:
    with pytest.raises(Invalid):
        await audit.list_entries(ME, cursor=cursor)


@pytest.mark.anyio
async def test_entries_are_filtered_by_type_person_and_time(app: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (AuditType.LOGIN_CREATED, AuditType.LOGIN_FAILED, AuditType.ROLE_CHANGED)
    for day, (actor, kind) in enumerate(zip((ME, ADA, ME), kinds, strict=True)):
        moment = NOW + timedelta(days=day)
        monkeypatch.setattr(audit, "now", lambda moment=moment: moment)
        await note(app, (actor, kind, str(day)))
    assert await subjects(types=[AuditType.LOGIN_FAILED]) == ["1"]
    assert await subjects(types=[AuditType.LOGIN_CREATED, AuditType.ROLE_CHANGED]) == ["2", "0"]
    assert await subjects(actor_id=ADA.user_id) == ["1"]
    assert await subjects(since=NOW + timedelta(days=1)) == ["2", "1"]
    assert await subjects(until=NOW + timedelta(days=1)) == ["0"]
    assert await subjects(since=NOW.astimezone().replace(year=1), until=datetime.max.replace(tzinfo=UTC)) == list("210")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ANA@", ["ana@x.org"]),
        ("ada", ["100%", "ana@x.org", "snake_case"]),
        ("role.", ["ana@x.org"]),
        ("%", ["100%"]),
        ("_", ["snake_case"]),
        ("0%", ["100%"]),
        ("e_c", ["snake_case"]),
        ("eXc", []),
        ("' OR 1=1 --", []),
        ("\\", []),
        ("/", []),
        ("  ", ["100%", "ana@x.org", "snake_case"]),
    ],
)
@pytest.mark.anyio
async def test_a_text_search_treats_wildcards_literally(app: Runtime, text: str, found: list[str]) -> None:
    await note(
        app,
        (ADA, AuditType.MEMBER_JOINED, "snake_case"),
        (ADA, AuditType.ROLE_CHANGED, "ana@x.org"),
        (ADA, AuditType.MEMBER_REMOVED, "100%"),
    )
    assert await subjects(text=text) == found


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 201])
@pytest.mark.anyio
async def test_an_invalid_search_text_is_refused(app: Runtime, text: str) -> None:
    with pytest.raises(Invalid):
        await audit.list_entries(ME, text=text)


LISTS: dict[str, Callable[[], Awaitable[Any]]] = {
    "all": lambda: audit.list_entries(ME),
    "a type": lambda: audit.list_entries(ME, types=[AuditType.LOGIN_FAILED]),
    "two types": lambda: audit.list_entries(ME, types=[AuditType.LOGIN_FAILED, AuditType.LOGIN_CREATED]),
    "a person": lambda: audit.list_entries(ME, actor_id="usr_ada"),
    "a time": lambda: audit.list_entries(ME, since=NOW, until=NOW + timedelta(days=1)),
    "a text": lambda: audit.list_entries(ME, text="a"),
    "a later page": lambda: audit.list_entries(ME, cursor="5"),
}


@pytest.mark.parametrize("use", LISTS.values(), ids=LISTS.keys())
@pytest.mark.anyio
async def test_a_page_takes_one_query_that_uses_an_index(app: Runtime, use: Callable[[], Awaitable[Any]]) -> None:
    await note(app, (ME, AuditType.LOGIN_FAILED, "a"))
    few = await statements_of(use)
    await note(app, *((ME, AuditType.LOGIN_FAILED, str(number)) for number in range(60)))
    many = await statements_of(use)
    assert len(few) == len(many) == 1
    await assert_indexed(app, many)


async def assert_indexed(app: Runtime, asked: list[tuple[str, Any]]) -> None:
    for statement, parameters in asked:
        for step in await plan_of(app, statement, parameters):
            assert not step.startswith("SCAN") or step in HARMLESS_STEPS, f"{step} in {statement}"
            assert "TEMP B-TREE" not in step, f"{step} in {statement}"


async def entries_of_days(app: Runtime, *ages: int) -> None:
    async with app.db.write() as tx:
        for age in ages:
            at = datetime.now(UTC) - timedelta(days=age)
            await table.insert(tx, ME.workspace_id, ME, AuditType.LOGIN_CREATED, subject=str(age), data={}, at=at)


async def until_left(*expected: str) -> None:
    """Wait until only these entries are left."""
    async with asyncio.timeout(PATIENCE):
        while await subjects() != list(expected):  # noqa: ASYNC110 - pruning sends no signal
            await asyncio.sleep(0.01)


@pytest.mark.anyio
async def test_pruning_deletes_old_entries_in_batches_and_uses_an_index(
    app: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await entries_of_days(app, 400, 380, 370, 366, 364, 0)
    monkeypatch.setattr(audit, "PRUNE_BATCH", 2)
    gone: list[int] = []

    async def use() -> None:
        gone.append(await audit.prune())

    asked = await statements_of(use)
    assert gone == [4]
    assert len(asked) == 3
    await assert_indexed(app, asked)
    assert await subjects() == ["0", "364"]


@pytest.mark.anyio
async def test_old_entries_are_pruned_at_the_start_and_then_periodically(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings.model_copy(update={"audit_log_days": 1_000})) as app:
        await entries_of_days(app, 400, 20, 0)
        await until_left("0", "20", "400")
    monkeypatch.setattr(audit, "PRUNE_SECONDS", 0.01)
    async with running(settings.model_copy(update={"audit_log_days": 30})) as app:
        await until_left("0", "20")
        await entries_of_days(app, 31)
        await until_left("0", "20")


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("7d", NOW - timedelta(days=7)),
        ("24h", NOW - timedelta(hours=24)),
        ("30m", NOW - timedelta(minutes=30)),
        (" 2w ", NOW - timedelta(weeks=2)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T10:00+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
    ],
)
def test_a_moment_is_parsed_from_a_date_a_time_or_an_age(words: str, moment: datetime) -> None:
    assert parse_moment(words, at=NOW) == moment


@pytest.mark.parametrize("words", ["", "yesterday", "7", "d", "-7d", "7y", "999999w", "2026-13-01"])
def test_an_invalid_moment_is_refused(words: str) -> None:
    with pytest.raises(Invalid):
        parse_moment(words, at=NOW)


@pytest.mark.anyio
async def test_the_rest_api_lists_entries_in_pages(app: Runtime) -> None:
    await note(app, *((ME, AuditType.MEMBER_JOINED, str(number)) for number in range(3)))
    await note(app, (ADA, AuditType.LOGIN_FAILED, "ada"))
    transport = httpx.ASGITransport(app=build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:

        async def get(status: int = 200, **params: Any) -> Any:
            answer = await client.get("/v1/audit", params=params)
            assert answer.status_code == status, answer.text
            return answer.json()

        page = await get(limit=2)
        assert [AuditEntry.model_validate(entry).subject for entry in page["items"]] == ["ada", "2"]
        rest = await get(limit=2, cursor=page["next_cursor"])
        assert ([entry["subject"] for entry in rest["items"]], rest["next_cursor"]) == (["1", "0"], None)
        both = await get(type=["login.failed", "member.joined"], text="1", since="2026-01-01T00:00:00Z")
        assert [entry["subject"] for entry in both["items"]] == ["1"]
        assert [entry["subject"] for entry in (await get(actor="usr_ada"))["items"]] == ["ada"]
        assert (await get(until="0001-01-01T00:00:00+23:00"))["items"] == []
        assert (await get(422, type="nothing.happened"))["error"]["code"] == "invalid_request"
        assert (await get(422, since="1767225600"))["error"]["code"] == "invalid_request"
        assert (await get(422, cursor="x"))["error"]["code"] == "invalid_cursor"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    data = tmp_path_factory.mktemp("audit") / "data"
    data.mkdir()
    write_agents(data)
    with start_app(data, env={"CHAT_APP_ALLOW_SCRIPTED": "1"}) as app:
        yield app


def test_the_command_lists_entries_as_text_and_as_json(server: RunningApp) -> None:
    made = [
        httpx.post(f"{server.url}/v1/chat", json={"agent_key": ECHO}).raise_for_status().json()["id"] for _ in range(3)
    ]
    httpx.delete(f"{server.url}/v1/chat/{made[0]}", params={"permanent": "true"}).raise_for_status()
    lines = run_cli(server, "audit", "--since", "1h").stdout.splitlines()
    assert [line.split()[2:5] for line in lines] == [
        ["session.deleted", "Owner", made[0]],
        *(["session.created", "Owner", session_id] for session_id in reversed(made)),
    ]
    deleted = json.loads(run_cli(server, "audit", "--type", "session.deleted", "--json").stdout)
    assert [entry["subject"] for entry in deleted] == [made[0]]
    assert len(run_cli(server, "audit", "--limit", "2").stdout.splitlines()) == 2
    assert run_cli(server, "audit", "--until", "1h").stdout == ""
    wrong = run_cli(server, "audit", "--since", "lately")
    assert wrong.returncode == 1
    assert "24h" in wrong.stderr
