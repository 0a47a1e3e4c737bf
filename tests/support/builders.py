"""Builds domain values for tests, with defaults for every field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from chat_app.domain.accounts import Link, LinkPurpose
from chat_app.domain.events import ChatEvent, EventData
from chat_app.domain.messages import Message
from chat_app.domain.sessions import ChatSession, SessionStatus, TitleSource, Visibility
from chat_app.domain.transcript import Transcript
from chat_app.domain.turns import OpenPart, Turn, TurnStatus, Usage

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def a_session(**values: Any) -> ChatSession:
    return ChatSession.model_validate(
        {
            "id": "ses_1",
            "workspace_id": "wsp_1",
            "agent_key": "echo",
            "creator_id": "usr_1",
            "title": "",
            "title_source": TitleSource.NONE,
            "status": SessionStatus.ACTIVE,
            "origin": None,
            "visibility": Visibility.PRIVATE,
            "created_at": START,
            "updated_at": START,
            "last_activity_at": START,
            **values,
        }
    )


def a_message(**values: Any) -> Message:
    return Message.model_validate(
        {
            "id": "msg_1",
            "chat_session_id": "ses_1",
            "parent_id": None,
            "role": "assistant",
            "kind": "plain",
            "parts": (),
            "task_id": "trn_1",
            "author_id": None,
            "request_id": None,
            "created_at": START,
            **values,
        }
    )


def a_link(**values: Any) -> Link:
    return Link.model_validate(
        {
            "id": "lnk_1",
            "purpose": LinkPurpose.INVITE,
            "workspace_id": "wsp_1",
            "role": None,
            "user_id": None,
            "created_by": "usr_1",
            "created_at": START,
            "expires_at": START + timedelta(days=1),
            **values,
        }
    )


def a_turn(**values: Any) -> Turn:
    return Turn.model_validate(
        {
            "id": "trn_1",
            "session_id": "ses_1",
            "workspace_id": "wsp_1",
            "user_message_id": "msg_0",
            "assistant_message_id": "msg_1",
            "agent_key": "echo",
            "model": "scripted:echo",
            "status": TurnStatus.RUNNING,
            "attempt": 1,
            "resumed_at": None,
            "delay": None,
            "usage": Usage(),
            "error_code": None,
            "created_at": START,
            "started_at": START,
            "finished_at": None,
            **values,
        }
    )


def an_open_part(**values: Any) -> OpenPart:
    return OpenPart.model_validate(
        {
            "turn_id": "trn_1",
            "message_id": "msg_1",
            "id": "0.0",
            "attempt": 100,
            "type": "text",
            "text": "",
            "started_at": START,
            **values,
        }
    )


def a_transcript(**values: Any) -> Transcript:
    return Transcript.model_validate(
        {
            "session": a_session(),
            "messages": (),
            "turns": {},
            "open_parts": {},
            "reads": {},
            "cursor": 0,
            **values,
        }
    )


def an_event(data: EventData, *, seq: int = 0, turn_id: str | None = None) -> ChatEvent:
    return ChatEvent(
        session_id="ses_1",
        workspace_id="wsp_1",
        seq=seq,
        position=seq,
        turn_id=turn_id,
        data=data,
        created_at=START + timedelta(seconds=seq),
    )
