"""Server-sent events over a real connection: their frames, and how a client resumes after a disconnection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from socket import socket

import httpx
import pytest
import uvicorn

from chat_app.api.app import build_api
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role
from chat_app.domain.events import LAST_OF_A_TURN, ChatEvent, PartDelta, PartStarted, StreamReset
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import Origin
from chat_app.domain.turns import OpenPart
from chat_app.services.runtime import Runtime
from chat_app.services.sessions.commands import create_session, delete_session, rename_session
from chat_app.services.sessions.queries import open_session
from chat_app.services.startup import running
from chat_app.services.turns.commands import send_message
from chat_app.settings.application import Settings
from tests.support.agents import ECHO, PLAYER, write_script
from tests.support.session_events import PATIENCE, turn_of, wait_for_turn_end

pytestmark = pytest.mark.anyio

Frame = dict[str, str]
"""The fields of one frame as they came over the wire; a comment has the name of nothing."""

SOMEBODY = Actor(user_id="usr_2", workspace_id=ME.workspace_id, role=Role.MEMBER, name="Somebody")
HEARTBEAT_SECONDS = 0.05
EVENTS_KEPT = 12


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Runtime]:
    """The application's parts, with frequent heartbeats and few stored events."""
    quick = settings.model_copy(update={"heartbeat_seconds": HEARTBEAT_SECONDS, "max_session_events": EVENTS_KEPT})
    async with running(quick) as runtime:
        yield runtime


class _Server(uvicorn.Server):
    """Signals when it accepts requests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup()
        self.answers.set()

    @property
    def url(self) -> str:
        port = self.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"


@pytest.fixture
async def client(app: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is connected to the running application by a socket."""
    config = uvicorn.Config(build_api(), port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(PATIENCE):
        await server.answers.wait()
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE) as client:
        yield client
    server.should_exit = True
    await serving


async def read(client: httpx.AsyncClient, path: str, **headers: str) -> AsyncGenerator[Frame]:
    """Yield the frames of a stream, heartbeats too, until it ends."""
    async with asyncio.timeout(PATIENCE), client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        frame: Frame = {}
        async for line in answer.aiter_lines():
            if line:
                name, _, value = line.partition(": ")
                frame[name] = value
            else:
                yield frame
                frame = {}


async def frames(client: httpx.AsyncClient, path: str, done: Callable[[Frame], bool], **headers: str) -> list[Frame]:
    """Return the frames of a stream up to the first for which `done` is true, without heartbeats."""
    seen: list[Frame] = []
    async with aclosing(read(client, path, **headers)) as stream:
        async for frame in stream:
            if "data" in frame:
                seen.append(frame)
                if done(frame):
                    return seen
    raise AssertionError("the stream ended before what was waited for")


def event_of(frame: Frame) -> ChatEvent:
    return ChatEvent.model_validate_json(frame["data"])


def ends_turn(frame: Frame) -> bool:
    return frame["event"] in LAST_OF_A_TURN


def ids_of(found: list[Frame]) -> list[str]:
    return [frame["id"] for frame in found if "id" in frame]


async def ended_session() -> str:
    session = await create_session(ME, agent_key=ECHO, title="Streams")
    await send_message(ME, session.id, parts=text_parts("one two three"))
    await wait_for_turn_end(session.id)
    return session.id


async def open_parts(session_id: str) -> list[OpenPart]:
    opened = await open_session(ME, session_id)
    return [part for parts in opened.transcript.open_parts.values() for part in parts.values()]


async def test_frames_are_named_after_their_event_and_only_durable_ones_have_an_id(client: httpx.AsyncClient) -> None:
    session = await create_session(ME, agent_key=ECHO)
    following = asyncio.create_task(frames(client, f"/v1/chat/{session.id}/events?after=0", ends_turn))
    await send_message(ME, session.id, parts=text_parts("one two three"))
    seen = await following
    events = [event_of(frame) for frame in seen]
    assert [frame["event"] for frame in seen] == [event.type for event in events]
    assert [frame.get("id") for frame in seen] == [str(event.seq) if event.durable else None for event in events]
    assert ids_of(seen) == [str(number + 1) for number in range(len(ids_of(seen)))]
    assert not all(event.durable for event in events)


async def test_the_agent_is_typing_from_the_start_of_its_turn_until_just_before_its_end(
    client: httpx.AsyncClient,
) -> None:
    session = await create_session(ME, agent_key=ECHO)
    kinds: list[str] = []
    async with aclosing(read(client, f"/v1/chat/{session.id}/events")) as stream:
        # The first frame comes when the client is connected.
        await anext(stream)
        await send_message(ME, session.id, parts=text_parts("one two three"))
        async for frame in stream:
            kinds += [frame["event"]] if "event" in frame else []
            if "event" in frame and ends_turn(frame):
                break
    started = kinds.index("turn.started")
    assert kinds[started + 1] == "typing.started"
    assert kinds[-2:] == ["typing.stopped", "turn.completed"]
    assert kinds.count("typing.started") == kinds.count("typing.stopped") == 1


async def test_a_client_resumes_after_its_last_event_without_gap_or_repeat(client: httpx.AsyncClient) -> None:
    session_id = await ended_session()
    path = f"/v1/chat/{session_id}/events"
    ids = ids_of(await frames(client, path, ends_turn, **{"Last-Event-ID": "0"}))
    for last in ids[:-1]:
        rest = await frames(client, path, ends_turn, **{"Last-Event-ID": last})
        assert ids_of(rest) == ids[ids.index(last) + 1 :]


async def test_the_last_event_id_header_overrides_the_cursor_in_the_address(client: httpx.AsyncClient) -> None:
    session_id = await ended_session()
    path = f"/v1/chat/{session_id}/events?after=3"
    assert ids_of(await frames(client, path, ends_turn))[0] == "4"
    assert ids_of(await frames(client, path, ends_turn, **{"Last-Event-ID": "1"}))[0] == "2"


async def test_a_client_that_connects_during_an_answer_gets_the_text_so_far_and_the_rest(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    write_script(tmp_path, [{"chunks": [{"text": "The first half"}, {"wait": "go-on"}, {"text": " and the rest."}]}])
    session = await create_session(ME, agent_key=PLAYER)
    await send_message(ME, session.id, parts=text_parts("go"))
    async with asyncio.timeout(PATIENCE):
        while [part.text for part in await open_parts(session.id)] != ["The first half"]:  # noqa: ASYNC110
            await asyncio.sleep(0)
    opened = (await client.get(f"/v1/chat/{session.id}")).json()
    assert [part["text"] for part in opened["open_parts"]] == ["The first half"]
    text = ""

    def write(frame: Frame) -> bool:
        nonlocal text
        match event_of(frame).data:
            case PartStarted(part=part):
                text = part.text
                (tmp_path / "go-on").touch()
            case PartDelta(offset=offset, text=more):
                assert offset == len(text)
                text += more
            case _:
                pass
        return ends_turn(frame)

    await frames(client, f"/v1/chat/{session.id}/events?after={opened['cursor']}", write)
    assert text == "The first half and the rest."
    page = (await client.get(f"/v1/chat/{session.id}/messages")).json()["items"]
    assert page[-1]["content"] == text


@pytest.mark.parametrize("path", ["/v1/chat/ses_1/events", "/v1/events"])
async def test_an_idle_stream_sends_heartbeats(client: httpx.AsyncClient, path: str) -> None:
    await create_session(ME, agent_key=ECHO, session_id="ses_1")
    async with aclosing(read(client, path)) as stream:
        assert [await anext(stream) for _ in range(3)] == [{"": "heartbeat"}] * 3


async def test_stream_headers_forbid_buffering_and_caching(client: httpx.AsyncClient) -> None:
    session_id = await ended_session()
    async with client.stream("GET", f"/v1/chat/{session_id}/events") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"


@pytest.mark.parametrize("cursor", ["0", "9999"], ids=["too old", "of another life"])
async def test_an_expired_or_unknown_cursor_gets_a_reset(client: httpx.AsyncClient, cursor: str) -> None:
    session_id = await ended_session()
    sent = await send_message(ME, session_id, parts=text_parts("again"))
    await wait_for_turn_end(session_id, turn_id=turn_of(sent).id)
    path = f"/v1/chat/{session_id}/events"
    first, *_ = await frames(client, path, lambda _: True, **{"Last-Event-ID": cursor})
    reset = event_of(first).data
    assert isinstance(reset, StreamReset)
    assert "id" not in first
    assert reset.cursor == (await client.get(f"/v1/chat/{session_id}")).json()["cursor"]


async def test_events_of_all_sessions_have_one_order(client: httpx.AsyncClient) -> None:
    first, second = await ended_session(), await ended_session()

    def ends_second(frame: Frame) -> bool:
        return ends_turn(frame) and event_of(frame).session_id == second

    seen = await frames(client, "/v1/events?after=0", ends_second)
    positions = [event_of(frame).position for frame in seen]
    assert positions == sorted(set(positions))
    assert ids_of(seen) == [str(position) for position in positions]
    assert {event_of(frame).session_id for frame in seen} == {first, second}
    rest = await frames(client, "/v1/events", ends_second, **{"Last-Event-ID": seen[-3]["id"]})
    assert rest == seen[-2:]


async def test_events_of_hidden_sessions_are_not_sent(client: httpx.AsyncClient) -> None:
    hidden = await create_session(SOMEBODY, agent_key=ECHO)
    shared = await create_session(SOMEBODY, agent_key=ECHO, origin=Origin.CRON)
    async with aclosing(read(client, "/v1/events?after=0")) as stream:
        await anext(stream)
        for session in (hidden, shared):
            await rename_session(SOMEBODY, session.id, title="Mine")
            await delete_session(SOMEBODY, session.id)
        await create_session(ME, agent_key=ECHO, session_id="ses_last")
        told: list[str] = []
        async for frame in stream:
            told += [event_of(frame).session_id] if "data" in frame else []
            if "ses_last" in told:
                break
    assert set(told) == {shared.id, "ses_last"}


async def test_a_deleted_session_ends_its_stream(client: httpx.AsyncClient) -> None:
    session_id = await ended_session()
    async with aclosing(read(client, f"/v1/chat/{session_id}/events")) as stream:
        await anext(stream)
        await client.delete(f"/v1/chat/{session_id}", params={"permanent": "true"})
        rest = [frame async for frame in stream if "data" in frame]
    assert [frame["event"] for frame in rest] == ["session.deleted"]


async def test_the_stream_of_an_unknown_session_is_a_json_error(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/chat/ses_none/events")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["error"]["code"] == "session_not_found"


@pytest.mark.parametrize("cursor", ["abc", "-1", "1.5", "9007199254740992", "1e3"])
@pytest.mark.parametrize("path", ["/v1/events", "/v1/chat/ses_1/events"])
async def test_an_invalid_last_event_id_is_refused(client: httpx.AsyncClient, path: str, cursor: str) -> None:
    await create_session(ME, agent_key=ECHO, session_id="ses_1")
    answer = await client.get(path, headers={"Last-Event-ID": cursor})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_request"


async def test_a_disconnected_client_is_unsubscribed(client: httpx.AsyncClient, app: Runtime) -> None:
    session_id = await ended_session()
    readers = app.hub._by_session  # pyright: ignore[reportPrivateUsage]
    async with aclosing(read(client, f"/v1/chat/{session_id}/events")) as stream:
        await anext(stream)
        assert session_id in readers
    async with asyncio.timeout(PATIENCE):
        while session_id in readers:  # noqa: ASYNC110
            await asyncio.sleep(0)
