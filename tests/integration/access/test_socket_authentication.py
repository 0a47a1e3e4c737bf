"""Authentication of the event websocket: it needs a login and closes when the login ends."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from chat_app.domain.actor import LOCAL_OWNER
from chat_app.ui.session_actions.state import SessionActionsState
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.transcript.state import TranscriptState
from chat_app.ui.viewer.state import ViewerState
from chat_app.web.event_rules import EventRules
from tests.support.agents import ECHO, write_agents
from tests.support.page_sockets import Person, event, hello, read_until_quiet, states_of_the_page
from tests.support.password_login import PASSWORD
from tests.support.servers import RunningApp, open_event_socket, start_app, wait_until
from tests.support.session_events import PATIENCE

SECRET_TITLE = "What only Ada knows"
SECRET_TEXT = "It is under the third stone"
WITHIN_SECONDS = 1.0
"""Seconds within which a sign-out ends the open connections, as the product promises."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app with a login."""
    folder = tmp_path_factory.mktemp("people") / "data"
    folder.mkdir()
    write_agents(folder)
    with start_app(folder, env={"CHAT_APP_AUTH": "password", "CHAT_APP_ALLOW_SCRIPTED": "1"}) as running:
        yield running


@pytest.fixture(scope="module")
def ada(app: RunningApp) -> Iterator[Person]:
    """The owner, with a session."""
    found = re.search(r"/set-up#(\S+)", Path(app.log).read_text())
    assert found is not None
    with Person(app.url) as person:
        person.sign_in_with("/v1/auth/set-up", secret=found[1], name="Ada", email="ada@example.org", password=PASSWORD)
        made = person.post("/v1/chat", agent_key=ECHO, title=SECRET_TITLE, id="ses_ada")
        assert made.status_code == 201
        sent = person.post("/v1/chat/ses_ada/messages", content=SECRET_TEXT)
        assert sent.status_code == 202
        wait_until(lambda: person.get("/v1/chat/ses_ada")["turns"][0]["status"] == "completed")
        yield person


@pytest.fixture(scope="module")
def ben(app: RunningApp, ada: Person) -> Iterator[Person]:
    """A member without access to the session."""
    path = ada.post("/v1/invitations", role="member").json()["path"]
    secret = path.partition("#")[2]
    with Person(app.url) as person:
        person.sign_in_with("/v1/auth/join", secret=secret, name="Ben", email="ben@example.org", password=PASSWORD)
        yield person


def look_at_ada(socket: ClientConnection) -> str:
    """Open Ada's session as its page does."""
    address = "/chat/echo?session=ses_ada"
    socket.send(hello(address))
    socket.send(event(f"{ViewerState.get_full_name()}.load_viewer", address))
    socket.send(event(f"{SidebarState.get_full_name()}.list_ready", address))
    socket.send(event(f"{TranscriptState.get_full_name()}.ready", address))
    socket.send(event(f"{TranscriptState.get_full_name()}.open_ahead", address, session_id="ses_ada"))
    return read_until_quiet(socket, quiet=1.0)


def test_the_event_socket_refuses_connections_without_a_login(app: RunningApp, ada: Person) -> None:
    for headers in ({}, {"cookie": "chat_login=guessed"}, {"x-chat-app-connection": "guessed"}):
        with pytest.raises(InvalidStatus) as caught:
            open_event_socket(app, headers=headers)
        assert caught.value.response.status_code == 403
    assert "Traceback" not in app.read_log()


def test_a_person_sees_their_own_session(app: RunningApp, ada: Person) -> None:
    with ada.open_socket(app) as socket:
        assert SECRET_TITLE in look_at_ada(socket)


def test_the_tab_token_of_another_person_opens_an_empty_state(app: RunningApp, ada: Person, ben: Person) -> None:
    token = str(uuid4())
    with ada.open_socket(app, token) as hers:
        assert SECRET_TITLE in look_at_ada(hers)
        with ben.open_socket(app, token) as his:
            seen = look_at_ada(his)
            assert "Ben" in seen
            assert SECRET_TITLE not in seen
    # Her connection is closed, but her state is kept for a reconnection.
    with ben.open_socket(app, token) as his:
        assert SECRET_TITLE not in look_at_ada(his)
    with ada.open_socket(app, token) as hers:
        assert SECRET_TITLE in look_at_ada(hers)


def test_the_headers_of_a_connection_do_not_identify_it_and_are_not_sent_to_the_page(
    app: RunningApp, ben: Person
) -> None:
    with ben.open_socket(app, **{"x-chat-app-connection": "0" * 32, "x-of-a-proxy": "of-the-proxy"}) as socket:
        socket.send(hello())
        socket.send(event(f"{ViewerState.get_full_name()}.load_viewer"))
        seen = read_until_quiet(socket)
    assert "Ben" in seen
    assert "x-chat-app-connection" not in seen
    assert "of-the-proxy" not in seen
    assert ben.cookie not in seen


@pytest.mark.parametrize("claim", ["headers", "token", "sid", "ip"])
def test_an_event_that_claims_an_identity_closes_the_socket(app: RunningApp, ben: Person, claim: str) -> None:
    with ben.open_socket(app) as socket:
        socket.send(hello())
        forged: dict[str, Any] = {
            "name": f"{ViewerState.get_full_name()}.load_viewer",
            "router_data": {"pathname": "/", "asPath": "/", claim: {} if claim == "headers" else "0" * 32},
        }
        socket.send(f"42/_event,{json.dumps(['event', forged])}")
        with pytest.raises(ConnectionClosed):
            read_to_the_end(socket, seconds=PATIENCE)


def forged_events(count: int) -> Iterator[str]:
    """Return events that a page may send, each with the ids of another person's session."""
    chance = random.Random(11)
    rules = EventRules()
    handlers = [
        (f"{state.get_full_name()}.{name}", [name for name in handler.fn.__annotations__ if name != "return"])
        for state in states_of_the_page()
        for name, handler in state.event_handlers.items()
    ]
    hers = ["ses_ada", LOCAL_OWNER.user_id, LOCAL_OWNER.workspace_id]
    values: list[Any] = [*hers, *hers, "owner", "Taken over", "", True, {"text": "Taken over"}, "x" * 3_000]
    addresses = ("/", "/chat/echo?session=ses_ada", "/chat/echo?session=ses_ada&message=msg_1", "/chat/none")
    while count:
        name, arguments = chance.choice(handlers)
        payload = {argument: chance.choice(values) for argument in arguments}
        if rules.allows(name, payload):
            yield event(name, chance.choice(addresses), **payload)
            count -= 1


def what_is_hers(ada: Person) -> list[Any]:
    """Return what other people must not change; their own name, which they may change, is left out."""
    members = [(member["user_id"], member["role"]) for member in ada.get("/v1/members")["items"]]
    names = [member["name"] for member in ada.get("/v1/members")["items"] if member["user_id"] == LOCAL_OWNER.user_id]
    return [members, names, *(ada.get(path) for path in ("/v1/chat/ses_ada", "/v1/invitations", "/v1/tokens"))]


def test_forged_events_change_nothing_and_show_nothing(app: RunningApp, ada: Person, ben: Person) -> None:
    before = what_is_hers(ada)
    frames = list(forged_events(500))
    seen = ""
    while frames:
        with ben.open_socket(app) as socket:
            socket.send(hello())
            try:
                for _ in range(min(50, len(frames))):
                    socket.send(frames.pop())
                seen += read_until_quiet(socket)
            except ConnectionClosed:
                continue
    assert SECRET_TITLE not in seen
    assert SECRET_TEXT not in seen
    assert what_is_hers(ada) == before
    assert app.process.poll() is None
    # The same event from her own tab takes effect, so the forged events have the right form.
    with ada.open_socket(app) as socket:
        socket.send(hello())
        socket.send(event(f"{SessionActionsState.get_full_name()}.rename", session_id="ses_ada", title="Mine"))
        wait_until(lambda: ada.get("/v1/chat/ses_ada")["title"] == "Mine")
        socket.send(event(f"{SessionActionsState.get_full_name()}.rename", session_id="ses_ada", title=SECRET_TITLE))
        wait_until(lambda: ada.get("/v1/chat/ses_ada")["title"] == SECRET_TITLE)


def read_to_the_end(socket: ClientConnection, *, seconds: float = WITHIN_SECONDS) -> None:
    while True:
        socket.recv(timeout=seconds)


def test_signing_out_everywhere_closes_event_sockets_and_streams(app: RunningApp, ada: Person) -> None:
    with Person(app.url) as elsewhere:
        elsewhere.sign_in_with("/v1/auth/sign-in", email="ada@example.org", password=PASSWORD)
        token = elsewhere.post("/v1/tokens", name="stays", scope="read").json()["secret"]
        with (
            elsewhere.open_socket(app) as socket,
            httpx.stream("GET", f"{app.url}/v1/events", cookies=dict(elsewhere.browser.cookies)) as stream,
        ):
            socket.send(hello())
            lines = stream.iter_lines()
            next(lines)
            read_until_quiet(socket)
            began = time.monotonic()
            assert elsewhere.post("/v1/auth/sign-out", everywhere=True).status_code == 204
            with pytest.raises(ConnectionClosed):
                read_to_the_end(socket)
            assert list(lines) in ([], [""])
            assert time.monotonic() - began < WITHIN_SECONDS
    assert httpx.get(f"{app.url}/v1/me", headers={"authorization": f"Bearer {token}"}).status_code == 200
    ada.sign_in_with("/v1/auth/sign-in", email="ada@example.org", password=PASSWORD)
