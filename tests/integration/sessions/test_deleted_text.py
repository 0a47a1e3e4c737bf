"""What a person deletes is in no file of the data folder soon afterwards, while the program runs."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from chat_app.db import events, sessions
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.parts import text_parts
from chat_app.services.runtime import Runtime
from chat_app.services.secrets import provider_keys
from chat_app.services.sessions.commands import create_session, delete_session, rename_session
from chat_app.services.startup import running
from chat_app.services.turns.commands import send_message
from chat_app.settings.application import Settings
from tests.support.agents import ECHO
from tests.support.session_events import PATIENCE, wait_for_turn_end

pytestmark = pytest.mark.anyio

SECRET = "Überführung"
"""Not ASCII: JSON may store it escaped."""
OTHER = "ordinary words"


@pytest.fixture
def hasty(settings: Settings) -> Settings:
    """Settings with which erasing is tried again at once."""
    return settings.model_copy(update={"erase_pause_seconds": 0.02, "erase_pause_factor": 0.0})


def files_with(folder: Path, text: str) -> set[str]:
    """Return the names of the files in the data folder that contain a text, as it is or escaped in JSON."""
    forms = {text.encode(), json.dumps(text)[1:-1].encode()}
    # A journal may be deleted between the two calls.
    contents = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.exists()}
    return {name for name, content in contents.items() if any(form in content for form in forms)}


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not done():  # noqa: ASYNC110 - nothing signals what a file contains
            await asyncio.sleep(0.01)


@asynccontextmanager
async def loaded(settings: Settings) -> AsyncGenerator[Runtime]:
    async with running(settings) as app:
        await app.runner.loaded()
        yield app


async def talk(text: str) -> str:
    """Have a conversation of two messages and return the session's id."""
    session = await create_session(ME, agent_key=ECHO)
    for _ in range(2):
        await send_message(ME, session.id, parts=text_parts(text))
        await wait_for_turn_end(session.id)
    await rename_session(ME, session.id, title=text)
    return session.id


async def test_a_deleted_session_of_an_earlier_run_is_in_no_file(hasty: Settings) -> None:
    folder = hasty.data_dir
    async with loaded(hasty):
        ids = [await talk(f"{SECRET} {number}") for number in range(3)]
        await talk(OTHER)
    assert files_with(folder, SECRET) >= {"chat.db", "turns.db"}
    async with loaded(hasty):
        for session_id in ids:
            await delete_session(ME, session_id)
        await until(lambda: files_with(folder, SECRET) == set())
        assert files_with(folder, OTHER) >= {"chat.db", "turns.db"}
    assert files_with(folder, SECRET) == set()


async def test_a_session_that_is_deleted_during_its_answer_is_in_no_file(hasty: Settings) -> None:
    async with loaded(hasty):
        session = await create_session(ME, agent_key=ECHO)
        await send_message(ME, session.id, parts=text_parts(SECRET * 100))
        await delete_session(ME, session.id)
        await until(lambda: files_with(hasty.data_dir, SECRET) == set())


async def test_a_reader_of_an_older_state_delays_the_removal(hasty: Settings) -> None:
    folder = hasty.data_dir
    async with loaded(hasty):
        session_id = await talk(SECRET)
        with closing(sqlite3.connect(folder / "chat.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM chat_message").fetchone()
            await delete_session(ME, session_id)
            await talk(OTHER)
            assert files_with(folder, SECRET) != set()
            reader.execute("COMMIT")
        await until(lambda: files_with(folder, SECRET) == set())


async def test_workflows_of_a_session_that_another_process_deleted_are_removed_at_the_start(hasty: Settings) -> None:
    folder = hasty.data_dir
    async with loaded(hasty) as app:
        session_id = await talk(SECRET)
        kept = await talk(OTHER)
        # A deletion that ended before it reached the workflow engine, or in a process with another data folder.
        async with app.db.write() as tx:
            await events.delete_all(tx, session_id)
            await sessions.delete(tx, session_id)
    assert "turns.db" in files_with(folder, SECRET)
    async with loaded(hasty):
        await until(lambda: files_with(folder, SECRET) == set())
        assert "turns.db" in files_with(folder, OTHER)
        await send_message(ME, kept, parts=text_parts("again"))
        await wait_for_turn_end(kept)


async def test_a_removed_or_replaced_provider_key_is_in_no_file(hasty: Settings) -> None:
    def sealed() -> str:
        with closing(sqlite3.connect(hasty.data_dir / "chat.db")) as database:
            return database.execute("SELECT sealed FROM provider_key").fetchone()[0]

    async with running(hasty):
        await provider_keys.put_key(ME, "SOME_KEY", "first-secret")
        first = sealed()
        await provider_keys.put_key(ME, "SOME_KEY", "second-secret")
        second = sealed()
        await until(lambda: files_with(hasty.data_dir, first) == set())
        assert files_with(hasty.data_dir, second) != set()
        await provider_keys.remove_key(ME, "SOME_KEY")
        await until(lambda: files_with(hasty.data_dir, second) == set())


async def test_erasing_pauses_between_two_deletions(hasty: Settings) -> None:
    patient = hasty.model_copy(update={"erase_pause_seconds": 3_600.0})
    async with loaded(patient):
        await until(lambda: not (patient.data_dir / "chat.db-wal").stat().st_size)
        session_id = await talk(SECRET)
        await delete_session(ME, session_id)
        assert files_with(patient.data_dir, SECRET) != set()
    async with loaded(patient):
        await until(lambda: files_with(patient.data_dir, SECRET) == set())
