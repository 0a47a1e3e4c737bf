"""The default key names are those that the agent library's providers read."""

from __future__ import annotations

import os
import re

import pytest
from pydantic_ai.exceptions import UserError
from pydantic_ai.providers import infer_provider

from chat_app.agents.models.key_names import default_key_names, key_names_for
from chat_app.domain.agents import Agent

PROVIDERS = (
    *("openai", "openai-chat", "openai-responses", "anthropic", "openrouter", "deepseek", "azure", "vercel", "heroku"),
    *("alibaba", "fireworks", "together", "cerebras", "moonshotai", "nebius", "ovhcloud", "sambanova"),
)


def an_agent(model: str, **values: str) -> Agent:
    return Agent.model_validate({"key": "ada", "name": "Ada", "color": "#b4552d", "model": model, **values})


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_default_key_name_is_the_one_that_the_agent_library_asks_for(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in os.environ:
        if re.search("KEY|TOKEN|BASE_URL|ENDPOINT", name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://azure.example")
    monkeypatch.setenv("OPENAI_API_VERSION", "1")
    with pytest.raises(UserError) as caught:
        infer_provider(provider)
    named = re.findall(r"`?([A-Z][A-Z0-9_]+_(?:KEY|TOKEN))\b", caught.value.message)
    assert named[0] == default_key_names(provider)[0]


@pytest.mark.parametrize(
    ("agent", "model", "names"),
    [
        (an_agent("openai:a"), "openai:a", ("OPENAI_API_KEY",)),
        (an_agent("gateway/openai:a"), "gateway/openai:a", ("PYDANTIC_AI_GATEWAY_API_KEY", "PAIG_API_KEY")),
        (an_agent("openai:a", api_key_env="MINE"), "openai:b", ("MINE",)),
        (an_agent("openai:a", api_key_env="MINE"), "anthropic:b", ("ANTHROPIC_API_KEY",)),
        (an_agent("openai:a", base_url="http://x.example/v1"), "openai:a", ()),
        (an_agent("openai:a", base_url="http://x.example/v1", api_key_env="MINE"), "openai:a", ("MINE",)),
        (an_agent("openai:a", base_url="http://x.example/v1"), "anthropic:b", ("ANTHROPIC_API_KEY",)),
        (an_agent("openai:a", api_key_env="MINE"), "local:small", ()),
        (an_agent("scripted:echo", api_key_env="MINE"), "scripted:echo", ()),
    ],
)
def test_an_agent_uses_the_key_name_of_its_server(agent: Agent, model: str, names: tuple[str, ...]) -> None:
    assert key_names_for(agent, model) == names
