"""The REST API over ASGI: requests, responses and errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chat_app.api.app import build_api
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.messages import MESSAGE_TEXT_LIMIT
from chat_app.domain.sessions import TITLE_LIMIT
from chat_app.services.runtime import Runtime
from chat_app.services.sessions.queries import find_in_session
from tests.support.agents import ECHO, PLAYER, write_script
from tests.support.session_events import wait_for_turn_end

pytestmark = pytest.mark.anyio


@pytest.fixture
async def api(app: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the REST API of a running application."""
    transport = httpx.ASGITransport(app=build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def a_session(api: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await api.post("/v1/chat", json={"agent_key": ECHO, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def assert_error(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert isinstance(error["details"], dict)


async def test_a_session_is_created_listed_renamed_archived_and_deleted(api: httpx.AsyncClient) -> None:
    made = await a_session(api, title="First", origin="CRON")
    assert (made["title"], made["origin"], made["visibility"]) == ("First", "CRON", "workspace")
    listed = (await api.get("/v1/chat")).json()
    assert [row["id"] for row in listed["items"]] == [made["id"]]
    assert listed["next_cursor"] is None
    renamed = await api.patch(f"/v1/chat/{made['id']}", json={"title": "  Second \n title "})
    assert renamed.json()["title"] == "Second title"
    assert (await api.delete(f"/v1/chat/{made['id']}")).status_code == 204
    assert (await api.get("/v1/chat")).json()["items"] == []
    archived = (await api.get("/v1/chat", params={"archived": "true"})).json()["items"]
    assert [row["status"] for row in archived] == ["archived"]
    assert (await api.delete(f"/v1/chat/{made['id']}", params={"permanent": "true"})).status_code == 204
    assert_error(await api.get(f"/v1/chat/{made['id']}"), 404, "session_not_found")


async def test_permanent_deletion_leaves_only_the_last_event_and_audit_entries(
    api: httpx.AsyncClient, app: Runtime
) -> None:
    made = await a_session(api)
    await api.post(f"/v1/chat/{made['id']}/messages", json={"content": "hello"})
    await wait_for_turn_end(made["id"])
    await api.delete(f"/v1/chat/{made['id']}", params={"permanent": "true"})
    assert await rows_with(app, made["id"]) == {"chat_event": 1, "audit_entry": 2}
    assert await dbos_rows(app) == 0


async def rows_with(app: Runtime, session_id: str) -> dict[str, int]:
    """Count the rows of each table that hold the session's id: its last event and two audit entries are left."""
    from sqlalchemy import text

    from chat_app.db.tables import SQLModel

    counts: dict[str, int] = {}
    async with app.db.read() as tx:
        connection = await tx.session.connection()
        for table in SQLModel.metadata.sorted_tables:
            rows = (await connection.execute(text(f'SELECT * FROM "{table.name}"'))).all()
            found = sum(session_id in repr(row) for row in rows)
            if found:
                counts[table.name] = found
    return counts


async def dbos_rows(app: Runtime) -> int:
    """Count the workflows in the database of the workflow engine."""
    from dbos import DBOS

    return len(await DBOS.list_workflows_async())


async def test_an_unknown_origin_is_ignored(api: httpx.AsyncClient) -> None:
    assert (await a_session(api, origin="<script>"))["origin"] is None


async def test_an_id_chosen_by_the_client_creates_one_session(api: httpx.AsyncClient) -> None:
    first = await a_session(api, id="my-id")
    assert await a_session(api, id="my-id") == first
    assert_error(await api.post("/v1/chat", json={"agent_key": PLAYER, "id": "my-id"}), 409, "id_taken")
    assert_error(await api.post("/v1/chat", json={"agent_key": ECHO, "id": "../x"}), 422, "invalid_request")


async def test_an_unknown_agent_is_refused(api: httpx.AsyncClient) -> None:
    assert_error(await api.post("/v1/chat", json={"agent_key": "nobody"}), 422, "unknown_agent")


async def test_a_message_is_accepted_and_answered(api: httpx.AsyncClient) -> None:
    made = await a_session(api)
    sent = await api.post(f"/v1/chat/{made['id']}/messages", json={"content": "hello"})
    assert sent.status_code == 202
    assert sent.json()["message"]["content"] == "hello"
    assert sent.json()["turn"]["status"] in ("queued", "running")
    await wait_for_turn_end(made["id"])
    whole = (await api.get(f"/v1/chat/{made['id']}")).json()
    question, answer = whole["messages"]["items"]
    assert (question["role"], answer["role"], answer["turn_status"]) == ("user", "assistant", "completed")
    assert answer["task_id"] == sent.json()["turn"]["id"]
    assert answer["parts"][0]["text"] == "hello"


async def test_a_repeated_request_id_in_body_or_header_gets_the_same_response(api: httpx.AsyncClient) -> None:
    made = await a_session(api)
    address = f"/v1/chat/{made['id']}/messages"
    first = await api.post(address, json={"content": "hello", "request_id": "r-1"})
    again = await api.post(address, json={"content": "hello"}, headers={"Idempotency-Key": "r-1"})
    assert again.status_code == 202
    assert again.json()["message"] == first.json()["message"]
    assert_error(await api.post(address, json={"content": "other", "request_id": "r-1"}), 409, "request_id_reused")
    both = await api.post(address, json={"content": "x", "request_id": "r-2"}, headers={"Idempotency-Key": "r-3"})
    assert_error(both, 422, "invalid_id")


async def test_a_message_may_have_several_text_parts(api: httpx.AsyncClient) -> None:
    made = await a_session(api, title="Two parts")
    address = f"/v1/chat/{made['id']}/messages"
    parts = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
    sent = await api.post(address, json={"parts": parts, "request_id": "r-1"})
    assert sent.status_code == 202
    assert [part["text"] for part in sent.json()["message"]["parts"]] == ["one", "two"]
    await wait_for_turn_end(made["id"])
    answer = (await api.get(address)).json()["items"][1]
    assert answer["content"] == "one\n\ntwo"
    # The same text in other parts is another message.
    again = await api.post(address, json={"content": "one\n\ntwo", "request_id": "r-1"})
    assert_error(again, 409, "request_id_reused")
    again = await api.post(address, json={"parts": parts, "request_id": "r-1"})
    assert again.json()["message"] == sent.json()["message"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "give either content or parts"),
        ({"content": "x", "parts": [{"type": "text", "text": "x"}]}, "give either content or parts"),
        ({"parts": []}, "at least 1 item"),
        ({"parts": [{"type": "text", "text": ""}]}, "at least 1 character"),
        ({"parts": [{"text": "x"}]}, "Field required"),
        ({"parts": [{"type": "text", "text": "x"}, {"type": "file", "attachment_id": "att_1"}]}, "should be 'text'"),
        ({"parts": [{"type": "text", "text": "x", "id": "0.0"}]}, "Extra inputs"),
    ],
)
async def test_a_message_is_refused_with_the_reason(api: httpx.AsyncClient, body: dict[str, Any], reason: str) -> None:
    made = await a_session(api)
    refused = await api.post(f"/v1/chat/{made['id']}/messages", json=body)
    assert_error(refused, 422, "invalid_request")
    assert reason in str(refused.json()["error"]["details"])


async def test_messages_are_paged_from_the_end(api: httpx.AsyncClient) -> None:
    made = await a_session(api)
    for number in range(3):
        sent = await api.post(f"/v1/chat/{made['id']}/messages", json={"content": str(number)})
        await wait_for_turn_end(made["id"], turn_id=sent.json()["turn"]["id"])
    address = f"/v1/chat/{made['id']}/messages"
    newest = (await api.get(address, params={"limit": 4})).json()
    assert [message["content"] for message in newest["items"]] == ["1", "1", "2", "2"]
    older = (await api.get(address, params={"before": newest["next_cursor"]})).json()
    assert [message["content"] for message in older["items"]] == ["0", "0"]
    assert older["next_cursor"] is None


async def test_sessions_are_paged_without_a_gap_or_a_repeat(api: httpx.AsyncClient) -> None:
    made = [(await a_session(api))["id"] for _ in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        page = (await api.get("/v1/chat", params={"limit": 3, **({"cursor": cursor} if cursor else {})})).json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_the_session_list_can_be_filtered(api: httpx.AsyncClient) -> None:
    echo = await a_session(api, origin="CLI")
    player = await a_session(api, agent_key=PLAYER)

    async def ids(**params: str) -> list[str]:
        return [row["id"] for row in (await api.get("/v1/chat", params=params)).json()["items"]]

    assert await ids(agent_key=PLAYER) == [player["id"]]
    assert await ids(origin="CLI") == [echo["id"]]
    await api.post(f"/v1/chat/{echo['id']}/messages", json={"content": "hello"})
    await wait_for_turn_end(echo["id"])
    assert await ids(unread="true") == [echo["id"]]


async def test_marking_as_read_clears_the_unread_count_and_a_new_answer_raises_it(api: httpx.AsyncClient) -> None:
    made = await a_session(api)

    async def unread() -> int:
        return (await api.get("/v1/chat")).json()["items"][0]["unread"]

    assert await unread() == 0
    await api.post(f"/v1/chat/{made['id']}/messages", json={"content": "hello"})
    await wait_for_turn_end(made["id"])
    assert await unread() == 1
    assert (await api.put(f"/v1/chat/{made['id']}/read")).status_code == 200
    assert await unread() == 0


async def test_a_running_turn_shows_in_the_list_and_can_be_stopped(api: httpx.AsyncClient, tmp_path: Path) -> None:
    write_script(tmp_path, [{"chunks": [{"wait": "never"}]}])
    made = await a_session(api, agent_key=PLAYER)
    await api.post(f"/v1/chat/{made['id']}/messages", json={"content": "go"})
    assert (await api.get("/v1/chat")).json()["items"][0]["live"] == "thinking"
    stopped = await api.post(f"/v1/chat/{made['id']}/stop")
    assert stopped.json()["turn"]["status"] == "cancelled"
    assert (await api.post(f"/v1/chat/{made['id']}/stop")).json() == {"turn": None}
    assert (await api.get("/v1/chat")).json()["items"][0]["live"] == "idle"


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/v1/chat/ses_none"),
        ("PATCH", "/v1/chat/ses_none"),
        ("DELETE", "/v1/chat/ses_none"),
        ("GET", "/v1/chat/ses_none/messages"),
        ("POST", "/v1/chat/ses_none/messages"),
        ("POST", "/v1/chat/ses_none/stop"),
        ("PUT", "/v1/chat/ses_none/read"),
        ("GET", "/v1/chat/ses_none/events"),
    ],
)
async def test_an_unknown_session_is_not_found(api: httpx.AsyncClient, method: str, address: str) -> None:
    bodies = {"PATCH": {"title": "x"}, "POST": {"content": "x"}}
    answer = await api.request(method, address, json=bodies.get(method))
    assert_error(answer, 404, "session_not_found")


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("PUT", "/v1/chat", 405),
        ("POST", "/v1/agents", 405),
        ("BREW", "/v1/agents", 405),
        ("GET", "/v1/", 404),
        ("GET", "/v1", 404),
    ],
)
async def test_unknown_addresses_and_methods_use_the_common_error_format(
    api: httpx.AsyncClient, method: str, address: str, status: int
) -> None:
    answer = await api.request(method, address)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"agent_key": 1},
        {"agent_key": ECHO, "title": "x" * (TITLE_LIMIT + 1)},
        {"agent_key": ECHO, "surprise": 1},
        [],
        "text",
    ],
)
async def test_an_invalid_body_stores_nothing(api: httpx.AsyncClient, body: Any) -> None:
    assert_error(await api.post("/v1/chat", json=body), 422, "invalid_request")
    assert (await api.get("/v1/chat")).json()["items"] == []


async def test_a_body_that_is_not_json_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.post("/v1/chat", content=b"\xff{", headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"error"}


async def test_a_message_over_the_limit_stores_nothing(api: httpx.AsyncClient) -> None:
    made = await a_session(api)
    too_long = {"content": "x" * (MESSAGE_TEXT_LIMIT + 1)}
    assert_error(await api.post(f"/v1/chat/{made['id']}/messages", json=too_long), 422, "invalid_request")
    assert (await api.get(f"/v1/chat/{made['id']}/messages")).json()["items"] == []


@pytest.mark.parametrize("cursor", ["x", "bm8=", "WyIyMDI2Il0=", "AAAA" * 100])
async def test_an_invalid_cursor_is_refused(api: httpx.AsyncClient, cursor: str) -> None:
    assert_error(await api.get("/v1/chat", params={"cursor": cursor}), 422, "invalid_cursor")


@pytest.mark.parametrize("limit", ["0", "-1", "100000"])
async def test_a_limit_out_of_range_is_refused(api: httpx.AsyncClient, limit: str) -> None:
    assert_error(await api.get("/v1/chat", params={"limit": limit}), 422, "invalid_limit")


async def test_agents_are_listed_without_their_private_settings(api: httpx.AsyncClient) -> None:
    agents = (await api.get("/v1/agents")).json()["items"]
    assert [agent["key"] for agent in agents] == [ECHO, PLAYER]
    assert "instructions" not in agents[1]
    assert "api_key_env" not in agents[1]


async def test_the_api_documentation_loads_nothing_from_other_servers(api: httpx.AsyncClient) -> None:
    assert set((await api.get("/openapi.json")).json()["paths"]) >= {"/v1/chat", "/v1/chat/{chat_id}/messages"}
    page = await api.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    assert "'unsafe-inline'" not in page.headers["content-security-policy"].partition("style-src")[0]
    assert (await api.get("/docs-assets/swagger-ui-bundle.js")).status_code == 200


async def test_health_probes_respond(api: httpx.AsyncClient) -> None:
    assert (await api.get("/healthz")).json() == {"status": "ok"}
    assert (await api.get("/readyz")).json() == {"status": "ok"}


async def test_a_greeting_is_the_first_message_and_not_unread(api: httpx.AsyncClient) -> None:
    made = await a_session(api, agent_key=PLAYER)
    page = (await api.get(f"/v1/chat/{made['id']}/messages")).json()["items"]
    assert [message["content"] for message in page] == ["Hello. What shall we do?"]
    assert (await api.get("/v1/chat")).json()["items"][0]["unread"] == 0


async def test_a_message_to_an_archived_session_unarchives_it(api: httpx.AsyncClient) -> None:
    made = await a_session(api)
    await api.delete(f"/v1/chat/{made['id']}")
    await api.post(f"/v1/chat/{made['id']}/messages", json={"content": "hello"})
    await wait_for_turn_end(made["id"])
    assert [row["id"] for row in (await api.get("/v1/chat")).json()["items"]] == [made["id"]]


async def test_a_search_finds_words_in_a_conversation(api: httpx.AsyncClient) -> None:
    made = await a_session(api)
    await api.post(f"/v1/chat/{made['id']}/messages", json={"content": "The Needle 100% here"})
    await wait_for_turn_end(made["id"])
    assert len(await find_in_session(ME, made["id"], text="needle 100%")) == 2
    assert await find_in_session(ME, made["id"], text="100_") == []
