"""The text that a model gets when a tool call fails unexpectedly."""

from __future__ import annotations

import pytest
from pydantic_ai import Agent
from pydantic_ai.messages import ModelRequest, ToolReturnPart
from pydantic_ai.toolsets import FunctionToolset

from chat_app.agents.models.scripted.model import ScriptedModel
from chat_app.agents.models.scripted.script import Call, Condition, Script, Step, Text
from chat_app.agents.run.toolset import CallRecord, DurableToolset, TurnDeps
from chat_app.services.runtime import Runtime

pytestmark = pytest.mark.anyio


async def look_up(word: str) -> str:
    """Look a word up."""
    raise RuntimeError(word)


async def send_mail(text: str) -> str:
    """Send a mail."""
    raise RuntimeError(text)


async def test_the_model_is_warned_not_to_repeat_failed_calls_of_non_idempotent_tools(app: Runtime) -> None:
    await app.runner.loaded()
    records: dict[str, CallRecord] = {}

    async def settle(call_id: str, record: CallRecord) -> None:
        records[call_id] = record

    toolset = DurableToolset(
        FunctionToolset[TurnDeps]([look_up, send_mail], id="tools"),
        live=app.live.begin("ses_1", workspace_id="wsp_1", turn_id="trn_1", message_id="msg_1"),
        idempotent={"look_up"},
        settle=settle,
    )
    calls = (
        Call(tool="look_up", arguments={"word": "x"}, id="look-up"),
        Call(tool="send_mail", arguments={"text": "x"}, id="send-mail"),
    )
    model = ScriptedModel(Script(steps=(Step(on=Condition(call=1), chunks=calls), Step(chunks=(Text(text="Sorry."),)))))
    result = await Agent(model, deps_type=TurnDeps, toolsets=[toolset]).run(
        "?", deps=TurnDeps(turn_id="trn_1", session_id="ses_1")
    )
    read_by_model = {
        part.tool_call_id: part.model_response_str()
        for message in result.all_messages()
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, ToolReturnPart)
    }
    assert read_by_model == {call_id: record["output"] for call_id, record in records.items()}
    assert read_by_model["look-up"] == "The tool failed: RuntimeError."
    assert read_by_model["send-mail"].endswith("don't repeat the call without checking.")
    assert all(record["is_error"] for record in records.values())
