"""The schema that migrations create: the tables of the program, and the published columns for other programs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from chat_app.db import migrate
from chat_app.db.engine import Database
from chat_app.db.tables import SQLModel
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.project import find_project
from chat_app.services.sessions.commands import create_session, rename_session
from chat_app.services.sessions.queries import list_sessions, open_session
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.agents import ECHO

pytestmark = pytest.mark.anyio

METADATA = SQLModel.metadata
SESSION = (
    "INSERT INTO chat_session (id, workspace_id, agent_key, creator_id) VALUES ('ses_1', 'wsp_1', 'echo', 'usr_1')"
)
MESSAGE = (
    "INSERT INTO chat_message (id, chat_session_id, workspace_id, seq, role, content) "
    "VALUES ('msg_1', 'ses_1', 'wsp_1', 1, 'user', 'Hello.')"
)
"""Beside the published columns, a message needs its workspace and its place in the session's order of events."""


async def empty_database(path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{path}", publish=lambda _: None)
    yield database
    await database.close()


@pytest.fixture
async def nothing(tmp_path: Path) -> AsyncIterator[Database]:
    """A database without tables."""
    async for database in empty_database(tmp_path / "empty.db"):
        yield database


@pytest.fixture
async def migrated(tmp_path: Path) -> AsyncIterator[Database]:
    """A database at the newest revision."""
    async for database in empty_database(tmp_path / "migrated.db"):
        await migrate.upgrade(database)
        yield database


async def ask(database: Database, statement: str) -> list[dict[str, Any]]:
    """Run a statement and return its rows."""
    async with database.write() as tx:
        result = await (await tx.session.connection()).execute(text(statement))
        return [dict(row) for row in result.mappings()] if result.returns_rows else []


async def look(database: Database) -> dict[str, Any]:
    """Return the schema of a database as SQLAlchemy reflects it."""
    found: dict[str, Any] = {}

    def read(connection: Connection) -> None:
        inspector = inspect(connection)
        for table in set(inspector.get_table_names()) - {"alembic_version"}:
            columns = [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            ]
            checks = {(check["name"], check["sqltext"]) for check in inspector.get_check_constraints(table)}
            keys = [
                (key["constrained_columns"], key["referred_table"], key["referred_columns"], key.get("options"))
                for key in inspector.get_foreign_keys(table)
            ]
            indexes = sorted(
                (index["name"] or "", index["column_names"], index["unique"], _where(index.get("dialect_options")))
                for index in inspector.get_indexes(table)
            )
            primary = inspector.get_pk_constraint(table)["constrained_columns"]
            found[table] = {
                "columns": sorted(columns),
                "checks": checks,
                "keys": sorted(keys, key=str),
                "indexes": indexes,
                "primary": primary,
            }

    await database.run_sync(read)
    return found


def _where(options: Mapping[str, Any] | None) -> str:
    return "" if options is None else str(options.get("sqlite_where", ""))


async def test_migrations_create_the_tables_of_the_program(nothing: Database, migrated: Database) -> None:
    await nothing.run_sync(METADATA.create_all)
    assert await look(migrated) == await look(nothing)
    assert set(await look(migrated)) == set(METADATA.tables)


async def test_every_table_change_has_a_migration(migrated: Database) -> None:
    differences: list[Any] = []

    def compare(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences.extend(compare_metadata(context, METADATA))

    await migrated.run_sync(compare)
    assert differences == []


async def test_downgrading_drops_all_tables_and_upgrading_creates_them_again(migrated: Database) -> None:
    before = await look(migrated)
    await ask(migrated, SESSION)
    await migrate.downgrade(migrated, revision="base")
    assert await look(migrated) == {}
    await migrate.upgrade(migrated)
    assert await look(migrated) == before
    assert await ask(migrated, "SELECT * FROM chat_session") == []


async def test_upgrading_an_up_to_date_database_keeps_its_data(settings: Settings) -> None:
    async with running(settings):
        made = await create_session(ME, agent_key=ECHO, title="Kept")
    async with running(settings) as app:
        assert (await open_session(ME, made.id)).transcript.session == made
        here, wanted = await migrate.revisions(app.db)
    assert here == wanted


async def test_links_that_their_makers_may_not_grant_are_deleted_by_the_upgrade(nothing: Database) -> None:
    await migrate.upgrade(nothing, revision="0006")
    people = {"usr_owner": "owner", "usr_admin": "admin", "usr_member": "member", "usr_gone": None}
    wanted = {
        ("usr_owner", "invite", "owner"),
        ("usr_owner", "reset", None),
        ("usr_admin", "invite", "admin"),
        (None, "reset", None),
        (None, "set_up", None),
    }
    unwanted = {
        ("usr_admin", "invite", "owner"),
        ("usr_admin", "reset", None),
        ("usr_member", "invite", "viewer"),
        ("usr_gone", "invite", "viewer"),
        ("usr_gone", "reset", None),
    }
    async with nothing.write() as tx:
        connection = await tx.session.connection()
        for user_id, role in people.items():
            values = {"id": user_id, "role": role}
            await connection.execute(text("INSERT INTO account (id, name) VALUES (:id, 'A person')"), values)
            if role is not None:
                member = "INSERT INTO member (workspace_id, user_id, role) VALUES ('wsp_local', :id, :role)"
                await connection.execute(text(member), values)
        for number, (maker, purpose, role) in enumerate(wanted | unwanted):
            link = (
                "INSERT INTO link (id, token_hash, purpose, workspace_id, role, created_by, expires_at) "
                "VALUES (:id, :id, :purpose, 'wsp_local', :role, :maker, '2126-01-01 00:00:00')"
            )
            values = {"id": f"lnk_{number}", "purpose": purpose, "role": role, "maker": maker}
            await connection.execute(text(link), values)
    await migrate.upgrade(nothing)
    async with nothing.read() as tx:
        connection = await tx.session.connection()
        rows = (await connection.execute(text("SELECT created_by, purpose, role FROM link"))).all()
    assert {tuple(row) for row in rows} == wanted


async def test_the_revision_of_a_database_is_known(nothing: Database) -> None:
    here, wanted = await migrate.revisions(nothing)
    assert here is None
    await migrate.upgrade(nothing)
    assert await migrate.revisions(nothing) == (wanted, wanted)


async def test_a_session_can_be_inserted_with_the_published_columns_only(migrated: Database) -> None:
    before = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    await ask(migrated, SESSION)
    (row,) = await ask(migrated, "SELECT * FROM chat_session")
    assert (row["title"], row["status"]) == ("", "active")
    for moment in ("created_at", "updated_at"):
        assert before <= datetime.fromisoformat(row[moment]) <= datetime.now(UTC).replace(tzinfo=None)


async def test_a_session_inserted_by_other_programs_can_be_used(settings: Settings) -> None:
    async with running(settings) as app:
        await ask(app.db, SESSION.replace("wsp_1", ME.workspace_id).replace("usr_1", ME.user_id))
        assert (await open_session(ME, "ses_1")).transcript.messages == ()
        assert (await rename_session(ME, "ses_1", title="Ours")).title == "Ours"
        assert [row.session.id for row in (await list_sessions(ME)).items] == ["ses_1"]


async def test_a_message_also_needs_its_workspace_and_position(migrated: Database) -> None:
    await ask(migrated, SESSION)
    await ask(migrated, MESSAGE)
    (row,) = await ask(migrated, "SELECT * FROM chat_message")
    assert (row["role"], row["content"], row["task_id"], row["kind"]) == ("user", "Hello.", None, "plain")
    assert row["created_at"] is not None
    published = "INSERT INTO chat_message (id, chat_session_id, role, content) VALUES ('msg_2', 'ses_1', 'user', 'Hi.')"
    with pytest.raises(IntegrityError, match="NOT NULL"):
        await ask(migrated, published)


async def test_deleting_a_session_deletes_its_messages(migrated: Database) -> None:
    await ask(migrated, SESSION)
    await ask(migrated, MESSAGE)
    await ask(migrated, "DELETE FROM chat_session WHERE id = 'ses_1'")
    assert await ask(migrated, "SELECT * FROM chat_message") == []


@pytest.mark.parametrize(
    "statement",
    [
        SESSION.replace("id,", "id, status,", 1).replace("'ses_1',", "'ses_2', 'gone',"),
        SESSION.replace("id,", "id, visibility,", 1).replace("'ses_1',", "'ses_2', 'public',"),
        SESSION.replace("id,", "id, origin,", 1).replace("'ses_1',", "'ses_2', 'ELSEWHERE',"),
        SESSION,
        MESSAGE.replace("'user'", "'system'"),
        MESSAGE.replace("'ses_1'", "'ses_none'"),
        MESSAGE.replace("'Hello.'", "NULL"),
    ],
    ids=["status", "visibility", "origin", "the same id", "role", "no such session", "no content"],
)
async def test_rows_that_violate_a_constraint_are_refused(migrated: Database, statement: str) -> None:
    await ask(migrated, SESSION)
    with pytest.raises(IntegrityError):
        await ask(migrated, statement)


async def test_positions_and_request_ids_are_unique_within_a_session(migrated: Database) -> None:
    await ask(migrated, SESSION)
    await ask(migrated, MESSAGE.replace("id,", "id, request_id,", 1).replace("'msg_1',", "'msg_1', 'req_1',"))
    with pytest.raises(IntegrityError):
        await ask(migrated, MESSAGE.replace("'msg_1'", "'msg_2'"))
    second = MESSAGE.replace("1, 'user'", "2, 'user'")
    with pytest.raises(IntegrityError):
        await ask(migrated, second.replace("id,", "id, request_id,", 1).replace("'msg_1',", "'msg_2', 'req_1',"))
    await ask(migrated, second.replace("'msg_1'", "'msg_2'"))


def test_the_newest_revision_is_known_without_the_migration_library() -> None:
    folder = find_project() / "alembic"
    assert ScriptDirectory(str(folder)).get_current_head() == migrate.newest_revision()
