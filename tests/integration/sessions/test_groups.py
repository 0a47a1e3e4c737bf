"""Group sessions: participants, mentions, events and presence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

import pytest
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel

from chat_app.agents.run.ports import StoredKey
from chat_app.db import events
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role
from chat_app.domain.agents import Agent
from chat_app.domain.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound
from chat_app.domain.events import ChatEvent, PersonLooking, PersonTyping
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import ParticipantRole, Visibility
from chat_app.services import runtime
from chat_app.services.events import presence
from chat_app.services.events.follow import follow_session, follow_workspace
from chat_app.services.events.presence import TabView
from chat_app.services.events.typing import report_typing
from chat_app.services.runtime import Runtime
from chat_app.services.sessions import participants
from chat_app.services.sessions.commands import create_session, delete_session, rename_session, share_session
from chat_app.services.sessions.queries import (
    OpenedSession,
    open_session,
    open_session_at,
    page_of_session,
    session_summary,
)
from chat_app.services.turns.commands import send_message
from chat_app.ui.transcript.follower import SessionFollower
from chat_app.ui.transcript.rows import groups_of
from tests.support.agents import ECHO
from tests.support.members import insert_member
from tests.support.session_events import PATIENCE, read_transcript, turn_of, wait_for_turn_end

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ada(app: Runtime) -> Actor:
    """Another member of the workspace."""
    return await insert_member(app, "Ada")


@pytest.fixture
async def group(ada: Actor) -> str:
    """A conversation of two people."""
    session = await create_session(ME, agent_key=ECHO)
    await participants.add_participant(ME, session.id, ada.user_id)
    return session.id


class Reader:
    """A person who follows the events until they disconnect or the stream ends."""

    def __init__(self, actor: Actor, session_id: str | None, *, look: TabView | None = None) -> None:
        self.events: list[ChatEvent] = []
        self.ended = asyncio.Event()
        self._changed = asyncio.Event()
        self._actor, self._session_id, self._look = actor, session_id, look
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Reader:
        self._task = asyncio.create_task(self._follow())
        async with asyncio.timeout(PATIENCE):
            await self._changed.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until a condition on the received events holds."""
        async with asyncio.timeout(PATIENCE):
            while not done():
                self._changed.clear()
                await self._changed.wait()

    @property
    def told(self) -> list[str]:
        """The types of the events."""
        return [event.type for event in self.events]

    async def _follow(self) -> None:
        batches = (
            follow_session(self._actor, self._session_id, view=self._look)
            if self._session_id
            else follow_workspace(self._actor)
        )
        async with aclosing(batches) as following:
            async for batch in following:
                self.events += batch
                self._changed.set()
        self.ended.set()
        self._changed.set()


async def test_adding_the_first_participant_turns_a_private_session_into_a_group(group: str, ada: Actor) -> None:
    opened = await read_transcript(group)
    assert opened.session.visibility == Visibility.GROUP
    people = [(person.id, person.name, person.role) for person in opened.participants]
    assert people == [(ME.user_id, "Owner", ParticipantRole.OWNER), (ada.user_id, "Ada", ParticipantRole.MEMBER)]
    await participants.add_participant(ME, group, ada.user_id)
    assert await read_transcript(group) == opened
    await participants.add_participant(ME, group, ada.user_id, role=ParticipantRole.OWNER)
    assert [person.role for person in await participants.list_participants(ada, group)] == [ParticipantRole.OWNER] * 2


async def test_only_members_of_the_workspace_can_be_participants(app: Runtime, group: str) -> None:
    stranger = await insert_member(app, "Stranger", workspace_id="wsp_2")
    for user_id in (stranger.user_id, "usr_nobody"):
        with pytest.raises(BadRequest, match="user is not a member of this workspace"):
            await participants.add_participant(ME, group, user_id)


async def test_the_owner_role_of_a_participant_grants_no_rights(app: Runtime, group: str) -> None:
    bob = await insert_member(app, "Bob")
    await participants.add_participant(ME, group, bob.user_id, role=ParticipantRole.OWNER)
    for use in (
        participants.add_participant(bob, group, bob.user_id),
        participants.remove_participant(bob, group, "usr_ada"),
        share_session(bob, group, Visibility.WORKSPACE),
        delete_session(bob, group),
    ):
        with pytest.raises(Forbidden):
            await use


async def test_participants_can_leave_but_the_creator_of_the_session_cannot(
    app: Runtime, group: str, ada: Actor
) -> None:
    viewer = await insert_member(app, "Vic", role=Role.VIEWER)
    await participants.add_participant(ME, group, viewer.user_id)
    await participants.remove_participant(viewer, group, viewer.user_id)
    await participants.remove_participant(ada, group, ada.user_id)
    with pytest.raises(NotFound):
        await open_session(ada, group)
    with pytest.raises(NotFound):
        await participants.remove_participant(ME, group, ada.user_id)
    with pytest.raises(BadRequest):
        await participants.remove_participant(ME, group, ME.user_id)
    assert await share_session(ME, group, Visibility.PRIVATE)
    assert (await read_transcript(group)).participants == ()


async def test_a_session_is_shared_and_made_private_again(group: str, ada: Actor) -> None:
    with pytest.raises(Conflict):
        await share_session(ME, group, Visibility.PRIVATE)
    alone = await create_session(ME, agent_key=ECHO)
    with pytest.raises(Invalid):
        await share_session(ME, alone.id, Visibility.GROUP)
    shared = await share_session(ME, group, Visibility.WORKSPACE)
    assert shared.visibility == Visibility.WORKSPACE
    assert await share_session(ME, group, Visibility.WORKSPACE) == shared
    with pytest.raises(Conflict):
        await share_session(ME, group, Visibility.PRIVATE)
    await participants.remove_participant(ME, group, ada.user_id)
    assert (await share_session(ME, group, Visibility.PRIVATE)).visibility == Visibility.PRIVATE


async def test_in_a_group_the_agent_answers_only_messages_that_mention_it(group: str, ada: Actor) -> None:
    remark = await send_message(ada, group, parts=text_parts("Shall we ask it?"), request_id="r-1")
    assert (remark.turn, remark.message.task_id, remark.message.author_name) == (None, None, "Ada")
    assert await send_message(ada, group, parts=text_parts("Shall we ask it?"), request_id="r-1") == remark
    with pytest.raises(Conflict):
        await send_message(ME, group, parts=text_parts("Shall we ask it?"), request_id="r-1")
    row = await session_summary(ME, group)
    assert (row.unread, row.preview, row.preview_role, row.live) == (1, "Shall we ask it?", "user", "idle")
    assert row.session.title == "Shall we ask it?"
    assert row.session.last_activity_at == remark.message.created_at
    assert (await session_summary(ada, group)).unread == 0
    asked = await send_message(ME, group, parts=text_parts(f"@{ECHO.title()}, are you there?"))
    await wait_for_turn_end(group, turn_id=turn_of(asked).id)
    messages = (await read_transcript(group)).messages
    assert [message.author_name for message in messages] == ["Ada", "Owner", None]


async def test_outside_of_groups_the_agent_answers_every_message(ada: Actor) -> None:
    session = await create_session(ME, agent_key=ECHO)
    assert (await send_message(ME, session.id, parts=text_parts("Hello"))).turn
    await share_session(ME, session.id, Visibility.WORKSPACE)
    assert (await send_message(ada, session.id, parts=text_parts("Hello"))).turn


async def test_the_model_gets_all_messages_of_a_group_with_their_authors(app: Runtime, group: str, ada: Actor) -> None:
    read: list[Sequence[ModelMessage]] = []

    async def answer(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        read.append(list(messages))
        yield "Yes."

    def build(agent: Agent, model: str, stored_key: StoredKey) -> Model:
        del agent, model, stored_key
        title = ModelResponse(parts=[TextPart("A title")])
        return FunctionModel(lambda messages, info: title, stream_function=answer)

    runner = await app.runner.loaded()
    runner.config = replace(runner.config, execution=replace(runner.config.execution, build_model=build))
    for actor, text in (
        (ada, "First"),
        (ME, "Second"),
        (ada, f"@{ECHO} third"),
        (ME, "Fourth"),
        (ME, f"@{ECHO} fifth"),
    ):
        sent = await send_message(actor, group, parts=text_parts(text))
        if sent.turn is not None:
            await wait_for_turn_end(group, turn_id=sent.turn.id)
    prompts = [
        [
            str(part.content)
            for message in messages
            if isinstance(message, ModelRequest)
            for part in message.parts
            if isinstance(part, UserPromptPart)
        ]
        for messages in read
    ]
    # People and model take turns, so what people say in between is one prompt.
    first = f"Ada: First\n\nOwner: Second\n\nAda: @{ECHO} third"
    assert prompts == [[first], [first, f"Owner: Fourth\n\nOwner: @{ECHO} fifth"]]


async def test_messages_without_a_turn_keep_the_limit_of_stored_events(app: Runtime, group: str) -> None:
    runtime.install(replace(app, settings=app.settings.model_copy(update={"max_session_events": 3})))
    for number in range(6):
        await send_message(ME, group, parts=text_parts(str(number)))
    async with app.db.read() as tx:
        assert len(await events.after(tx, group, seq=0, limit=100)) == 3


@pytest.mark.parametrize("how", ["removed", "left"])
async def test_a_removed_participant_gets_the_removal_as_the_last_event(group: str, ada: Actor, how: str) -> None:
    async with Reader(ada, group) as in_session, Reader(ada, None) as in_list, Reader(ME, group) as other:
        await send_message(ME, group, parts=text_parts("Before"))
        await participants.remove_participant(ME if how == "removed" else ada, group, ada.user_id)
        await send_message(ME, group, parts=text_parts("After"))
        async with asyncio.timeout(PATIENCE):
            await in_session.ended.wait()
        await other.until(lambda: other.told.count("message.created") == 2)
        mine = await create_session(ada, agent_key=ECHO)
        await in_list.until(lambda: any(event.session_id == mine.id for event in in_list.events))
    assert in_session.told[-1] == "participant.removed"
    assert in_session.told.count("message.created") == 1
    of_group = [event.type for event in in_list.events if event.session_id == group]
    assert of_group[-1] == "participant.removed"
    assert of_group.count("message.created") <= 1


async def test_a_participant_who_is_added_again_gets_events_again(group: str, ada: Actor) -> None:
    async with Reader(ada, None) as in_list:
        await participants.remove_participant(ME, group, ada.user_id)
        await participants.add_participant(ME, group, ada.user_id)
        await send_message(ME, group, parts=text_parts("Welcome back"))
        await in_list.until(lambda: "message.created" in in_list.told)
    assert in_list.told[-2:] == ["message.created", "session.renamed"]


async def test_making_a_session_private_ends_the_streams_of_everybody_else(ada: Actor) -> None:
    session = await create_session(ME, agent_key=ECHO, title="Shared")
    await share_session(ME, session.id, Visibility.WORKSPACE)
    async with Reader(ada, session.id) as reader, Reader(ada, None) as in_list, Reader(ME, session.id) as maker:
        await share_session(ME, session.id, Visibility.PRIVATE)
        await rename_session(ME, session.id, title="Secret")
        async with asyncio.timeout(PATIENCE):
            await reader.ended.wait()
        await maker.until(lambda: "session.renamed" in maker.told)
        await in_list.until(lambda: bool(in_list.events))
        assert not maker.ended.is_set()
    assert reader.told == in_list.told == ["session.shared"]


async def test_the_deletion_of_a_group_is_sent_only_to_its_participants(app: Runtime, group: str, ada: Actor) -> None:
    bob = await insert_member(app, "Bob", role=Role.ADMIN)
    async with Reader(ada, None) as told, Reader(bob, None) as outside:
        await delete_session(ME, group)
        await told.until(lambda: told.told == ["session.deleted"])
        await create_session(bob, agent_key=ECHO)
        await outside.until(lambda: bool(outside.events))
    assert outside.told == ["session.created"]


async def test_participants_see_who_is_present_and_who_is_typing(
    group: str, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "TYPING_SECONDS", 0.05)

    def looking(reader: Reader) -> list[str]:
        found = [event.data.people for event in reader.events if isinstance(event.data, PersonLooking)]
        return [person.name for person in found[-1]] if found else []

    def typing(reader: Reader) -> list[tuple[str, bool]]:
        return [(each.data.name, each.data.typing) for each in reader.events if isinstance(each.data, PersonTyping)]

    tab = TabView()
    async with Reader(ME, group, look=TabView()) as mine:
        async with Reader(ada, group, look=tab) as hers, Reader(ada, group, look=TabView(visible=False)):
            await mine.until(lambda: looking(mine) == ["Ada", "Owner"])
            tab.show(False)
            await mine.until(lambda: looking(mine) == ["Owner"])
            tab.show(True)
            await mine.until(lambda: looking(mine) == ["Ada", "Owner"])
            await report_typing(ada, group)
            await report_typing(ada, group)
            await hers.until(lambda: typing(hers)[-1:] == [("Ada", False)])
            assert typing(hers) == [("Ada", True), ("Ada", False)]
        await mine.until(lambda: looking(mine) == ["Owner"])
        monkeypatch.setattr(presence, "TYPING_SECONDS", 60)
        await report_typing(ada, group)
        async with Reader(ME, group) as late:
            assert typing(late) == [("Ada", True)]
            assert looking(late) == ["Owner"]
            await send_message(ada, group, parts=text_parts("Done"))
            await late.until(lambda: typing(late)[-1] == ("Ada", False))


def notices(opened: OpenedSession) -> list[tuple[str, str, str]]:
    """Return the notices about people in the groups of a window, with their position among the messages."""
    groups = groups_of(opened.transcript)
    return [
        (groups[index - 1]["role"] if index else "", row["change"], row["name"])
        for index, group in enumerate(groups)
        for row in group["rows"]
        if row["kind"] == "people"
    ]


async def test_a_manager_who_adds_themselves_is_shown_to_the_group_live_and_after_a_reload(
    app: Runtime, group: str, ada: Actor
) -> None:
    admin = await insert_member(app, "Mo", role=Role.ADMIN)
    await send_message(ada, group, parts=text_parts("Between us"))
    follower = SessionFollower(await read_transcript(group))
    async with Reader(ada, group) as reader:
        await participants.add_participant(admin, group, admin.user_id)
        await reader.until(lambda: "participant.added" in reader.told)
    patches = follower.apply([event for event in reader.events if event.seq > follower.transcript.cursor])
    [notice] = [patch for patch in patches if patch["op"] == "rows" and patch["role"] == "notice"]
    [row] = notice["rows"]
    assert row["kind"] == "people"
    assert (row["change"], row["name"]) == ("joined", "Mo")
    assert notices(await open_session(ada, group))[-1] == ("user", "joined", "Mo")


async def test_each_notice_is_on_one_page_of_the_messages_around_it(app: Runtime, group: str, ada: Actor) -> None:
    people = [await insert_member(app, name) for name in ("Bea", "Cleo", "Dora")]
    await send_message(ada, group, parts=text_parts("first"))
    for person in people:
        await participants.add_participant(ME, group, person.user_id)
        await send_message(ada, group, parts=text_parts(f"after {person.name}"))
    page = await open_session(ada, group, limit=2)
    names = [name for _, _, name in notices(page)]
    while page.has_older:
        page = await page_of_session(ada, group, before=page.transcript.messages[0].id, limit=2)
        names = [name for _, _, name in notices(page)] + names
    assert names == ["Ada", "Bea", "Cleo", "Dora"]
    middle = (await open_session(ada, group)).transcript.messages[-2]
    around = await open_session_at(ada, group, message_id=middle.id, limit=1)
    assert [name for _, _, name in notices(around)] == ["Cleo", "Dora"]


async def test_only_the_newest_changes_of_people_are_stored(group: str, ada: Actor, app: Runtime) -> None:
    few = app.settings.model_copy(update={"max_participant_changes": 3})
    runtime.install(replace(app, settings=few))
    for _ in range(3):
        await participants.remove_participant(ME, group, ada.user_id)
        await participants.add_participant(ME, group, ada.user_id)
    assert [change.kind for change in await participants.list_participant_changes(ME, group)] == [
        "added",
        "removed",
        "added",
    ]
