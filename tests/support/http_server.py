"""A web server for tests with prepared replies, which records the requests byte for byte."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import h11


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as received."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A reply; an iterator as the body is sent in chunks and may never end."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | AsyncIterator[bytes] = b""
    cut: bool = False
    """Whether the connection breaks before the end of the body."""
    raw: AsyncIterator[bytes] | None = None
    """What is sent instead of the reply, whether it is HTTP or not; then the connection is closed."""


@dataclass
class HttpServer:
    """A server on a free port of a loopback address.

    Args:
        replies: Answers by path; the last of several is given again and again.
    """

    replies: dict[str, Reply | Sequence[Reply]] = field(default_factory=dict[str, Reply | Sequence[Reply]])
    asked: list[ReceivedRequest] = field(default_factory=list[ReceivedRequest])
    port: int = 0
    connections: int = 0
    aborted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client disconnects before the end of a reply."""
    scheme: str = "http"
    sent: int = 0
    """Bytes of replies that were sent."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def url(self, path: str = "/", *, host: str = "127.0.0.1") -> str:
        """Return the address of a path, with any host name of this machine."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def _reply(self, target: str) -> Reply:
        replies = self.replies.get(target, Reply(status=404))
        if isinstance(replies, Reply):
            return replies
        number = sum(asked.target == target for asked in self.asked) - 1
        return replies[min(number, len(replies) - 1)]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = h11.Connection(h11.SERVER)
        try:
            while (asked := await _read(connection, reader)) is not None:
                self.asked.append(asked)
                if not await self._answer(connection, writer, self._reply(asked.target)):
                    return
                connection.start_next_cycle()
        except (ConnectionError, h11.ProtocolError):
            self.aborted.set()
        finally:
            writer.close()

    async def _answer(self, connection: h11.Connection, writer: asyncio.StreamWriter, reply: Reply) -> bool:
        """Send a reply and return whether the connection can be reused."""

        async def send(data: bytes | None) -> None:
            if data:
                self.sent += len(data)
                writer.write(data)
                await writer.drain()

        if reply.raw is not None:
            async for piece in reply.raw:
                await send(piece)
            return False
        headers = dict(reply.headers)
        if isinstance(reply.body, bytes) and not reply.cut:
            headers.setdefault("content-length", str(len(reply.body)))
        else:
            headers.setdefault("transfer-encoding", "chunked")
        await send(connection.send(h11.Response(status_code=reply.status, headers=list(headers.items()))))
        if isinstance(reply.body, bytes):
            await send(connection.send(h11.Data(data=reply.body)))
        else:
            async for piece in reply.body:
                await send(connection.send(h11.Data(data=piece)))
        if reply.cut:
            return False
        await send(connection.send(h11.EndOfMessage()))
        return connection.our_state is h11.DONE

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        # asyncio logs a handler that ends by being cancelled as an error.
        with suppress(asyncio.CancelledError):
            await self._serve(reader, writer)
        self._tasks.discard(task)

    async def stop(self) -> None:
        """End the replies that are still being sent."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks)


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> ReceivedRequest | None:
    request: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            headers = {name.decode(): value.decode() for name, value in request.headers}
            return ReceivedRequest(request.method.decode(), request.target.decode(), headers, body)
        else:
            return None


@asynccontextmanager
async def http_server(
    replies: dict[str, Reply | Sequence[Reply]] | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    ssl_context: ssl.SSLContext | None = None,
) -> AsyncGenerator[HttpServer]:
    """Run a server while the context is open.

    Args:
        replies: Answers by path.
        host: A loopback address.
        port: A free one when 0.
        ssl_context: Makes it an https server.
    """
    web = HttpServer(replies or {}, scheme="https" if ssl_context else "http")
    server = await asyncio.start_server(web.serve, host, port, ssl=ssl_context)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        server.close()
        await web.stop()
