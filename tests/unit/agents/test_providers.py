"""The model that an agent's settings select, and the error when no model can be built."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIResponsesModel

from chat_app.agents.models.chat_completions.model import ChatCompletionsModel
from chat_app.agents.models.key_names import key_names_for
from chat_app.agents.models.model_ids import ALLOW_SCRIPTED
from chat_app.agents.models.providers import OLLAMA_URL, PLACEHOLDER_KEY, ModelProviders
from chat_app.agents.models.scripted.model import ScriptedModel
from chat_app.domain.agents import Agent
from chat_app.domain.errors import TurnError

pytestmark = pytest.mark.anyio

KEY = "key-of-the-real-provider"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENROUTER_API_KEY"):
        monkeypatch.setenv(name, KEY)
    for name in ("OLLAMA_BASE_URL", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", ALLOW_SCRIPTED):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def providers() -> AsyncIterator[ModelProviders]:
    async with ModelProviders(local=lambda name: ScriptedModel() if name == "small" else pytest.fail(name)) as made:
        yield made


def an_agent(model: str, **values: Any) -> Agent:
    return Agent(key="ada", name="Ada", color="#b4552d", model=model, **values)


def key_of(model: Model) -> str:
    """Return the key that a model sends to its server."""
    if isinstance(model, ChatCompletionsModel):
        return model.server.key
    assert model.provider is not None
    return model.provider.client.api_key


@pytest.mark.parametrize(
    ("model", "kind", "address"),
    [
        ("openai:gpt-6.1-sol", OpenAIResponsesModel, "https://api.openai.com/v1/"),
        ("openai-chat:gpt-6.1-sol", ChatCompletionsModel, "https://api.openai.com/v1/"),
        ("anthropic:claude-sonnet-5-5", AnthropicModel, "https://api.anthropic.com"),
        ("openrouter:openrouter/auto", ChatCompletionsModel, "https://openrouter.ai/api/v1/"),
        ("ollama:qwen3:8b", ChatCompletionsModel, f"{OLLAMA_URL}/"),
    ],
)
async def test_a_model_id_builds_the_model_class_of_its_provider(
    providers: ModelProviders, model: str, kind: type[Any], address: str
) -> None:
    made = providers.build(an_agent(model))
    assert type(made) is kind
    assert made.model_name == model.partition(":")[2]
    assert made.base_url == address
    if made.provider is not None:
        assert made.provider.client.max_retries == 0


async def test_a_local_model_comes_from_the_catalogue(providers: ModelProviders) -> None:
    assert isinstance(providers.build(an_agent("local:small")), ScriptedModel)


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("openai:any", ChatCompletionsModel),
        ("openai-chat:any", ChatCompletionsModel),
        ("openai-responses:any", OpenAIResponsesModel),
        ("ollama:any", ChatCompletionsModel),
        ("vllm:any", ChatCompletionsModel),
        ("anthropic:any", AnthropicModel),
    ],
)
async def test_a_server_with_its_own_address_does_not_get_the_providers_key(
    providers: ModelProviders, model: str, kind: type[Any]
) -> None:
    made = providers.build(an_agent(model, base_url="http://127.0.0.1:1234/v1"))
    assert type(made) is kind
    assert key_of(made) == PLACEHOLDER_KEY
    assert str(made.base_url).rstrip("/") == "http://127.0.0.1:1234/v1"


async def test_a_server_with_its_own_address_gets_the_key_that_the_agent_names(
    providers: ModelProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_SECRET", "key-of-this-server")
    made = providers.build(an_agent("openai:any", base_url="https://x.example/v1", api_key_env="SERVER_SECRET"))
    assert key_of(made) == "key-of-this-server"


@pytest.mark.parametrize(
    ("model", "values", "turn_model"),
    [
        ("openai:any", {}, None),
        ("gateway/openai:any", {}, None),
        ("anthropic:any", {}, None),
        ("openai:any", {"base_url": "https://x.example/v1", "api_key_env": "SERVER_SECRET"}, None),
        ("openai:any", {"base_url": "https://x.example/v1", "api_key_env": "SERVER_SECRET"}, "anthropic:other"),
    ],
)
async def test_a_key_of_the_workspace_precedes_the_key_of_the_environment(
    providers: ModelProviders,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    values: dict[str, str],
    turn_model: str | None,
) -> None:
    monkeypatch.setenv("PAIG_API_KEY", KEY)
    monkeypatch.setenv("PYDANTIC_AI_GATEWAY_BASE_URL", "https://gateway.example")
    monkeypatch.setenv("SERVER_SECRET", KEY)
    agent = an_agent(model, **values)
    stored = dict.fromkeys(key_names_for(agent, turn_model or model)[-1:], "key-of-the-workspace")
    made = providers.build(agent, turn_model, stored.get)
    assert key_of(made) == "key-of-the-workspace"


async def test_a_server_with_its_own_address_does_not_get_the_workspaces_key_of_the_provider(
    providers: ModelProviders,
) -> None:
    agent = an_agent("openai:any", base_url="http://127.0.0.1:1234/v1")
    made = providers.build(agent, None, {"OPENAI_API_KEY": "key-of-the-workspace"}.get)
    assert key_of(made) == PLACEHOLDER_KEY


async def test_a_model_chosen_for_a_turn_uses_the_agents_server_only_for_the_same_provider(
    providers: ModelProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_SECRET", "key-of-this-server")
    agent = an_agent("openai:small", base_url="https://x.example/v1", api_key_env="SERVER_SECRET")
    same = providers.build(agent, "openai:large")
    assert (same.model_name, same.base_url) == ("large", "https://x.example/v1")
    other = providers.build(agent, "anthropic:claude-sonnet-5-5")
    assert other.base_url == "https://api.anthropic.com"
    assert key_of(other) == KEY
    assert isinstance(providers.build(agent, "local:small"), ScriptedModel)


async def test_models_share_the_provider_and_the_http_client(providers: ModelProviders) -> None:
    first = providers.build(an_agent("openai:gpt-6.1-sol"))
    again = providers.build(an_agent("openai:gpt-6-luna"))
    other = providers.build(an_agent("anthropic:claude-sonnet-5-5"))
    assert first.provider is not None
    assert again.provider is not None
    assert other.provider is not None
    assert first.provider is again.provider
    assert first.provider.client._client is other.provider.client._client


async def test_the_http_client_is_closed_at_the_end() -> None:
    async with ModelProviders(local=lambda _: ScriptedModel()) as providers:
        made = providers.build(an_agent("openai:gpt-6.1-sol"))
        assert made.provider is not None
        client = made.provider.client
        assert not client.is_closed()
    assert client.is_closed()


async def refusal(providers: ModelProviders, agent: Agent, model: str | None = None) -> str:
    with pytest.raises(TurnError) as caught:
        providers.build(agent, model)
    assert caught.value.code == "model_unavailable"
    return caught.value.message


@pytest.mark.parametrize(
    ("model", "env_name"),
    [
        ("openai:gpt-6.1-sol", "OPENAI_API_KEY"),
        ("anthropic:claude-sonnet-5-5", "ANTHROPIC_API_KEY"),
        ("openrouter:openrouter/auto", "OPENROUTER_API_KEY"),
    ],
)
async def test_a_missing_provider_key_is_reported_with_its_name(
    providers: ModelProviders, monkeypatch: pytest.MonkeyPatch, model: str, env_name: str
) -> None:
    monkeypatch.delenv(env_name)
    assert await refusal(providers, an_agent(model)) == (
        f"Ada needs a key. An owner or admin can add {env_name} under Settings → Keys, or set it in the server's "
        "environment and restart the server."
    )


async def test_a_missing_key_that_the_agent_names_is_reported_with_its_name(providers: ModelProviders) -> None:
    agent = an_agent("openai:any", base_url="https://x.example/v1", api_key_env="NOT_SET_HERE")
    assert "add NOT_SET_HERE under Settings" in await refusal(providers, agent)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("opanai:gpt", "did you mean openai?"),
        ("google:gemini-3.8-flash", "pydantic-ai-slim[google]"),
        ("scripted:echo", ALLOW_SCRIPTED),
        ("scripted:/etc/passwd", ALLOW_SCRIPTED),
        ("nonsense", "unknown provider"),
    ],
)
async def test_an_unusable_model_chosen_for_a_turn_is_reported(
    providers: ModelProviders, model: str, words: str
) -> None:
    assert words in await refusal(providers, an_agent("openai:gpt-6.1-sol"), model)


async def test_scripted_models_are_built_where_they_are_allowed(
    providers: ModelProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ALLOW_SCRIPTED, "1")
    assert isinstance(providers.build(an_agent("scripted:echo")), ScriptedModel)
