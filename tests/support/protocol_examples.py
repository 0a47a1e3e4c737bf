"""An example of every patch and row of the page's protocol, made by the functions that make them for the page.

`python -m tests.support.protocol_examples` writes them to the golden file that the JavaScript tests read.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from chat_app.domain.agents import Agent
from chat_app.domain.errors import BadRequest, TooMany
from chat_app.domain.events import EventData, PartCompleted, PartDelta, PersonTyping
from chat_app.domain.messages import Message
from chat_app.domain.parts import Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from chat_app.domain.sessions import Origin, ParticipantChange, Person, SessionSummary
from chat_app.domain.transcript import Transcript, apply_event
from chat_app.domain.turns import Delay, Turn, TurnStatus
from chat_app.ui.composer.patches import accepted_patch, refusal_patch
from chat_app.ui.protocol import (
    AppendSessions,
    ComposerPatch,
    ModelProgress,
    OpenFindBar,
    RemoveSession,
    ResetSessions,
    Row,
    SessionItem,
    SessionListPatch,
    TranscriptPatch,
    UpsertSession,
)
from chat_app.ui.sidebar.items import session_item
from chat_app.ui.transcript.patches import (
    found_patch,
    newer_patch,
    older_patch,
    patches_of,
    progress_patch,
    reset_patch,
    typing_patch,
)
from chat_app.ui.transcript.rows import group_of, people_row, step_detail
from tests.support.builders import START, a_message, a_session, a_transcript, a_turn, an_event, an_open_part

GOLDEN = Path(__file__).parents[1] / "golden" / "protocol.json"
VIEWER = "usr_ada"
ADA = Person(id=VIEWER, name="Ada")
TEXT = TextPart(id="1.2", text="Hello 👋")
CALL = ToolCallPart(id="1.0", call_id="call_1", name="calculator", arguments={"expression": "1 + 1"})
RESULT = ToolResultPart(id="1.1", call_id="call_1", output="2", duration=0.25)
REASONING = ReasoningPart(id="0.0", text="A greeting", duration=2.0)


def question(message_id: str, text: str) -> Message:
    return a_message(
        id=message_id,
        role="user",
        parts=(TextPart(id="0.0", text=text),),
        task_id="trn_1",
        request_id=f"req_{message_id}",
        author_id="usr_bob",
        author_name="Bob",
    )


def window(*messages: Message) -> Transcript:
    return a_transcript(messages=messages, turns={"trn_1": a_turn()})


def change(before: Transcript, data: EventData) -> tuple[TranscriptPatch, Transcript]:
    """Apply an event of the turn; return its only patch and the transcript after it."""
    event = an_event(data, seq=0 if isinstance(data, PartDelta) else before.cursor + 1, turn_id="trn_1")
    after = apply_event(before, event)
    (patch,) = patches_of(before, event, after, viewer_id=VIEWER)
    return patch, after


def transcript_patches() -> list[TranscriptPatch]:
    """Return the patches in an order in which a page may get them."""
    part = an_open_part(id="1.2", attempt=1, message_id="msg_1", text="Hello")
    begun = window(question("msg_0", "Hi"), a_message(id="msg_1")).model_copy(
        update={"open_parts": {"trn_1": {part.id: part}}}
    )
    delta, streamed = change(begun, PartDelta(part_id="1.2", attempt=1, offset=5, text=" 👋"))
    rows, _ = change(streamed, PartCompleted(message_id="msg_1", part=TEXT))
    detail = step_detail(a_message(id="msg_1", parts=(CALL, RESULT)), key="trn_1.1.0")
    assert detail is not None
    progress = ModelProgress(name="Small", state="downloading", received=1_000, total=4_000, eta=3.5, text=None)
    return [
        reset_patch(begun, older=True, newer=True, focus="msg_0", viewer_id=VIEWER),
        older_patch(window(question("msg_00", "Earlier")), older=False, viewer_id=VIEWER),
        newer_patch(window(question("msg_2", "Later")), newer=False, viewer_id=VIEWER),
        delta,
        rows,
        progress_patch("ses_1", message_id="msg_1", progress=progress),
        detail,
        found_patch("ses_1", query="hello", message_ids=["msg_1"]),
        OpenFindBar(op="find"),
    ]


def rows_of(*parts: Part, **turn: Any) -> list[Row]:
    message = a_message(id="msg_1", parts=parts)
    return group_of(message, turn=Turn.model_validate(a_turn(**turn)))["rows"]


def example_rows() -> list[Row]:
    """Return rows of every kind."""
    ended = {"status": TurnStatus.COMPLETED, "finished_at": START + timedelta(seconds=5)}
    delay = Delay(reason="rate_limited", text="Too many requests", attempt=2, until=START + timedelta(seconds=30))
    return [
        *group_of(question("msg_0", "Hi"), turn=None)["rows"],
        *rows_of(REASONING, CALL, RESULT, TEXT, attempt=2, resumed_at=START, **ended),
        *rows_of(status=TurnStatus.FAILED, error_code="interrupted"),
        *rows_of(delay=delay),
        *rows_of(status=TurnStatus.QUEUED),
        people_row(ParticipantChange(seq=7, kind="added", person=ADA, by=ADA, at=START)),
    ]


def an_item(session_id: str, **values: Any) -> SessionItem:
    agent = Agent.model_validate({"key": "echo", "name": "Echo", "color": "#b4552d", "model": "scripted:echo"})
    session = a_session(id=session_id, title=f"About {session_id}", **values)
    summary = SessionSummary(session=session, preview="Hello", preview_role="assistant", unread=2, live="thinking")
    return session_item(summary, agent)


def session_list_patches() -> list[SessionListPatch]:
    """Return the patches in an order in which a page may get them."""
    return [
        ResetSessions(op="reset", items=[an_item("ses_1")], more=True),
        AppendSessions(op="append", items=[an_item("ses_0", origin=Origin.CLI)], more=False),
        UpsertSession(op="upsert", item=an_item("ses_2")),
        RemoveSession(op="remove", id="ses_1"),
    ]


def composer_patches() -> list[ComposerPatch]:
    """Return what becomes of sends, and who types."""
    return [
        accepted_patch("req_1", session_id="ses_1"),
        refusal_patch("req_2", TooMany("Try again in 5 seconds.", retry_after=5)),
        refusal_patch("req_3", BadRequest("This message is too long.", code="too_long")),
        typing_patch("ses_1", PersonTyping(user_id="usr_bob", name="Bob", typing=True)),
    ]


def examples() -> dict[str, list[Any]]:
    """Return all examples, by the component that takes them; rows by themselves as well."""
    return {
        "transcript": [*transcript_patches()],
        "rows": [*example_rows()],
        "session_list": [*session_list_patches()],
        "composer": [*composer_patches()],
    }


if __name__ == "__main__":
    GOLDEN.write_text(f"{json.dumps(examples(), ensure_ascii=False, indent=2)}\n", encoding="utf-8")
