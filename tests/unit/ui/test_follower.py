"""What a follower concludes from what happened."""

from __future__ import annotations

from chat_app.domain.events import MessageCreated
from chat_app.ui.transcript.follower import brings_remark
from tests.support.builders import a_message, an_event


def test_what_others_write_is_there_to_read_and_what_one_writes_oneself_is_not() -> None:
    remark = an_event(MessageCreated(message=a_message(role="user", author_id="usr_bob")))
    answer = an_event(MessageCreated(message=a_message(role="assistant", author_id=None)))
    assert brings_remark([answer, remark], viewer="usr_ada")
    assert not brings_remark([answer, remark], viewer="usr_bob")
    assert not brings_remark([answer], viewer="usr_ada")
