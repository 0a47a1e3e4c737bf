"""Group sessions over REST, with one client for each person."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from chat_app.api.actor import current_actor
from chat_app.api.app import build_api
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.sessions import Origin
from chat_app.services.audit import list_entries
from chat_app.services.runtime import Runtime
from chat_app.services.sessions.commands import create_session
from tests.support.agents import ECHO
from tests.support.members import insert_member

pytestmark = pytest.mark.anyio

Client = Callable[[Actor], httpx.AsyncClient]


@pytest.fixture
async def client(app: Runtime) -> AsyncIterator[Client]:
    """Makes the client of a person."""
    made: list[httpx.AsyncClient] = []

    def of(actor: Actor) -> httpx.AsyncClient:
        api = build_api()
        api.dependency_overrides[current_actor] = lambda: actor
        transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
        made.append(httpx.AsyncClient(transport=transport, base_url="http://testserver/v1/chat"))
        return made[-1]

    yield of
    for each in made:
        await each.aclose()


async def a_chat(api: httpx.AsyncClient) -> str:
    return (await api.post("http://testserver/v1/chat", json={"agent_key": ECHO})).json()["id"]


async def people_of(api: httpx.AsyncClient, session_id: str) -> list[tuple[str, str]]:
    people: list[dict[str, Any]] = (await api.get(f"/{session_id}/participants")).json()["participants"]
    return [(person["user_id"], person["role"]) for person in people]


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_people_are_added_listed_and_removed(app: Runtime, client: Client) -> None:
    ada = await insert_member(app, "Ada")
    api = client(ME)
    session_id = await a_chat(api)
    assert await people_of(api, session_id) == []
    for _ in range(2):
        added = await api.post(f"/{session_id}/participants", json={"user_id": ada.user_id})
        assert (added.status_code, added.content) == (204, b"")
    [_, person] = (await api.get(f"/{session_id}/participants")).json()["participants"]
    assert person.pop("joined_at")
    assert person == {"user_id": ada.user_id, "email": ada.email, "full_name": "Ada", "role": "member"}
    assert (await api.get(f"/{session_id}")).json()["visibility"] == "group"
    assert await people_of(client(ada), session_id) == [(ME.user_id, "owner"), (ada.user_id, "member")]
    assert refused(await api.delete(f"/{session_id}/participants/{ME.user_id}")) == (400, "is_the_owner")
    assert (await api.delete(f"/{session_id}/participants/{ada.user_id}")).status_code == 204
    assert refused(await client(ada).get(f"/{session_id}")) == (404, "session_not_found")
    assert await people_of(api, session_id) == [(ME.user_id, "owner")]


async def test_adding_a_person_of_no_or_another_workspace_is_a_bad_request(client: Client) -> None:
    api = client(ME)
    session_id = await a_chat(api)
    answer = await api.post(f"/{session_id}/participants", json={"user_id": "usr_nobody"})
    assert refused(answer) == (400, "not_a_member")
    assert "user is not a member of this workspace" in answer.json()["error"]["message"]
    for body in ({"user_id": ME.user_id, "role": "admin"}, {}, {"user_id": "../x"}):
        assert refused(await api.post(f"/{session_id}/participants", json=body)) == (422, "invalid_request")


async def test_admins_manage_participants_of_groups_that_they_cannot_read(app: Runtime, client: Client) -> None:
    ada, admin = await insert_member(app, "Ada"), await insert_member(app, "Admin", role=Role.ADMIN)
    elsewhere = await insert_member(app, "Eve", role=Role.OWNER, workspace_id="wsp_2")
    session_id = await a_chat(client(ada))
    assert refused(await client(admin).get(f"/{session_id}/participants")) == (404, "session_not_found")
    await client(ada).post(f"/{session_id}/participants", json={"user_id": ME.user_id})
    api = client(admin)
    assert await people_of(api, session_id) == [(ada.user_id, "owner"), (ME.user_id, "member")]
    assert (await api.delete(f"/{session_id}/participants/{ME.user_id}")).status_code == 204
    for hidden in (api.get(f"/{session_id}"), api.get(f"/{session_id}/messages"), api.get(f"/{session_id}/events")):
        assert refused(await hidden) == (404, "session_not_found")
    stranger = client(elsewhere)
    for hidden in (
        stranger.get(f"/{session_id}/participants"),
        stranger.post(f"/{session_id}/participants", json={"user_id": elsewhere.user_id}),
        stranger.delete(f"/{session_id}/participants/{ada.user_id}"),
    ):
        assert refused(await hidden) == (404, "session_not_found")


async def test_a_member_with_read_access_cannot_manage_a_session(app: Runtime, client: Client) -> None:
    ada = await insert_member(app, "Ada")
    session = await create_session(ME, agent_key=ECHO, origin=Origin.CRON)
    api = client(ada)
    assert (await api.get(f"/{session.id}/participants")).status_code == 200
    for denied in (
        api.post(f"/{session.id}/participants", json={"user_id": ada.user_id}),
        api.delete(f"/{session.id}/participants/{ME.user_id}"),
        api.patch(f"/{session.id}", json={"title": "Mine", "visibility": "private"}),
        api.delete(f"/{session.id}", params={"permanent": "true"}),
    ):
        assert refused(await denied) == (403, "forbidden")
    assert (await api.get(f"/{session.id}")).json()["title"] == ""


async def test_a_patch_changes_the_visibility_of_a_session(client: Client) -> None:
    api = client(ME)
    session_id = await a_chat(api)
    for visibility in ("workspace", "private"):
        answer = await api.patch(f"/{session_id}", json={"visibility": visibility})
        assert answer.json()["visibility"] == visibility
    assert refused(await api.patch(f"/{session_id}", json={"visibility": "group"})) == (422, "invalid_request")


async def test_a_message_without_a_mention_has_no_turn_and_messages_have_authors(app: Runtime, client: Client) -> None:
    ada = await insert_member(app, "Ada")
    api = client(ME)
    session_id = await a_chat(api)
    await api.post(f"/{session_id}/participants", json={"user_id": ada.user_id})
    body = {"content": "Between us", "request_id": "once"}
    first, again = [(await client(ada).post(f"/{session_id}/messages", json=body)).json() for _ in range(2)]
    assert first == again
    assert first["turn"] is None
    assert first["message"]["author"] == {"id": ada.user_id, "name": "Ada"}
    asked = await api.post(f"/{session_id}/messages", json={"content": f"@{ECHO} And you?"})
    assert asked.json()["turn"]["agent_key"] == ECHO
    page = (await api.get(f"/{session_id}/messages")).json()["items"]
    assert [message["author"] and message["author"]["name"] for message in page] == ["Ada", "Owner", None]


async def test_only_people_who_may_write_can_report_typing(app: Runtime, client: Client) -> None:
    viewer = await insert_member(app, "Vic", role=Role.VIEWER)
    session = await create_session(ME, agent_key=ECHO, origin=Origin.CRON)
    assert (await client(ME).post(f"/{session.id}/typing")).status_code == 204
    assert refused(await client(viewer).post(f"/{session.id}/typing")) == (403, "forbidden")


async def test_everyone_in_a_group_sees_who_added_and_removed_whom(app: Runtime, client: Client) -> None:
    ada = await insert_member(app, "Ada")
    admin = await insert_member(app, "Mo", role=Role.ADMIN)
    session_id = await a_chat(client(ME))
    assert (await client(ME).post(f"/{session_id}/participants", json={"user_id": ada.user_id})).status_code == 204
    assert refused(await client(admin).get(f"/{session_id}")) == (404, "session_not_found")
    joined = await client(admin).post(f"/{session_id}/participants", json={"user_id": admin.user_id})
    assert joined.status_code == 204
    assert (await client(admin).get(f"/{session_id}")).status_code == 200
    assert (await client(admin).delete(f"/{session_id}/participants/{ada.user_id}")).status_code == 204
    assert (await client(admin).delete(f"/{session_id}/participants/{admin.user_id}")).status_code == 204
    changes: list[dict[str, Any]] = (await client(ME).get(f"/{session_id}/participants")).json()["changes"]
    assert [(change["kind"], change["full_name"], change["by_full_name"]) for change in changes] == [
        ("added", "Ada", ME.name),
        ("added", "Mo", "Mo"),
        ("removed", "Ada", "Mo"),
        ("removed", "Mo", "Mo"),
    ]
    entries = (await list_entries(ME, types=[AuditType.PARTICIPANT_ADDED])).items
    assert [(entry.actor_name, entry.data["themselves"]) for entry in entries] == [("Mo", True), (ME.name, False)]
