"""A data folder of the first version, before there were accounts: everything is kept, with a login or without."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role
from chat_app.domain.events import TurnCompleted
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import SessionFilter, SessionStatus
from chat_app.services.sessions.commands import create_session
from chat_app.services.sessions.queries import list_sessions, open_session, session_summary
from chat_app.services.startup import running
from chat_app.services.turns.commands import send_message
from chat_app.settings.application import Settings
from tests.support.agents import ECHO
from tests.support.data_folders import restore_data_folder
from tests.support.password_login import add_member, set_up_owner
from tests.support.session_events import events_until, wait_for_turn_end

pytestmark = pytest.mark.anyio

CORE = Path(__file__).parent / "core_data"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings for the stored data folder."""
    restore_data_folder(CORE, settings.data_dir)
    return settings


async def titles(actor: Actor, *, archived: bool = False) -> dict[str, str]:
    where = SessionFilter(status=SessionStatus.ARCHIVED if archived else SessionStatus.ACTIVE)
    rows = (await list_sessions(actor, where=where)).items
    return {row.session.id: row.session.title for row in rows}


async def test_without_a_login_all_sessions_are_kept_and_usable(settings: Settings) -> None:
    async with running(settings):
        assert set(await titles(ME)) == {"ses_private", "ses_shared"}
        assert await titles(ME, archived=True) == {"ses_archived": "Put away"}
        opened = await open_session(ME, "ses_private")
        assert [message.content for message in opened.transcript.messages] == [
            "The first question",
            "The first question",
            "The second question",
            "The second question",
        ]
        assert (await session_summary(ME, "ses_private")).unread == 2
        assert (await session_summary(ME, "ses_shared")).unread == 0
        await send_message(ME, "ses_private", parts=text_parts("The third question"))
        await wait_for_turn_end("ses_private")


async def test_old_events_without_a_workspace_lead_to_the_same_turns(
    settings: Settings,
) -> None:
    async with running(settings):
        opened = await open_session(ME, "ses_private")
        events = await events_until("ses_private", lambda event: event.seq == opened.transcript.cursor)
    ended = [event.data.turn for event in events if isinstance(event.data, TurnCompleted)]
    assert {turn.id: turn for turn in ended} == opened.transcript.turns
    assert {turn.workspace_id for turn in ended} == {ME.workspace_id}


async def test_with_a_login_all_sessions_belong_to_the_first_owner(settings: Settings) -> None:
    async with running(settings.model_copy(update={"auth": "password"})):
        owner = await set_up_owner()
        assert owner.user_id == ME.user_id
        assert set(await titles(owner)) == {"ses_private", "ses_shared"}
        assert (await session_summary(owner, "ses_shared")).unread == 0
        ben, _ = await add_member(owner, "Ben", Role.MEMBER)
        assert set(await titles(ben)) == {"ses_shared"}
    async with running(settings):
        assert set(await titles(ME)) == {"ses_private", "ses_shared"}
        assert (await create_session(ME, agent_key=ECHO)).creator_id == ME.user_id
