"""A client of a running server for the commands about chats: one process owns the data folder, so they speak REST."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import httpx
import typer
from httpx_sse import ServerSentEvent, connect_sse

from chat_app.cli.credentials import token_for
from chat_app.domain.errors import ChatAppError, Unavailable

DEFAULT_URL = "http://127.0.0.1:8000"
CONNECT_SECONDS = 5.0
"""Seconds to wait for a connection; a server on this machine answers at once or is not there."""
ANSWER_SECONDS = 30.0
"""Seconds to wait for an answer; a stream's heartbeat comes more often than this."""
NOT_SIGNED_IN = "You are not signed in at this server. Sign in with 'chat-app login'."

Url = Annotated[str, typer.Option("--url", envvar="CHAT_APP_URL", help="Address of the server.")]


class ServerError(ChatAppError):
    """The server's own error, as it came."""


class Server:
    """One server's REST interface.

    Args:
        url: Its address.
        token: What to sign in with; "" takes the token that is kept for the address, None takes none.
    """

    def __init__(self, url: str, *, token: str | None = "") -> None:
        self.url = url.rstrip("/")
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        token = token_for(self.url) if token == "" else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(base_url=self.url, timeout=timeout, trust_env=False, headers=headers)

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Ask the server and return its answer's JSON, None when it has none.

        Raises:
            ServerError: The server refuses; its words.
            Unavailable: It can't be reached.
        """
        with self._reaching():
            answer = self._client.request(method, path, **options)
        if answer.is_error:
            raise _error_of(answer)
        return answer.json() if answer.content else None

    def pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages of a list."""
        cursor: str | None = None
        while True:
            page = self.call("GET", path, params={**params, **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    @contextmanager
    def events(self, path: str, *, after: int) -> Generator[Iterator[ServerSentEvent]]:
        """Follow a stream of events around a block.

        Args:
            path: The stream's address.
            after: The number of the last event that is known already.

        Raises:
            ServerError: The server refuses.
            Unavailable: It can't be reached, or goes away.
        """
        with self._reaching(), connect_sse(self._client, "GET", path, params={"after": after}) as source:
            if source.response.is_error:
                source.response.read()
                raise _error_of(source.response)
            # A heartbeat comes as an event without data.
            yield (event for event in source.iter_sse() if event.data)

    @contextmanager
    def _reaching(self) -> Generator[None]:
        try:
            yield
        except httpx.TransportError as error:
            raise Unavailable(
                f"No server answers at {self.url}. Start one with 'chat-app run', or name another with --url.",
                code="server_unreachable",
            ) from error


def _error_of(answer: httpx.Response) -> ServerError:
    try:
        error = answer.json()["error"]
        if error["code"] == "unauthenticated":
            return ServerError(
                "You are not signed in at this server. Sign in with 'chat-app login'.", code=error["code"]
            )
        return ServerError(str(error["message"]), code=str(error["code"]))
    except (ValueError, KeyError, TypeError):
        return ServerError(f"The server answered {answer.status_code}, and not as a Chat Sessions server does.")
