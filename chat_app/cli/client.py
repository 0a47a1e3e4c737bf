"""HTTP client for a running server. The commands use REST, because one process owns the data folder."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from chat_app.cli.credentials import token_for
from chat_app.cli.http import Answer, Event, HttpClient, TransportError
from chat_app.domain.errors import ChatAppError, Unavailable

DEFAULT_URL = "http://127.0.0.1:8000"
NOT_SIGNED_IN = "You are not signed in to this server. Sign in with 'chat-app login'."

Url = Annotated[str, typer.Option("--url", envvar="CHAT_APP_URL", help="Address of the server.")]


class ServerError(ChatAppError):
    """An error that the server answered with."""


class Server:
    """Client for the REST API of one server.

    Args:
        url: Its address.
        token: The token to authenticate with; "" for the one that is stored for the address, None for no token.
    """

    def __init__(self, url: str, *, token: str | None = "") -> None:
        self.url = url.rstrip("/")
        token = token_for(self.url) if token == "" else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = HttpClient(self.url, headers=headers)

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Send a request and return the JSON of the answer, or None if it has no body.

        Raises:
            ServerError: The server answers with an error.
            Unavailable: The server can't be reached.
        """
        with self._translate_errors():
            answer = self._client.request(method, path, **options)
        if not answer.is_success:
            raise _error_of(answer)
        return json.loads(answer.body) if answer.body else None

    def pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page."""
        cursor: str | None = None
        while True:
            page = self.call("GET", path, params={**params, **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    @contextmanager
    def events(self, path: str, *, after: int) -> Generator[Iterator[Event]]:
        """Open an event stream for the duration of a block.

        Args:
            path: Path of the stream.
            after: Number of the last event that is not to be sent again.

        Raises:
            ServerError: The server answers with an error.
            Unavailable: The server can't be reached, or the connection is lost.
        """
        with self._translate_errors(), self._client.events(path, params={"after": after}) as (failed, events):
            if failed is not None:
                raise _error_of(failed)
            # A heartbeat is an event without data.
            yield (event for event in events if event.data)

    @contextmanager
    def _translate_errors(self) -> Generator[None]:
        try:
            yield
        except TransportError as error:
            raise Unavailable(
                f"Can't connect to {self.url}. Start the server with 'chat-app run', or choose another with --url.",
                code="server_unreachable",
            ) from error


def _error_of(answer: Answer) -> ServerError:
    try:
        error = json.loads(answer.body)["error"]
        if error["code"] == "unauthenticated":
            return ServerError(NOT_SIGNED_IN, code=error["code"])
        return ServerError(str(error["message"]), code=str(error["code"]))
    except (ValueError, KeyError, TypeError):
        return ServerError(f"This is not a Chat Sessions server: it answered with status {answer.status}.")
