"""Sends the events of a page over its websocket without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import walk_packages
from typing import Any
from uuid import uuid4

import httpx
import reflex as rx
from reflex.state import BaseState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from chat_app import ui
from tests.support.servers import RunningApp, open_event_socket

HYDRATE = "reflex___state____state.hydrate"


@dataclass
class Person:
    """A person who is signed in at a running app.

    Args:
        url: The app's origin.
        cookie: The cookie of the login.
        browser: An HTTP client with the cookie.
        id: The id of the account, where a test needs it.
    """

    url: str
    cookie: str = ""
    browser: httpx.Client = field(default_factory=httpx.Client)
    id: str = ""

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.browser.post(f"{self.url}{path}", json=body, headers={"origin": self.url})

    def ask(self, method: str, path: str, **body: Any) -> None:
        answer = self.browser.request(method, f"{self.url}{path}", json=body or None, headers={"origin": self.url})
        assert answer.is_success, answer.text

    def get(self, path: str) -> Any:
        return self.browser.get(f"{self.url}{path}").json()

    def sign_in_with(self, path: str, **body: Any) -> None:
        answer = self.post(path, **body)
        assert answer.is_success, answer.text
        self.cookie = answer.cookies["chat_login"]

    def open_socket(self, app: RunningApp, token: str | None = None, **headers: str) -> ClientConnection:
        return open_event_socket(
            app, token=token or str(uuid4()), headers={"cookie": f"chat_login={self.cookie}", **headers}
        )


def event(name: str, address: str = "/", /, **payload: Any) -> str:
    router: dict[str, Any] = {"pathname": address, "asPath": address, "query": {}}
    return f"42/_event,{json.dumps(['event', {'name': name, 'payload': payload, 'router_data': router}])}"


def hello(address: str = "/") -> str:
    boot: dict[str, Any] = {
        "name": HYDRATE,
        "payload": {},
        "router_data": {"pathname": address, "asPath": address, "query": {}},
    }
    return f"40/_event,{json.dumps({'event': boot, 'state_schema': None})}"


def read_until_quiet(socket: ClientConnection, *, quiet: float = 0.3) -> str:
    """Return what the server sends until it is quiet for a number of seconds."""
    received: list[str] = []
    while True:
        try:
            received.append(str(socket.recv(timeout=quiet)))
        except (TimeoutError, ConnectionClosed):
            return "\n".join(received)


def answer_pings(socket: ClientConnection) -> None:
    """Read what the server has sent so far, and answer its heartbeats as a page does."""
    while True:
        try:
            received = socket.recv(timeout=0)
        except TimeoutError:
            return
        if received == "2":
            socket.send("3")


def states_of_the_page() -> Iterator[type[BaseState]]:
    """Yield every Reflex state of the app."""
    for module in walk_packages(ui.__path__, f"{ui.__name__}."):
        import_module(module.name)
    yield from _states_below(rx.State)


def page_events() -> dict[str, tuple[str, list[str]]]:
    """Return the full names and the arguments of all events of the page."""
    return {
        f"{state.__name__}.{name}": (
            f"{state.get_full_name()}.{name}",
            [argument for argument in handler.fn.__annotations__ if argument != "return"],
        )
        for state in states_of_the_page()
        for name, handler in state.event_handlers.items()
        if name != "setvar"
    }


def _states_below(parent: type[BaseState]) -> Iterator[type[BaseState]]:
    for state in parent.get_substates():
        if state.__module__.startswith("chat_app."):
            yield state
        yield from _states_below(state)
