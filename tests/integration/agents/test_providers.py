"""Models over the wire: the real client libraries against a local server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
from pydantic_ai.messages import ModelRequest, ModelResponse, UserPromptPart
from pydantic_ai.models import Model, ModelRequestParameters, override_allow_model_requests

from chat_app.agents.models.providers import PLACEHOLDER_KEY, ModelProviders
from chat_app.agents.models.scripted.model import ScriptedModel
from chat_app.agents.run.errors import describe_failure
from chat_app.agents.run.pieces import StreamsPieces
from chat_app.domain.turn_errors import TurnErrorCode, TurnFailure
from tests.support.http_server import Reply, http_server
from tests.support.provider_replies import (
    CHAT,
    MESSAGES,
    STREAM,
    an_agent,
    anthropic_error,
    chunks,
    json_reply,
    openai_error,
)

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def allowed() -> Iterator[None]:
    """Requests go to a server of this test."""
    with override_allow_model_requests(True):
        yield


@pytest.fixture
async def providers() -> AsyncIterator[ModelProviders]:
    async with ModelProviders(local=lambda _: ScriptedModel()) as made:
        yield made


async def ask(model: Model) -> ModelResponse:
    request = ModelRequest(parts=[UserPromptPart(content="hello")])
    if isinstance(model, StreamsPieces):
        async with model.stream_pieces([request], None, ModelRequestParameters()) as pieces:
            async for _ in pieces:
                pass
        return pieces.response()
    async with model.request_stream([request], None, ModelRequestParameters()) as stream:
        async for _ in stream:
            pass
    return stream.get()


async def failure(model: Model) -> TurnFailure:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - describe_failure classifies the exception
        await ask(model)
    return describe_failure(caught.value)


async def test_an_openai_compatible_server_answers_and_gets_no_key_of_another_provider(
    providers: ModelProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-the-real-provider")
    async with http_server({CHAT: Reply(headers=STREAM, body=chunks("good ", "day"))}) as web:
        response = await ask(providers.build(an_agent(web)))
    assert response.text == "good day"
    [asked] = web.asked
    assert asked.headers["authorization"] == f"Bearer {PLACEHOLDER_KEY}"
    assert json.loads(asked.body)["model"] == "m"


async def test_a_server_with_a_configured_key_gets_that_key(
    providers: ModelProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_SECRET", "key-of-this-server")
    async with http_server({CHAT: Reply(headers=STREAM, body=chunks("x"))}) as web:
        await ask(providers.build(an_agent(web, api_key_env="SERVER_SECRET")))
    assert web.asked[0].headers["authorization"] == "Bearer key-of-this-server"


CODE = TurnErrorCode
OPENAI_ERRORS = [
    (openai_error(429, "slow down", "rate_limit_exceeded"), CODE.RATE_LIMITED, True),
    (openai_error(429, "no credit", "insufficient_quota"), CODE.PROVIDER_ERROR, False),
    (
        openai_error(401, "Incorrect API key provided: sk-proj-0123456789", "invalid_api_key"),
        CODE.MODEL_UNAVAILABLE,
        False,
    ),
    (openai_error(403, "not for you"), CODE.MODEL_UNAVAILABLE, False),
    (openai_error(404, "The model 'm' does not exist", "model_not_found"), CODE.MODEL_UNAVAILABLE, False),
    (
        openai_error(400, "maximum context length is 8192 tokens", "context_length_exceeded"),
        CODE.CONTEXT_OVERFLOW,
        False,
    ),
    (openai_error(400, "the request exceeds the available context size"), CODE.CONTEXT_OVERFLOW, False),
    (openai_error(400, "filtered", "content_filter"), CODE.REFUSED, False),
    (openai_error(400, "unknown parameter"), CODE.PROVIDER_ERROR, False),
    (openai_error(500, "oops"), CODE.PROVIDER_ERROR, True),
    (openai_error(503, "overloaded"), CODE.PROVIDER_ERROR, True),
    (
        json_reply(400, {"error": "prompt too long; exceeded max context length by 4 tokens"}),
        CODE.CONTEXT_OVERFLOW,
        False,
    ),
    (Reply(status=502, headers={"content-type": "text/html"}, body=b"<h1>Bad gateway</h1>"), CODE.PROVIDER_ERROR, True),
]
ANTHROPIC_ERRORS = [
    (anthropic_error(429, "rate_limit_error", "slow down"), CODE.RATE_LIMITED, True),
    (anthropic_error(529, "overloaded_error", "Overloaded"), CODE.PROVIDER_ERROR, True),
    (anthropic_error(400, "invalid_request_error", "prompt is too long: 9 > 8"), CODE.CONTEXT_OVERFLOW, False),
    (anthropic_error(400, "invalid_request_error", "Your credit balance is too low"), CODE.PROVIDER_ERROR, False),
    (anthropic_error(401, "authentication_error", "invalid x-api-key"), CODE.MODEL_UNAVAILABLE, False),
    (anthropic_error(404, "not_found_error", "model: m"), CODE.MODEL_UNAVAILABLE, False),
]


@pytest.mark.parametrize(
    ("provider", "path", "reply", "code", "retryable"),
    [("openai", CHAT, *case) for case in OPENAI_ERRORS] + [("anthropic", MESSAGES, *case) for case in ANTHROPIC_ERRORS],
)
async def test_an_error_of_the_server_is_classified_and_not_retried_by_the_client(
    providers: ModelProviders, provider: str, path: str, reply: Reply, code: TurnErrorCode, retryable: bool
) -> None:
    async with http_server({path: reply}) as web:
        failed = await failure(providers.build(an_agent(web, provider)))
        assert (failed.code, failed.retryable) == (code, retryable)
        assert failed.details["status"] == reply.status
        assert "sk-proj" not in str(failed)
        assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("provider", "path", "reply"),
    [
        ("openai", CHAT, openai_error(429, "slow down", **{"retry-after": "3"})),
        ("anthropic", MESSAGES, anthropic_error(429, "rate_limit_error", "slow down", **{"retry-after": "3"})),
    ],
)
async def test_the_retry_after_header_of_a_server_is_reported(
    providers: ModelProviders, provider: str, path: str, reply: Reply
) -> None:
    async with http_server({path: reply}) as web:
        assert (await failure(providers.build(an_agent(web, provider)))).retry_after == 3.0


async def test_an_error_in_the_middle_of_an_answer_is_classified(providers: ModelProviders) -> None:
    begun = chunks("so ", "far").split(b"data: {", 1)[1].rsplit(b"data: [DONE]", 1)[0]
    late = json.dumps({"error": {"message": "Overloaded", "code": "rate_limit_exceeded"}}).encode()
    async with http_server({CHAT: Reply(headers=STREAM, body=b"data: {" + begun + b"data: " + late + b"\n\n")}) as web:
        assert (await failure(providers.build(an_agent(web)))).code == CODE.RATE_LIMITED


@pytest.mark.parametrize(("provider", "path"), [("openai", CHAT), ("anthropic", MESSAGES)])
async def test_a_broken_connection_is_retryable(providers: ModelProviders, provider: str, path: str) -> None:
    # The first chunk alone: after a finish reason an answer is complete, however the connection ends.
    body = chunks("so ").partition(b"\n\n")[0] + b"\n\n"
    if provider == "anthropic":
        body = b'event: ping\ndata: {"type": "ping"}\n\n'
    async with http_server({path: Reply(headers=STREAM, body=body, cut=True)}) as web:
        failed = await failure(providers.build(an_agent(web, provider)))
    assert (failed.code, failed.retryable) == (CODE.PROVIDER_ERROR, True)


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic"])
async def test_an_unreachable_server_is_reported(providers: ModelProviders, provider: str) -> None:
    async with http_server() as web:
        agent = an_agent(web, provider)
    failed = await failure(providers.build(agent))
    assert (failed.code, failed.retryable) == (CODE.MODEL_UNAVAILABLE, True)
    assert "can't be reached" in failed.text


async def test_one_connection_is_reused_for_several_turns(providers: ModelProviders) -> None:
    replies: Sequence[Reply] = [Reply(headers=STREAM, body=chunks("x"))]
    async with http_server({CHAT: replies}) as web:
        for _ in range(3):
            await ask(providers.build(an_agent(web)))
        assert len(web.asked) == 3
        assert web.connections == 1


async def test_text_that_could_begin_a_tag_is_not_lost_when_the_end_comes_later(providers: ModelProviders) -> None:
    end = b"data: [DONE]\n\n"
    read = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield chunks("so far", " <").removesuffix(end)
        await read.wait()
        yield end

    async with http_server({CHAT: Reply(headers=STREAM, body=body())}) as web:
        model = providers.build(an_agent(web))
        assert isinstance(model, StreamsPieces)
        request = ModelRequest(parts=[UserPromptPart(content="hello")])
        async with model.stream_pieces([request], None, ModelRequestParameters()) as pieces:
            async for _ in pieces:
                read.set()
        assert pieces.response().text == "so far <"
