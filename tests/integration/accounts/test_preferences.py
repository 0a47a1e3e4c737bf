"""Preferences: storing and updating them, and their effect on the answers of agents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chat_app.api.app import build_api
from chat_app.db import accounts
from chat_app.db import turns as stored_turns
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.agents import Agent
from chat_app.domain.errors import Forbidden, Invalid
from chat_app.domain.parts import text_parts
from chat_app.domain.preferences import Density, Preferences, SendKey
from chat_app.domain.sessions import Visibility
from chat_app.domain.turns import Turn
from chat_app.services.accounts import preferences, workspaces
from chat_app.services.runtime import Runtime, current
from chat_app.services.sessions.commands import create_session, share_session
from chat_app.services.startup import running
from chat_app.services.turns.commands import retry_turn, send_message, stop_turn
from chat_app.services.turns.model_choice import askable_models, resolve_model
from chat_app.settings.application import Settings
from tests.support.agents import ECHO, PLAYER
from tests.support.members import insert_member
from tests.support.password_login import assert_error
from tests.support.queries import plan_of, statements_of
from tests.support.session_events import turn_of, wait_for_turn_end

pytestmark = pytest.mark.anyio

ECHOES = "scripted:echo"
MORE_AGENTS = """
[[agents]]
key = "elsewhere"
name = "Elsewhere"
color = "#2d8a74"
model = "openai:llama"
base_url = "https://llama.example.com/v1"
api_key_env = "ELSEWHERE_KEY"
settings = { context_window = 8192 }

[[agents]]
key = "here"
name = "Here"
color = "#2d8a74"
model = "openai:qwen"
base_url = "http://127.0.0.1:9/v1"

[[agents]]
key = "others"
name = "Others"
color = "#2d8a74"
model = "openai:secret"
base_url = "https://secret.example.com/v1"
readers = ["viewer"]
writers = ["admin"]
"""


@pytest.fixture
async def api(app: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the REST API of a running application without a login."""
    transport = httpx.ASGITransport(app=build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
async def agents(settings: Settings, tmp_path: Path) -> AsyncIterator[Runtime]:
    """A running application with agents whose models are of several providers."""
    with (tmp_path / "agents.toml").open("a", encoding="utf-8") as file:
        file.write(MORE_AGENTS)
    async with running(settings) as app:
        yield app


async def test_each_person_has_separate_preferences(app: Runtime) -> None:
    viewer = await insert_member(app, "Vera", role=Role.VIEWER)
    assert await preferences.get_preferences(ME) == await preferences.get_preferences(viewer) == Preferences()
    await preferences.update_preferences(viewer, {"send_key": "mod_enter"})
    after = await preferences.update_preferences(viewer, {"density": "compact"})
    assert after == Preferences(send_key=SendKey.MOD_ENTER, density=Density.COMPACT)
    assert await preferences.get_preferences(viewer) == after
    assert await preferences.get_preferences(ME) == Preferences()


async def test_a_refused_update_changes_nothing(app: Runtime) -> None:
    kept = await preferences.update_preferences(ME, {"density": "compact"})
    with pytest.raises(Invalid):
        await preferences.update_preferences(ME, {"density": "comfortable", "language": "xx"})
    with pytest.raises(Invalid):
        await preferences.update_preferences(ME, {"density": "comfortable", "default_model": "openai:nobody"})
    with pytest.raises(Forbidden):
        await preferences.update_preferences(ME.model_copy(update={"scope": Scope.READ}), {"density": "comfortable"})
    assert await preferences.get_preferences(ME) == kept


async def test_a_stored_default_model_that_no_longer_exists_is_kept_but_ignored(app: Runtime) -> None:
    async with app.db.write() as tx:
        await accounts.update_columns(
            tx, ME.user_id, preferences={"default_model": "openai:gone", "density": 7, "more": 1}
        )
    assert await preferences.get_preferences(ME) == Preferences(default_model="openai:gone")
    after = await preferences.update_preferences(ME, {"density": "compact"})
    assert after == Preferences(default_model="openai:gone", density=Density.COMPACT)
    turn = await ask(ME, PLAYER)
    agent = app.agents.find(PLAYER)
    assert agent is not None
    assert turn.model == agent.model


async def test_the_rest_api_returns_and_updates_preferences(api: httpx.AsyncClient) -> None:
    nothing = {"send_key": "enter", "density": "comfortable", "language": "", "default_model": None}
    assert (await api.get("/v1/me/preferences")).json() == nothing
    answer = await api.patch("/v1/me/preferences", json={"language": "en", "default_model": ECHOES})
    chosen = {**nothing, "language": "en", "default_model": ECHOES}
    assert (answer.status_code, answer.json()) == (200, chosen)
    for wrong, code in (
        ({"send_key": "space"}, "invalid_request"),
        ({"send_key": None}, "invalid_request"),
        ({"language": "xx"}, "invalid_request"),
        ({"color": "red"}, "invalid_request"),
        ({"default_model": "openai:nobody"}, "unknown_model"),
    ):
        assert_error(await api.patch("/v1/me/preferences", json={"density": "compact", **wrong}), 422, code)
    assert (await api.get("/v1/me/preferences")).json() == chosen
    cleared = await api.patch("/v1/me/preferences", json={"default_model": None})
    assert cleared.json() == {**chosen, "default_model": None}


async def test_reading_takes_one_query_and_updating_two_and_all_use_an_index(app: Runtime) -> None:
    read = await statements_of(lambda: preferences.get_preferences(ME))
    change = await statements_of(lambda: preferences.update_preferences(ME, {"density": "compact"}))
    assert (len(read), len(change)) == (1, 2)
    for statement, parameters in read + change:
        assert not [step for step in await plan_of(app, statement, parameters) if step.startswith("SCAN")]


async def ask(actor: Actor, agent_key: str, *, share: bool = False, **options: Any) -> Turn:
    """Ask an agent in a new session, and return the turn once it has ended."""
    session = await create_session(actor, agent_key=agent_key)
    if share:
        await share_session(actor, session.id, Visibility.WORKSPACE)
    sent = await send_message(actor, session.id, parts=text_parts("Say this again."), **options)
    await wait_for_turn_end(session.id, actor=actor)
    return turn_of(sent)


async def test_the_default_model_answers_in_private_sessions_unless_a_message_names_a_model(app: Runtime) -> None:
    own = await ask(ME, PLAYER)
    await preferences.update_preferences(ME, {"default_model": ECHOES})
    assert (await ask(ME, PLAYER)).model == ECHOES
    assert (await ask(ME, PLAYER, model=own.model)).model == own.model
    assert (await ask(ME, PLAYER, share=True)).model == own.model
    assert (await ask(await insert_member(app, "Ben"), PLAYER)).model == own.model


async def test_a_retry_uses_the_default_model_unless_a_model_is_given(app: Runtime) -> None:
    turn = await ask(ME, PLAYER)
    await preferences.update_preferences(ME, {"default_model": ECHOES})
    again = await retry_turn(ME, turn.session_id, turn.id)
    await wait_for_turn_end(turn.session_id, turn_id=again.id)
    chosen = await retry_turn(ME, turn.session_id, turn.id, model=turn.model)
    await wait_for_turn_end(turn.session_id, turn_id=chosen.id)
    assert (again.model, chosen.model) == (ECHOES, turn.model)


async def answerer(actor: Actor, agent_key: str, model: str) -> Agent:
    """Return the agent that answers a person with a preferred model, which is stored unchecked."""
    app = current()
    session = await create_session(actor, agent_key=agent_key)
    agent = app.agents.find(agent_key)
    assert agent is not None
    async with app.db.write() as tx:
        await accounts.update_columns(tx, actor.user_id, preferences={"default_model": model})
        return await resolve_model(tx, actor, session, agent, None)


async def test_a_default_model_uses_the_server_and_key_of_its_own_agent(agents: Runtime) -> None:
    agent = await answerer(ME, ECHO, "openai:llama")
    assert (agent.key, agent.model) == (ECHO, "openai:llama")
    assert (agent.base_url, agent.api_key_env) == ("https://llama.example.com/v1", "ELSEWHERE_KEY")
    assert agent.settings.context_window == 8_192
    back = await answerer(ME, "elsewhere", ECHOES)
    assert (back.model, back.base_url, back.api_key_env) == (ECHOES, None, None)


async def test_the_snapshot_of_a_turn_has_the_default_model(agents: Runtime) -> None:
    await preferences.update_preferences(ME, {"default_model": "openai:qwen"})
    session = await create_session(ME, agent_key=ECHO)
    sent = await send_message(ME, session.id, parts=text_parts("Hello"))
    await stop_turn(ME, session.id)
    async with agents.db.read() as tx:
        asked = await stored_turns.agent_of(tx, turn_of(sent).id)
    assert (asked.model, asked.base_url) == (turn_of(sent).model, "http://127.0.0.1:9/v1")


async def test_a_local_agent_does_not_switch_to_a_remote_default_model(agents: Runtime) -> None:
    assert (await answerer(ME, "here", "openai:llama")).model == "openai:qwen"
    assert (await answerer(ME, "elsewhere", "openai:qwen")).model == "openai:qwen"


async def test_the_model_of_an_agent_without_write_access_cannot_be_the_default_model(agents: Runtime) -> None:
    ben = await insert_member(agents, "Ben")
    with pytest.raises(Invalid) as caught:
        await preferences.update_preferences(ben, {"default_model": "openai:secret"})
    assert caught.value.code == "unknown_model"
    assert (await answerer(ben, ECHO, "openai:secret")).model == ECHOES
    assert "openai:secret" not in {agent.model for agent in askable_models(ben)}
    assert "openai:secret" in {agent.model for agent in askable_models(ME)}


async def test_preferences_are_the_same_in_every_workspace(app: Runtime) -> None:
    made = await workspaces.create_workspace(ME, name="Elsewhere")
    await preferences.update_preferences(ME, {"density": "compact"})
    there = ME.model_copy(update={"workspace_id": made.id})
    assert (await preferences.get_preferences(there)).density == Density.COMPACT
