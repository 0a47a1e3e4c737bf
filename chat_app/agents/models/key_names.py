"""Determines the names of the API keys that an agent's model is called with."""

from __future__ import annotations

from chat_app.agents.models.model_ids import GATEWAY_PREFIX, OPENAI_PREFIXES, SCRIPTED_PROVIDER, agent_for_model
from chat_app.domain.agents import LOCAL_PROVIDER, Agent

_GATEWAY = ("PYDANTIC_AI_GATEWAY_API_KEY", "PAIG_API_KEY")
_NAMES = {
    **dict.fromkeys(OPENAI_PREFIXES, ("OPENAI_API_KEY",)),
    "google": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
    "azure": ("AZURE_OPENAI_API_KEY",),
    "cohere": ("CO_API_KEY",),
    "huggingface": ("HF_TOKEN",),
    "heroku": ("HEROKU_INFERENCE_KEY",),
    "vercel": ("VERCEL_AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"),
    "alibaba": ("ALIBABA_API_KEY", "DASHSCOPE_API_KEY"),
    "bedrock": ("AWS_BEARER_TOKEN_BEDROCK",),
}
"""The key names of providers whose keys are not named after them, in the agent library's order of search."""


def default_key_names(provider: str) -> tuple[str, ...]:
    """Return the usual names of a provider's key; the first one that is set is used.

    Args:
        provider: The prefix of its models' ids.
    """
    if provider.startswith(GATEWAY_PREFIX):
        return _GATEWAY
    return _NAMES.get(provider) or (f"{provider.upper().replace('-', '_')}_API_KEY",)


def key_names_for(agent: Agent, model: str) -> tuple[str, ...]:
    """Return the names of the keys for a model, of which the first that is set is used; empty when it needs none.

    Args:
        agent: The agent.
        model: The model that answers, which may be another one than the agent's own.
    """
    provider = model.partition(":")[0]
    if provider in (LOCAL_PROVIDER, SCRIPTED_PROVIDER):
        return ()
    agent = agent_for_model(agent, model)
    if agent.api_key_env is not None:
        return (agent.api_key_env,)
    return () if agent.base_url is not None else default_key_names(provider)
