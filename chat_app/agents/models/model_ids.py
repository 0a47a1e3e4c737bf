"""Checks whether a model id can work in this installation, without calling the model."""

from __future__ import annotations

import inspect
import os
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from chat_app.domain.agents import LOCAL_PROVIDER, Agent

if TYPE_CHECKING:
    # The agent library is loaded with the turn runner, after the start.
    from pydantic_ai.providers import Provider

SCRIPTED_PROVIDER = "scripted"
"""The prefix of models that play a script, for tests and benchmarks."""
ALLOW_SCRIPTED = "CHAT_APP_ALLOW_SCRIPTED"
"""The environment variable that must be 1 to allow them, because such a model id reads a file."""
OPENAI_PREFIXES = ("openai", "openai-chat", "openai-responses")
"""With a base_url these mean any server that speaks OpenAI's protocol."""
CHAT_PREFIXES = ("openai", "openai-chat")
"""With a base_url these mean the chat-completions protocol: few other servers speak OpenAI's newer one."""
GATEWAY_PREFIX = "gateway/"

_INSTALLED = {**dict.fromkeys((*OPENAI_PREFIXES, "anthropic", "ollama"), True), "openrouter": False, "deepseek": False}
"""Providers whose libraries are always installed, and whether they can be asked at another `base_url`.

They are known without loading the libraries, which would take longer than the rest of a start.
"""


@dataclass(frozen=True, kw_only=True)
class ModelRules:
    """What model ids are checked against."""

    local_models: Collection[str] | None = None
    """The names of the embedded models; names are not checked when it is None."""
    allow_scripted: bool = False


def is_scripted_allowed() -> bool:
    """Return whether models that play a script may be used in this process."""
    return os.environ.get(ALLOW_SCRIPTED) == "1"


def model_problem(model: str, *, base_url: str | None, rules: ModelRules) -> str | None:
    """Return why a model id can't work, as the end of a sentence that begins with the model, or None.

    Args:
        model: `provider:name`.
        base_url: The server that the agent names.
        rules: What is checked.
    """
    provider, _, name = model.partition(":")
    if provider == LOCAL_PROVIDER:
        return _local_problem(name, rules.local_models)
    if provider == SCRIPTED_PROVIDER:
        return None if rules.allow_scripted else f"is for tests and needs {ALLOW_SCRIPTED}=1 in the environment"
    if provider in _INSTALLED:
        takes_base_url = _INSTALLED[provider]
    else:
        problem, takes_base_url = _look_up(provider)
        if problem is not None:
            return problem
    if base_url is not None and not takes_base_url:
        return f"can't be used with base_url; for a server that speaks OpenAI's protocol write openai:{name}"
    return None


def _look_up(provider: str) -> tuple[str | None, bool]:
    """Return in words why a provider can't be used, or None; and whether it takes a base URL."""
    from pydantic_ai.providers import infer_provider_class  # noqa: PLC0415 - see above

    try:
        provider_class = infer_provider_class(provider)
    except ValueError:
        suggestion = _did_you_mean(provider, _provider_names())
        return f"has an unknown provider: {provider}{suggestion}", False
    except ImportError:
        return f"needs a library that is not installed: pip install 'pydantic-ai-slim[{provider}]'", False
    return None, "base_url" in parameter_names(provider_class)


def is_installed(provider: str) -> bool:
    """Whether the library of a known provider is installed."""
    if provider in _INSTALLED:
        return True
    from pydantic_ai.providers import infer_provider_class  # noqa: PLC0415 - see above

    try:
        infer_provider_class(provider)
    except ImportError:
        return False
    return True


def agent_for_model(agent: Agent, model: str) -> Agent:
    """Return the agent with the server and key for a model: its own server and key are for its own provider alone."""
    if model.partition(":")[0] == agent.model.partition(":")[0]:
        return agent
    return agent.model_copy(update={"base_url": None, "api_key_env": None})


def parameter_names(provider_class: type[Provider[Any]]) -> Collection[str]:
    """Return the names of the parameters of a provider's constructor."""
    return inspect.signature(provider_class).parameters.keys()


def _local_problem(name: str, local_models: Collection[str] | None) -> str | None:
    if local_models is None or name in local_models:
        return None
    near = _did_you_mean(name, local_models)
    return f"is not an embedded model{near or '; known models: ' + ', '.join(sorted(local_models))}"


def _provider_names() -> list[str]:
    from pydantic_ai.models import known_model_names  # noqa: PLC0415 - see above

    known = {name.partition(":")[0] for name in known_model_names() if not name.startswith(GATEWAY_PREFIX)}
    return sorted(known | {LOCAL_PROVIDER, "ollama", "openrouter", "vllm", "litellm", "azure", "together"})


def _did_you_mean(word: str, words: Collection[str]) -> str:
    near = get_close_matches(word, words, n=1)
    return f"; did you mean {near[0]}?" if near else ""
