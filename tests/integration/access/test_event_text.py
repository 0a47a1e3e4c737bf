"""NUL and unpaired surrogates in the events of the page are refused, and nothing is stored."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.agents import ECHO, write_agents
from tests.support.page_sockets import Person, event, hello, page_events, read_until_quiet
from tests.support.password_login import PASSWORD
from tests.support.servers import RunningApp, find_log_errors, start_app, wait_until

ODD = ["\ud800 and more", "\x00 and more"]
SESSION = "ses_known"
FORM = {"name": "A name", "role": "viewer", "days": "7", "scope": "read", "text": ""}
"""The fields of all forms."""
WITH_TEXT_IN_FORM = (
    "AccountState.rename",
    "AuditLogState.search",
    "MembersState.rename_workspace",
    "TokensState.create",
)
"""Events whose form has a field for text; in the others everything is chosen from a list."""
REFUSED = re.compile(r"an event handler failed: (Invalid|NotFound|ValueError) < ")
"""What the log says of a refused event. A value that is not in a list is a ValueError."""
TABLES = ("account", "api_token", "audit_entry", "chat_message", "chat_session", "link", "member", "workspace")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app with a login."""
    folder = tmp_path_factory.mktemp("text") / "data"
    folder.mkdir()
    write_agents(folder)
    with start_app(folder, env={"CHAT_APP_AUTH": "password", "CHAT_APP_ALLOW_SCRIPTED": "1"}) as running:
        yield running


@pytest.fixture(scope="module")
def ada(app: RunningApp) -> Iterator[Person]:
    """The owner, with a session that has an answer."""
    found = re.search(r"/set-up#(\S+)", Path(app.log).read_text())
    assert found is not None
    with Person(app.url) as person:
        person.sign_in_with("/v1/auth/set-up", secret=found[1], name="Ada", email="ada@example.org", password=PASSWORD)
        person.ask("POST", "/v1/chat", agent_key=ECHO, title="Known", id=SESSION)
        person.ask("POST", f"/v1/chat/{SESSION}/messages", content="hello")
        wait_until(lambda: person.get(f"/v1/chat/{SESSION}")["turns"][0]["status"] == "completed")
        yield person


def stored(app: RunningApp) -> dict[str, list[Any]]:
    """Return the rows that people can change."""
    with closing(sqlite3.connect(app.log.with_suffix("") / "chat.db")) as database:
        return {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def valid_arguments(ada: Person) -> dict[str, Any]:
    """Return a valid value for each argument of an event."""
    me = ada.get("/v1/me")
    turn = ada.get(f"/v1/chat/{SESSION}")["turns"][0]
    return {
        "session_id": SESSION,
        "message_id": turn["assistant_message_id"],
        "turn_id": turn["id"],
        "user_id": me["user"]["id"],
        "link_id": "lnk_none",
        "token_id": "tok_none",
        "subject": "nothing",
        "name": "density",
        "value": "compact",
        "role": "viewer",
        "model": "scripted:echo",
        "title": "Another",
        "text": "hello",
        "query": "hello",
        "key": "",
        "request_id": "req1",
        "agent_key": ECHO,
        "origin": "UI",
        "owner_key": f"{me['user']['id']}@{me['workspace']['id']}",
        "on": True,
        "form": FORM,
    }


def odd_frames(ada: Person, odd: str) -> list[str]:
    """Return every event of the page with odd text in one of its arguments."""
    valid = valid_arguments(ada)
    frames: list[str] = []
    for name, (full_name, arguments) in page_events().items():
        given = {argument: valid[argument] for argument in arguments if argument in valid}
        texts: list[dict[str, Any]] = [{argument: odd} for argument, value in given.items() if isinstance(value, str)]
        if "form" in given:
            texts.append({"form": dict.fromkeys(FORM, odd)})
        if name in WITH_TEXT_IN_FORM:
            texts.append({"form": {**FORM, "name": odd, "text": odd}})
        if "agent_key" in given and "session_id" in given:
            # The agent is named for a session that does not exist yet.
            texts = [{"session_id": "", **text} if "agent_key" in text else text for text in texts]
        frames += [event(full_name, **{**given, **text}) for text in texts]
    return frames


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_odd_text_in_any_argument_of_any_event_is_refused(app: RunningApp, ada: Person, odd: str) -> None:
    before, frames = stored(app), odd_frames(ada, odd)
    assert len(frames) > 40
    for frame in frames:
        with ada.open_socket(app) as socket:
            socket.send(hello())
            socket.send(frame)
            read_until_quiet(socket, quiet=0.2)
    assert stored(app) == before
    assert app.process.poll() is None
    assert [line for line in find_log_errors(app.read_log()) if not REFUSED.search(line)] == []
