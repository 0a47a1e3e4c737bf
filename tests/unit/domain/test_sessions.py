"""New sessions, titles, filters and the order of participants."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.domain.actor import LOCAL_OWNER
from chat_app.domain.agents import Agent
from chat_app.domain.errors import Invalid
from chat_app.domain.sessions import (
    FIRST_WORDS_LENGTH,
    TITLE_LIMIT,
    Origin,
    Participant,
    ParticipantRole,
    SessionFilter,
    SessionStatus,
    SessionSummary,
    TitleSource,
    Visibility,
    check_title,
    first_words,
    new_session,
    sort_participants,
)
from tests.support.builders import START, a_session

AGENT = Agent(key="echo", name="Echo", color="#5b6ee1", model="scripted:echo")


@pytest.mark.parametrize(
    ("origin", "visibility"),
    [
        (None, Visibility.PRIVATE),
        (Origin.UI, Visibility.PRIVATE),
        (Origin.CLI, Visibility.WORKSPACE),
        (Origin.WEBHOOK, Visibility.WORKSPACE),
        (Origin.CRON, Visibility.WORKSPACE),
        (Origin.AGENT, Visibility.WORKSPACE),
    ],
)
def test_sessions_created_by_automation_are_visible_to_the_workspace(
    origin: Origin | None, visibility: Visibility
) -> None:
    session = new_session(LOCAL_OWNER, AGENT, session_id="ses_1", title="", origin=origin, at=START)
    assert session.visibility == visibility
    assert (session.workspace_id, session.creator_id) == (LOCAL_OWNER.workspace_id, LOCAL_OWNER.user_id)
    assert (session.agent_key, session.status, session.last_activity_at) == ("echo", SessionStatus.ACTIVE, START)


@pytest.mark.parametrize(("title", "source"), [("", TitleSource.NONE), ("Mine", TitleSource.PERSON)])
def test_the_title_source_of_a_new_session_is_a_person_or_none(title: str, source: TitleSource) -> None:
    session = new_session(LOCAL_OWNER, AGENT, session_id="ses_1", title=title, origin=None, at=START)
    assert (session.title, session.title_source) == (title, source)


@pytest.mark.parametrize(
    ("source", "wants", "accepts"),
    [
        (TitleSource.NONE, True, True),
        (TitleSource.WORDS, True, True),
        (TitleSource.MODEL, False, True),
        (TitleSource.PERSON, False, False),
    ],
)
def test_a_suggested_title_is_requested_and_accepted_depending_on_the_title_source(
    source: TitleSource, wants: bool, accepts: bool
) -> None:
    session = a_session(title_source=source)
    assert (session.wants_title, session.accepts_suggested_title) == (wants, accepts)


def test_a_title_is_put_on_one_line() -> None:
    assert check_title("  Two\n lines\t") == "Two lines"
    assert check_title("x" * TITLE_LIMIT) == "x" * TITLE_LIMIT


@pytest.mark.parametrize(("title", "code"), [("x" * (TITLE_LIMIT + 1), "title_too_long"), ("a\x00", "invalid_text")])
def test_an_invalid_title_is_refused(title: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_title(title)
    assert caught.value.code == code


@given(st.text(max_size=2_000))
def test_first_words_are_one_short_line(text: str) -> None:
    words = first_words(text)
    assert len(words) <= FIRST_WORDS_LENGTH + 1
    assert "\n" not in words


def test_first_words_are_cut_between_words() -> None:
    assert first_words("Short\nenough") == "Short enough"
    assert first_words("word " * 20) == "word " * 11 + "word…"


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        (SessionFilter(), True),
        (SessionFilter(status=SessionStatus.ARCHIVED), False),
        (SessionFilter(agent_key="echo"), True),
        (SessionFilter(agent_key="other"), False),
        (SessionFilter(origin=Origin.CRON), True),
        (SessionFilter(origin=Origin.CLI), False),
        (SessionFilter(unread=True), False),
        (SessionFilter(agent_key="echo", origin=Origin.CLI), False),
    ],
)
def test_a_filter_matches_when_all_of_its_conditions_match(where: SessionFilter, matches: bool) -> None:
    session = a_session(origin=Origin.CRON)
    read = SessionSummary(session=session, preview="", preview_role=None, unread=0, live="idle")
    assert where.matches(read) is matches
    assert SessionFilter(unread=True).matches(read.model_copy(update={"unread": 1}))


def test_participants_are_sorted_by_owner_then_time_then_id() -> None:
    def person(user_id: str, role: ParticipantRole, minutes: int) -> Participant:
        joined_at = START + timedelta(minutes=minutes)
        return Participant(id=user_id, name=user_id, email=None, role=role, joined_at=joined_at)

    owner = person("owner", ParticipantRole.OWNER, 3)
    first, second = person("b", ParticipantRole.MEMBER, 1), person("a", ParticipantRole.MEMBER, 2)
    third = person("c", ParticipantRole.MEMBER, 2)
    assert sort_participants([third, second, first, owner]) == (owner, first, second, third)
