"""Builds the model of an agent: embedded, of a provider, or of a server that speaks OpenAI's protocol."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model, create_async_httpx2_client, infer_model
from pydantic_ai.providers import Provider, infer_provider_class
from pydantic_ai.providers.gateway import gateway_provider  # pyright: ignore[reportUnknownVariableType]

from chat_app.agents.models.chat_completions.model import ChatCompletionsModel, Server
from chat_app.agents.models.key_names import key_names_for
from chat_app.agents.models.model_ids import (
    CHAT_PREFIXES,
    GATEWAY_PREFIX,
    OPENAI_PREFIXES,
    SCRIPTED_PROVIDER,
    ModelRules,
    agent_for_model,
    is_scripted_allowed,
    model_problem,
    parameter_names,
)
from chat_app.agents.models.scripted.model import ScriptedModel
from chat_app.agents.run.ports import StoredKey
from chat_app.agents.run.redaction import remember_secret
from chat_app.domain.agents import LOCAL_PROVIDER, Agent
from chat_app.domain.errors import TurnError
from chat_app.domain.turn_errors import TurnErrorCode, TurnFailure

CONNECT_TIMEOUT_SECONDS = 5.0
"""A reachable server accepts a connection in well under a second, a distant one in two."""
READ_TIMEOUT_SECONDS = 300.0
"""The longest wait for the next byte: a local server may load tens of gigabytes before the first token."""
OLLAMA_URL = "http://127.0.0.1:11434/v1"
"""Ollama's default address."""
PLACEHOLDER_KEY = "no-key"
"""Sent to servers that need no key: the clients require one, and a real key must not be sent to another server."""
_OTHER_AUTHENTICATION = frozenset({"azure", "github-copilot", "snowflake", "bedrock-mantle"})
"""Providers whose servers speak the chat-completions protocol, but want other headers than a bearer token."""
MAX_PROVIDERS = 64
"""Provider clients that are cached, the last used ones. Each holds a key; all share connections."""

_MISSING_KEY = re.compile(r"`([A-Z][A-Z0-9_]+)`")
"""Finds the environment variable in the agent library's message about a missing key."""


def no_stored_key(_name: str) -> None:
    """Return no key, like a workspace without stored keys."""


@dataclass(frozen=True, kw_only=True)
class _Connection:
    """What makes two uses of a provider share a client."""

    provider: str
    base_url: str | None
    key: str | None = field(repr=False)


class ModelProviders:
    """Builds models that share an HTTP client; an async context manager, which closes the client.

    Args:
        local: Returns an embedded model by its name.
    """

    def __init__(self, *, local: Callable[[str], Model]) -> None:
        self._local = local
        self._client = create_async_httpx2_client(
            timeout=httpx2.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS)
        )
        self._providers: dict[_Connection, Provider[Any]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    def build(self, agent: Agent, model: str | None = None, stored_key: StoredKey = no_stored_key) -> Model:
        """Return the model that answers for an agent; quick enough to be called for every turn.

        Args:
            agent: The agent, whose server and key are used.
            model: Another model for this turn. The agent's server and key are for its own provider alone; a model
                of another provider is called at that provider's own address with its usual key.
            stored_key: Returns the workspace's keys, which take precedence over those of the environment.

        Raises:
            TurnError: The model is misconfigured; the message says what to change.
            ConfigError: The workspace's key can't be decrypted.
        """
        model = model or agent.model
        provider, _, name = model.partition(":")
        agent = agent_for_model(agent, model)
        problem = model_problem(model, base_url=agent.base_url, rules=ModelRules(allow_scripted=is_scripted_allowed()))
        if problem is not None:
            raise _unavailable(f"The model {model} {problem}.", model=model)
        if provider == LOCAL_PROVIDER:
            return self._local(name)
        if provider == SCRIPTED_PROVIDER:
            return ScriptedModel.load(name)
        return self._remote(agent, provider, name, _key(agent, model, stored_key))

    def _remote(self, agent: Agent, provider: str, name: str, key: str | None) -> Model:
        if agent.base_url is not None and provider in CHAT_PREFIXES:
            # The name is stored in the history: reasoning is sent back only to the server that wrote it.
            server = Server(name=urlsplit(agent.base_url).netloc, base_url=agent.base_url, key=key or PLACEHOLDER_KEY)
            return ChatCompletionsModel(name, server, client=self._client)
        try:
            model = infer_model(f"{provider}:{name}", partial(self._provider, base_url=agent.base_url, key=key))
            return self._with_own_reader(model)
        except UserError as error:
            match = _MISSING_KEY.search(error.message)
            if match is None:
                raise
            raise _no_key(agent, match[1]) from None

    def _with_own_reader(self, model: Model) -> Model:
        """Return a model of the agent library, or one that reads the same server's stream with all its deviations."""
        if "pydantic_ai.models.openai" not in sys.modules:
            # Importing OpenAI's client takes a second, and a model of another provider does not need it.
            return model
        from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415 - see above

        if not isinstance(model, OpenAIChatModel) or model.system in _OTHER_AUTHENTICATION:
            return model
        server = Server(name=model.system, base_url=model.base_url, key=model.client.api_key)
        return ChatCompletionsModel(model.model_name, server, client=self._client)

    def _provider(self, name: str, *, base_url: str | None, key: str | None) -> Provider[Any]:
        connection = _Connection(provider=name, base_url=base_url, key=key)
        provider = self._providers.pop(connection, None) or self._connect(connection)
        self._providers[connection] = provider
        if len(self._providers) > MAX_PROVIDERS:
            self._providers.pop(next(iter(self._providers)))
        return provider

    def _connect(self, connection: _Connection) -> Provider[Any]:
        name, base_url, key = connection.provider, connection.base_url, connection.key
        if name.startswith(GATEWAY_PREFIX):
            return gateway_provider(name.removeprefix(GATEWAY_PREFIX), api_key=key)
        if base_url is not None and name in OPENAI_PREFIXES:
            # Importing OpenAI's client takes a second, and many installations never need it.
            from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider  # noqa: PLC0415

            provider: Provider[Any] = OpenAICompatibleProvider(
                urlsplit(base_url).netloc, base_url=base_url, api_key=key or PLACEHOLDER_KEY, http_client=self._client
            )
        else:
            provider = self._provider_of_class(name, base_url=base_url, key=key)
        if hasattr(provider.client, "max_retries"):
            # `StreamingModel` retries, and shows that the turn waits.
            provider.client.max_retries = 0
        return provider

    def _provider_of_class(self, name: str, *, base_url: str | None, key: str | None) -> Provider[Any]:
        if base_url is not None:
            key = key or PLACEHOLDER_KEY
        elif name == "ollama" and "OLLAMA_BASE_URL" not in os.environ:
            base_url = OLLAMA_URL
        provider_class = infer_provider_class(name)
        accepted = parameter_names(provider_class)
        arguments = {"base_url": base_url, "api_key": key, "http_client": self._client}
        return provider_class(
            **{name: value for name, value in arguments.items() if value is not None and name in accepted}
        )


def _key(agent: Agent, model: str, stored_key: StoredKey) -> str | None:
    """Return the key for a call; None when none is needed or the agent library reads it from the environment itself."""
    stored = (stored_key(name) for name in key_names_for(agent, model))
    key = next(filter(None, stored), None)
    if key is None and agent.api_key_env is not None:
        key = os.environ.get(agent.api_key_env)
        if not key:
            raise _no_key(agent, agent.api_key_env)
    if key is not None:
        remember_secret(key)
    return key


def _no_key(agent: Agent, name: str) -> TurnError:
    text = (
        f"{agent.name} needs a key. An owner or admin can add {name} under Settings → Keys, or set it in the server's "
        "environment and restart the server."
    )
    return _unavailable(text, model=agent.model)


def _unavailable(text: str, *, model: str) -> TurnError:
    return TurnFailure(code=TurnErrorCode.MODEL_UNAVAILABLE, text=text, details={"model": model}).as_error()
