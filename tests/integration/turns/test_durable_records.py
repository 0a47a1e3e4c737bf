"""What the workflow engine stores of a turn keeps its names, so that a turn of an older version can be resumed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import pytest

from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.parts import text_parts
from chat_app.services.runtime import Runtime
from chat_app.services.sessions.commands import create_session
from chat_app.services.turns.commands import send_message
from tests.support.agents import PLAYER, write_script
from tests.support.session_events import turn_of, wait_for_turn_end

pytestmark = pytest.mark.anyio

POLL_SECONDS = 0.02


def rows(app: Runtime, query: str, turn_id: str) -> Sequence[sqlite3.Row]:
    path = Path(app.settings.dbos_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return database.execute(query, (turn_id,)).fetchall()


async def stored_turn(app: Runtime, turn_id: str) -> sqlite3.Row:
    """Return the workflow of a turn once it has ended, with its title."""
    with anyio.fail_after(10):
        while True:
            [workflow] = rows(app, "SELECT * FROM workflow_status WHERE workflow_uuid = ?", turn_id)
            if workflow["status"] == "SUCCESS":
                return workflow
            await anyio.sleep(POLL_SECONDS)


async def test_the_names_in_the_stored_records_of_a_turn_never_change(app: Runtime, tmp_path: Path) -> None:
    call = {"tool": "calculator", "arguments": {"expression": "6 * 7"}, "id": "call-1"}
    write_script(
        tmp_path,
        [{"on": {"call": 1}, "chunks": [call]}, {"on": {"call": 2}, "chunks": [{"text": "It is 42."}]}],
    )
    session = await create_session(ME, agent_key=PLAYER)
    turn_id = turn_of(await send_message(ME, session.id, parts=text_parts("six times seven?"))).id
    await wait_for_turn_end(session.id)
    workflow = await stored_turn(app, turn_id)

    fields = ("name", "class_name", "config_name", "application_name", "application_version", "serialization")
    assert {field: workflow[field] for field in fields} == {
        "name": "turn",
        "class_name": None,
        "config_name": None,
        "application_name": "chat-sessions",
        "application_version": "1",
        "serialization": "chat_app_json_1",
    }
    [stored] = rows(app, "SELECT * FROM workflow_input WHERE workflow_uuid = ?", turn_id)
    assert json.loads(stored["inputs"]) == {"args": [turn_id], "kwargs": {}}

    steps = rows(app, "SELECT * FROM operation_outputs WHERE workflow_uuid = ? ORDER BY function_id", turn_id)
    assert [step["function_name"] for step in steps] == [
        "chat__model.request",
        "tool.calculator",
        "chat__model.request",
        "title",
    ]
    outputs: list[Any] = [json.loads(step["output"]) for step in steps]
    assert [output["$chat_app"] for output in (outputs[0], outputs[2])] == ["model_response", "model_response"]
    assert outputs[1].keys() == {"output", "is_error", "duration"}
    assert (outputs[1]["output"], outputs[1]["is_error"], outputs[3]) == ("42", False, "A title")
