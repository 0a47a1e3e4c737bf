"""Small HTTP client on the standard library. A full client library takes longer to load than a command takes to run."""

from __future__ import annotations

import http.client
import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

CONNECT_SECONDS = 5.0
"""Seconds to wait for a connection."""
ANSWER_SECONDS = 30.0
"""Seconds to wait for more of an answer. The heartbeat of an event stream is more frequent."""
_OK = range(200, 300)


class TransportError(Exception):
    """The server can't be reached, or the connection is lost."""


@dataclass(frozen=True)
class Answer:
    """An HTTP response with its whole body."""

    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the server did what was asked."""
        return self.status in _OK


@dataclass(frozen=True)
class Event:
    """A server-sent event."""

    event: str
    data: str


class HttpClient:
    """Sends requests to one server, each through a connection of its own; keeps cookies and ignores proxies.

    Args:
        base_url: Address that the paths are appended to.
        headers: Headers of every request.
    """

    def __init__(self, base_url: str, *, headers: Mapping[str, str]) -> None:
        self._base_url = base_url
        self._headers = {"Accept": "*/*", **headers}
        self._cookies = SimpleCookie()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and return the response.

        Raises:
            TransportError: The server can't be reached.
        """
        with self._send(method, path, params=params, body=json, headers=headers or {}) as response:
            return _read(response)

    @contextmanager
    def events(self, path: str, *, params: Mapping[str, Any]) -> Generator[tuple[Answer | None, Iterator[Event]]]:
        """Open a stream of server-sent events for the duration of a block.

        Yields:
            The response if it is no success, and the events.

        Raises:
            TransportError: The server can't be reached, or the connection is lost.
        """
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        with self._send("GET", path, params=params, body=None, headers=headers) as response:
            failed = None if response.status in _OK else _read(response)
            yield failed, _parse_events(response)

    @contextmanager
    def _send(
        self, method: str, path: str, *, params: Mapping[str, Any] | None, body: Any, headers: Mapping[str, str]
    ) -> Generator[http.client.HTTPResponse]:
        connection: http.client.HTTPConnection | None = None
        try:
            with _translated_errors():
                connection, prefix = self._connect()
                target = quote(prefix + path) + _format_query(params)
                content = None if body is None else json.dumps(body).encode()
                connection.request(method, target, content, self._headers_for(content, headers))
                response = connection.getresponse()
            for cookie in response.headers.get_all("Set-Cookie", []):
                self._cookies.load(cookie)
            yield response
        finally:
            if connection is not None:
                connection.close()

    def _connect(self) -> tuple[http.client.HTTPConnection, str]:
        address = urlsplit(self._base_url)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        if address.scheme not in kinds or not address.hostname:
            raise ValueError("not an http address")
        connection = kinds[address.scheme](address.hostname, address.port, timeout=CONNECT_SECONDS)
        connection.connect()
        connection.sock.settimeout(ANSWER_SECONDS)
        return connection, address.path

    def _headers_for(self, content: bytes | None, headers: Mapping[str, str]) -> dict[str, str]:
        cookies = "; ".join(f"{name}={morsel.coded_value}" for name, morsel in self._cookies.items())
        return {
            **self._headers,
            **({"Content-Type": "application/json"} if content is not None else {}),
            **({"Cookie": cookies} if cookies else {}),
            **headers,
        }


@contextmanager
def _translated_errors() -> Generator[None]:
    try:
        yield
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise TransportError from error


def _read(response: http.client.HTTPResponse) -> Answer:
    with _translated_errors():
        return Answer(response.status, response.read())


def _read_lines(response: http.client.HTTPResponse) -> Iterator[str]:
    while True:
        with _translated_errors():
            line = response.readline()
        if not line:
            return
        yield line.decode().rstrip("\r\n")


def _format_query(params: Mapping[str, Any] | None) -> str:
    if not params:
        return ""
    values = {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}
    return f"?{urlencode(values, doseq=True)}"


def _parse_events(response: http.client.HTTPResponse) -> Iterator[Event]:
    event, data = "", list[str]()
    for line in _read_lines(response):
        name, _, value = line.partition(":")
        match name:
            case "":
                # An empty line ends the event; a line that starts with a colon is a comment.
                if not line and (event or data):
                    yield Event(event or "message", "\n".join(data))
                    event, data = "", []
            case "event":
                event = value.removeprefix(" ")
            case "data":
                data.append(value.removeprefix(" "))
            case _:
                pass
