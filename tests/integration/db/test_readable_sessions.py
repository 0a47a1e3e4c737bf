"""The condition in SQL for readable sessions equals the rule of the domain, over all combinations of its facts."""

from __future__ import annotations

from itertools import product

import pytest

from chat_app.db import participants, sessions
from chat_app.domain.access import SessionFacts, may_read_session
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.sessions import ChatSession, ParticipantRole, SessionFilter, Visibility
from chat_app.services.runtime import Runtime
from tests.support.builders import START, a_session
from tests.support.members import insert_member

pytestmark = pytest.mark.anyio

AGENT_KEYS = ("open", "hidden")


async def test_the_sql_condition_for_readable_sessions_equals_the_domain_rule(app: Runtime) -> None:
    other = await insert_member(app, "Other")
    stored: dict[str, tuple[ChatSession, bool]] = {}
    combinations = product((ME.workspace_id, "wsp_2"), (ME, other), Visibility, (False, True), AGENT_KEYS)
    async with app.db.write() as tx:
        for number, (workspace_id, creator, visibility, participates, agent_key) in enumerate(combinations):
            session = a_session(
                id=f"ses_{number}",
                workspace_id=workspace_id,
                creator_id=creator.user_id,
                visibility=visibility,
                agent_key=agent_key,
            )
            await sessions.insert(tx, session)
            if participates:
                await participants.save(tx, workspace_id, session.id, ME.user_id, role=ParticipantRole.MEMBER, at=START)
            stored[session.id] = (session, participates)
    assert len(stored) == 48
    for hidden_agents in ((), ("hidden",), AGENT_KEYS):
        condition = sessions.readable_by(ME.workspace_id, ME.user_id, hidden_agents=hidden_agents)
        async with app.db.read() as tx:
            page = await sessions.list_page(tx, condition, ME.user_id, SessionFilter(), cursor=None, limit=len(stored))
        by_rule = {
            session_id
            for session_id, (session, participates) in stored.items()
            if may_read_session(
                ME,
                SessionFacts.of(session),
                participates=participates,
                may_read_agent=session.agent_key not in hidden_agents,
            )
        }
        assert {summary.session.id for summary in page.items} == by_rule
        assert 0 < len(by_rule) < len(stored)
