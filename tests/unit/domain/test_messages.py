"""How messages are made, what may be sent, previews, and which messages an agent reads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.domain.actor import LOCAL_OWNER
from chat_app.domain.errors import Invalid
from chat_app.domain.messages import (
    MAX_MESSAGE_PARTS,
    MESSAGE_TEXT_LIMIT,
    PREVIEW_LENGTH,
    Message,
    asks_agent,
    check_message_parts,
    empty_answer,
    greeting_message,
    readable_by_agent,
    user_message,
)
from chat_app.domain.parts import ErrorPart, FilePart, Part, ReasoningPart, TextPart, text_parts
from chat_app.domain.sessions import Visibility
from tests.support.builders import START, a_message, a_session, a_turn


def question(**values: Any) -> Message:
    return a_message(role="user", **values)


def test_a_message_of_a_person_has_its_author_and_no_turn() -> None:
    message = user_message(
        LOCAL_OWNER, a_session(), parts=text_parts("Hi"), parent_id="msg_0", request_id="r-1", at=START
    )
    assert (message.role, message.content, message.parent_id, message.request_id) == ("user", "Hi", "msg_0", "r-1")
    assert (message.author_id, message.author_name) == (LOCAL_OWNER.user_id, LOCAL_OWNER.name)
    assert (message.chat_session_id, message.task_id, message.created_at) == ("ses_1", None, START)


def test_an_answer_is_empty_and_belongs_to_its_turn() -> None:
    turn = a_turn()
    answer = empty_answer(turn)
    assert (answer.id, answer.parent_id, answer.task_id) == (turn.assistant_message_id, turn.user_message_id, turn.id)
    assert (answer.role, answer.parts, answer.author_id) == ("assistant", (), None)


def test_a_greeting_answers_no_message() -> None:
    greeting = greeting_message(a_session(), "Hello.")
    assert (greeting.role, greeting.content, greeting.created_at) == ("assistant", "Hello.", START)
    assert (greeting.parent_id, greeting.task_id) == (None, None)


def test_sent_parts_get_new_ids_and_blank_parts_are_left_out() -> None:
    sent = [TextPart(id="7.7", text=" one "), TextPart(id="x", text=" \n"), TextPart(id="y", text="two")]
    assert check_message_parts(sent) == (TextPart(id="0.0", text=" one "), TextPart(id="0.1", text="two"))


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((), "empty_message"),
        (text_parts("", " \n\t"), "empty_message"),
        (text_parts("x" * (MESSAGE_TEXT_LIMIT + 1)), "message_too_long"),
        (text_parts(*["x" * (MESSAGE_TEXT_LIMIT // 2)] * 2), "message_too_long"),
        (text_parts(*["x"] * (MAX_MESSAGE_PARTS + 1)), "too_many_parts"),
        (text_parts("x", "a\x00"), "invalid_text"),
        ((*text_parts("x"), FilePart(id="0.1", attachment_id="att_1")), "files_not_supported"),
        ((ReasoningPart(id="0.0", text="x"),), "invalid_part"),
    ],
)
def test_an_invalid_message_is_refused_with_the_reason(parts: tuple[Part, ...], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_message_parts(parts)
    assert caught.value.code == code


def test_a_message_of_the_maximum_length_may_be_sent() -> None:
    longest = text_parts("x" * MESSAGE_TEXT_LIMIT)
    assert check_message_parts(longest) == longest


@pytest.mark.parametrize(
    ("visibility", "text", "asks"),
    [
        (Visibility.PRIVATE, "Hi", True),
        (Visibility.WORKSPACE, "Hi", True),
        (Visibility.GROUP, "Hi", False),
        (Visibility.GROUP, "@Echo hi", True),
        (Visibility.GROUP, "@echo-2 hi", False),
    ],
)
def test_in_a_group_the_agent_answers_only_messages_that_mention_it(
    visibility: Visibility, text: str, asks: bool
) -> None:
    assert asks_agent(a_session(visibility=visibility), question(parts=text_parts(text))) is asks


@given(st.text(max_size=2_000))
def test_a_preview_is_one_short_line(text: str) -> None:
    preview = question(parts=text_parts(text)).preview
    assert len(preview) <= PREVIEW_LENGTH
    assert preview == " ".join(preview.split()) or len(preview) == PREVIEW_LENGTH


def test_a_preview_shows_the_text_or_else_the_error() -> None:
    error = ErrorPart(id="1.0", code="x", text="It\nfailed.")
    assert a_message(parts=(*text_parts("One\n\ntwo"), error)).preview == "One two"
    assert a_message(parts=(error,)).preview == "It failed."
    assert a_message().preview == ""


def answer(answer_id: str, question_id: str | None, *parts: Part) -> Message:
    return a_message(id=answer_id, parent_id=question_id, parts=parts)


ERROR = ErrorPart(id="9.0", code="x", text="No.")


@pytest.mark.parametrize(
    ("conversation", "readable"),
    [
        ([], []),
        ([answer("greeting", None, TextPart(id="0.0", text="Hi"))], ["greeting"]),
        ([question(id="q")], ["q"]),
        ([question(id="q"), answer("a", "q")], ["q"]),
        ([question(id="q"), answer("a", "q", ERROR)], ["q"]),
        ([question(id="q"), answer("a", "q", TextPart(id="0.0", text="Part"), ERROR)], ["q", "a"]),
        (
            [
                question(id="q"),
                answer("first", "q", *text_parts("One")),
                answer("second", "q", *text_parts("Two")),
                answer("third", "q", ERROR),
            ],
            ["q", "second"],
        ),
        # A question that was sent while another one waited is answered after it.
        (
            [
                question(id="q1"),
                answer("a1", "q1", *text_parts("One")),
                question(id="q2"),
                answer("a2", "q2", *text_parts("Two")),
                answer("a1-again", "q1", *text_parts("Three")),
            ],
            ["q1", "a1-again", "q2", "a2"],
        ),
        ([answer("of an older question", "q0", *text_parts("One")), question(id="q1")], ["q1"]),
    ],
)
def test_an_agent_reads_the_newest_answer_of_each_question(conversation: list[Message], readable: list[str]) -> None:
    assert [message.id for message in readable_by_agent(conversation)] == readable
