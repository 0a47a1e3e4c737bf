"""Provider keys of a workspace: encryption, access and their use by turns."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from pydantic_ai.models import override_allow_model_requests

from chat_app.agents.models.providers import MAX_PROVIDERS, ModelProviders
from chat_app.agents.models.scripted.model import ScriptedModel
from chat_app.agents.run.redaction import redact
from chat_app.db import keys as rows
from chat_app.db import members
from chat_app.domain.accounts import Workspace
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.errors import ConfigError, Forbidden, Invalid, NotFound
from chat_app.domain.keys import MAX_VALUE_LENGTH, MIN_VALUE_LENGTH
from chat_app.domain.parts import ErrorPart, text_parts
from chat_app.domain.turns import TurnStatus
from chat_app.services import audit
from chat_app.services.installation import Finding, examine
from chat_app.services.runtime import Runtime, now
from chat_app.services.secrets import provider_keys
from chat_app.services.secrets.key_file import KEY_FILE
from chat_app.services.sessions.commands import create_session, rename_session
from chat_app.services.startup import running
from chat_app.services.turns.commands import send_message
from chat_app.settings.application import Settings
from tests.support.http_server import HttpServer, Reply, http_server
from tests.support.password_login import add_member, set_up_owner
from tests.support.provider_replies import CHAT, STREAM, an_agent, chunks, openai_error
from tests.support.session_events import read_transcript, turn_of, wait_for_turn_end

pytestmark = pytest.mark.anyio

NAME, FIRST, SECOND = "REMOTE_KEY", "first-key-0123456789", "second-key-9876543210"
ELSEWHERE = ME.model_copy(update={"workspace_id": "wsp_2"})
_AGENT = """
[[agents]]
key = "remote"
name = "Remote"
color = "#5b6ee1"
model = "openai:m"
base_url = "{url}"
api_key_env = "REMOTE_KEY"
"""


@pytest.fixture(autouse=True)
def allowed() -> Iterator[None]:
    """Requests go to a server of this test."""
    with override_allow_model_requests(True):
        yield


@pytest.fixture
async def web() -> AsyncIterator[HttpServer]:
    """A provider that accepts every key, and records the keys that it receives."""
    async with http_server({CHAT: Reply(headers=STREAM, body=chunks("good ", "day"))}) as web:
        yield web


@pytest.fixture
async def remote(settings: Settings, web: HttpServer) -> AsyncIterator[Runtime]:
    """An installation whose one agent asks that provider."""
    settings.agents_path.write_text(_AGENT.format(url=web.url("/v1")), encoding="utf-8")
    async with running(settings) as runtime:
        yield runtime


async def ask() -> tuple[TurnStatus, ErrorPart | None]:
    """Send a message to the agent; return the status of the turn, and its error."""
    session = await create_session(ME, agent_key="remote")
    # With a title chosen by a person, the model is not asked for one.
    await rename_session(ME, session.id, title="Mine")
    turn = turn_of(await send_message(ME, session.id, parts=text_parts("Hello")))
    await wait_for_turn_end(session.id, turn_id=turn.id)
    transcript = await read_transcript(session.id)
    last = transcript.messages[-1].parts[-1]
    return transcript.turns[turn.id].status, last if isinstance(last, ErrorPart) else None


async def answered() -> None:
    """Send a message to the agent, and check that it answers."""
    assert await ask() == (TurnStatus.COMPLETED, None)


async def failure() -> ErrorPart:
    """Send a message to the agent, and return why it could not answer."""
    status, error = await ask()
    assert status == TurnStatus.FAILED
    assert error is not None
    return error


def sent_keys(web: HttpServer) -> list[str]:
    return [asked.headers["authorization"].removeprefix("Bearer ") for asked in web.asked]


async def names(actor: Actor = ME) -> list[str]:
    return [key.name for key in await provider_keys.list_keys(actor)]


async def test_the_next_turn_uses_the_key_that_was_stored_last(
    remote: Runtime, web: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, "key-of-the-environment")
    for value in (FIRST, SECOND):
        await provider_keys.put_key(ME, NAME, value)
        await answered()
    await provider_keys.remove_key(ME, NAME)
    await answered()
    assert sent_keys(web) == [FIRST, SECOND, "key-of-the-environment"]
    assert await names() == []
    assert FIRST not in redact(f"the provider says {FIRST}")
    assert SECOND not in redact(SECOND)


async def test_the_key_of_another_workspace_is_not_used(remote: Runtime, web: HttpServer) -> None:
    async with remote.db.write() as tx:
        await members.insert_workspace(tx, Workspace(id="wsp_2", name="Elsewhere", created_at=now()))
    await provider_keys.put_key(ELSEWHERE, NAME, FIRST)
    assert await names() == []
    error = await failure()
    assert error.code == "model_unavailable"
    assert f"add {NAME} under Settings → Keys" in error.text
    assert web.asked == []


async def test_a_sealed_key_cannot_be_opened_under_another_name(
    remote: Runtime, web: HttpServer, settings: Settings
) -> None:
    await provider_keys.put_key(ME, "OTHER_KEY", FIRST)
    with closing(sqlite3.connect(settings.data_dir / "chat.db")) as database, database:
        database.execute("UPDATE provider_key SET name = ?", [NAME])
    (moved,) = await provider_keys.list_keys(ME)
    assert (moved.name, moved.usable) == (NAME, False)
    assert NAME in (await failure()).text
    assert web.asked == []


async def test_a_missing_key_file_fails_the_turn_but_not_the_program(
    remote: Runtime, web: HttpServer, settings: Settings
) -> None:
    await provider_keys.put_key(ME, NAME, FIRST)
    (settings.data_dir / KEY_FILE).unlink()
    error = await failure()
    assert error.code == "model_unavailable"
    assert all(words in error.text for words in (NAME, KEY_FILE, "Settings → Keys"))
    assert [key.usable for key in await provider_keys.list_keys(ME)] == [False]
    await provider_keys.put_key(ME, NAME, SECOND)
    await answered()
    assert sent_keys(web) == [SECOND]


async def test_a_key_file_that_others_can_read_is_not_used(remote: Runtime, settings: Settings) -> None:
    await provider_keys.put_key(ME, NAME, FIRST)
    (settings.data_dir / KEY_FILE).chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        await provider_keys.put_key(ME, NAME, SECOND)
    assert "chmod 600" in (await failure()).text


async def test_the_key_is_removed_from_the_error_text_of_the_provider(remote: Runtime, web: HttpServer) -> None:
    await provider_keys.put_key(ME, NAME, FIRST)
    web.replies[CHAT] = openai_error(401, f"The value {FIRST} is not one of ours", "invalid_api_key")
    error = await failure()
    assert "[removed] is not one of ours" in str(error.details["provider_text"])
    assert FIRST not in error.model_dump_json()
    assert "Settings → Keys" in error.text


async def test_a_start_reseals_stored_keys_with_the_newest_secret_key(settings: Settings, tmp_path: Path) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))

    def with_keys(*given: str) -> Settings:
        return settings.model_copy(update={"secret_keys": SecretStr(",".join(given))})

    async with running(with_keys(old)):
        await provider_keys.put_key(ME, NAME, FIRST)
    async with running(with_keys(new)):
        assert [key.usable for key in await provider_keys.list_keys(ME)] == [False]
    async with running(with_keys(new, old)):
        assert [key.usable for key in await provider_keys.list_keys(ME)] == [True]
    async with running(with_keys(new)) as runtime:
        assert [key.usable for key in await provider_keys.list_keys(ME)] == [True]
        async with runtime.db.read() as tx:
            sealed = await rows.sealed_of(tx, ME.workspace_id)
        assert provider_keys.stored_key_lookup(runtime.vault, ME.workspace_id, sealed)(NAME) == FIRST
    assert not (tmp_path / KEY_FILE).exists()


async def test_an_invalid_secret_key_setting_stops_the_start(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="CHAT_APP_SECRET_KEYS"):
        async with running(settings.model_copy(update={"secret_keys": SecretStr("guess")})):
            pass


async def test_the_audit_log_contains_only_the_names_of_keys(app: Runtime) -> None:
    await provider_keys.put_key(ME, NAME, FIRST)
    await provider_keys.put_key(ME, NAME, SECOND)
    await provider_keys.remove_key(ME, NAME)
    entries = (await audit.list_entries(ME)).items
    assert [(entry.type, entry.subject, entry.data) for entry in entries] == [
        ("key.removed", NAME, {}),
        ("key.stored", NAME, {"replaced": True}),
        ("key.stored", NAME, {"replaced": False}),
    ]


async def test_the_list_shows_names_authors_and_times_without_values(app: Runtime) -> None:
    await provider_keys.put_key(ME, "B_KEY", FIRST)
    await provider_keys.put_key(ME, "A_KEY", FIRST)
    (first, second) = await provider_keys.list_keys(ME)
    assert (first.name, second.name, first.stored_by, first.usable) == ("A_KEY", "B_KEY", ME.user_id, True)
    assert first.stored_by_name
    assert first.stored_at > second.stored_at
    assert FIRST not in repr((first, second))


@pytest.mark.parametrize("name", ["", "lower", "1A", "A-B", "A B", "Ä", "A\n", "A" * 129, "A/B", "_A"])
async def test_an_invalid_name_is_refused(app: Runtime, name: str) -> None:
    for refused in (provider_keys.put_key(ME, name, FIRST), provider_keys.remove_key(ME, name)):
        with pytest.raises(Invalid):
            await refused
    assert await names() == []


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x" * (MIN_VALUE_LENGTH - 1),
        "x" * (MAX_VALUE_LENGTH + 1),
        "with space",
        "line\nbreak",
        "ends-so\n",
        "é" * 9,
        "nul\x00-nul",
    ],
)
async def test_an_invalid_key_is_refused_without_repeating_it(app: Runtime, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        await provider_keys.put_key(ME, NAME, value)
    assert not value or value not in f"{caught.value.message}{caught.value.details}"
    assert await names() == []


async def test_the_longest_and_the_shortest_key_are_accepted(app: Runtime) -> None:
    await provider_keys.put_key(ME, "SHORT", "x" * MIN_VALUE_LENGTH)
    await provider_keys.put_key(ME, "LONG", "y" * MAX_VALUE_LENGTH)
    assert await names() == ["LONG", "SHORT"]


async def test_removing_an_unknown_key_is_refused(app: Runtime) -> None:
    with pytest.raises(NotFound):
        await provider_keys.remove_key(ME, NAME)


async def test_only_owners_and_admins_can_list_or_change_keys(settings: Settings) -> None:
    async with running(settings.model_copy(update={"auth": "password"})):
        owner = await set_up_owner()
        actors = {role: (await add_member(owner, role.value.title(), role))[0] for role in list(Role)[1:]}
        for actor in (owner, actors[Role.ADMIN]):
            await provider_keys.put_key(actor, NAME, FIRST)
            assert await names(actor) == [NAME]
        weak = owner.model_copy(update={"scope": Scope.WRITE})
        for actor in (actors[Role.MEMBER], actors[Role.VIEWER], weak):
            for refused in (
                provider_keys.list_keys(actor),
                provider_keys.put_key(actor, NAME, SECOND),
                provider_keys.remove_key(actor, NAME),
            ):
                with pytest.raises(Forbidden):
                    await refused
            with pytest.raises(Forbidden):
                provider_keys.wanted_key_names(actor)
        assert await names(owner) == [NAME]


async def test_key_names_wanted_by_agents_are_offered(remote: Runtime) -> None:
    assert provider_keys.wanted_key_names(ME) == [NAME]


async def test_the_doctor_reports_the_place_and_problems_of_the_secret_key(settings: Settings) -> None:
    async def finding(settings: Settings) -> Finding:
        return next(each for each in await examine(settings) if each.name == "Secret key")

    assert (await finding(settings)).text.startswith("none yet")
    async with running(settings):
        await provider_keys.put_key(ME, NAME, FIRST)
    path = settings.data_dir / KEY_FILE
    assert await finding(settings) == Finding(name="Secret key", good=True, text=str(path))
    path.chmod(0o644)
    assert not (await finding(settings)).good
    given = settings.model_copy(update={"secret_keys": SecretStr(Fernet.generate_key().decode())})
    assert (await finding(given)).text == "CHAT_APP_SECRET_KEYS"


async def test_clients_for_replaced_keys_are_evicted() -> None:
    async with http_server() as web, ModelProviders(local=lambda _: ScriptedModel()) as providers:
        agent = an_agent(web, "anthropic", api_key_env=NAME)
        made = [providers.build(agent, None, f"key-number-{number}".format).provider for number in range(100)]
        known = providers._providers  # pyright: ignore[reportPrivateUsage]
        assert len(known) == MAX_PROVIDERS
        last = providers.build(agent, None, "key-number-99".format).provider
        assert last is made[-1]
        assert providers.build(agent, None, "key-number-0".format).provider is not made[0]
