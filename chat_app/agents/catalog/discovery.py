"""Discovers models that a person already has: keys in the environment, model servers on this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import anyio
from pydantic import BaseModel, ValidationError

from chat_app.agents.models.key_names import default_key_names
from chat_app.agents.models.model_ids import is_installed

if TYPE_CHECKING:
    # Imported when it is needed: the search takes place once, before there is an agents file.
    import httpx2

DISCOVERY_SECONDS = 0.3
"""For all servers together: a server on this machine answers in milliseconds, and the first start waits for it."""
OWN_MODELS_OWNER = "chat-sessions"
"""The `owned_by` of models that this application itself lists; it may listen on the port of vLLM."""

_MODEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,150}")
"""Model names that are accepted from a server: short, and without characters that need quoting."""


@dataclass(frozen=True, kw_only=True)
class DiscoveredKey:
    """A provider whose key is in the environment."""

    provider: str
    name: str
    """The name that people know the provider's models by."""
    env_name: str
    """The environment variable that holds the key."""
    model: str
    """The id of a good general-purpose model of the provider."""


@dataclass(frozen=True, kw_only=True)
class DiscoveredServer:
    """A server on this machine that speaks OpenAI's protocol."""

    provider: str
    """The prefix of its models' ids."""
    name: str
    base_url: str
    models: tuple[str, ...]
    """Names of its chat models, in the server's order; never empty."""


@dataclass(frozen=True, kw_only=True)
class Discovered:
    """The keys and servers of this machine, best first."""

    keys: tuple[DiscoveredKey, ...] = ()
    servers: tuple[DiscoveredServer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ServerPort:
    """A port of this machine on which a model server may listen."""

    name: str
    """The name of the server's software."""
    provider: str
    port: int


SERVER_PORTS = (
    ServerPort(name="Ollama", provider="ollama", port=11434),
    ServerPort(name="LM Studio", provider="openai-chat", port=1234),
    ServerPort(name="vLLM", provider="vllm", port=8000),
)
"""The default ports of model servers."""


@dataclass(frozen=True, kw_only=True)
class KnownProvider:
    """A provider that gets an agent when its key is in the environment."""

    provider: str
    name: str
    model: str


KNOWN_PROVIDERS = (
    KnownProvider(provider="anthropic", name="Claude", model="anthropic:claude-sonnet-5-5"),
    KnownProvider(provider="openai", name="GPT", model="openai:gpt-6.1-sol"),
    KnownProvider(provider="google", name="Gemini", model="google:gemini-3.8-flash"),
    KnownProvider(provider="mistral", name="Mistral", model="mistral:mistral-large-latest"),
    KnownProvider(provider="xai", name="Grok", model="xai:grok-4.7"),
    KnownProvider(provider="deepseek", name="DeepSeek", model="deepseek:deepseek-v4-pro"),
    KnownProvider(provider="groq", name="Groq", model="groq:openai/gpt-oss-120b"),
    # OpenRouter chooses the model itself, so this name does not become outdated.
    KnownProvider(provider="openrouter", name="OpenRouter", model="openrouter:openrouter/auto"),
)


def find_keys(environ: Mapping[str, str] | None = None) -> tuple[DiscoveredKey, ...]:
    """Return the providers whose keys are in the environment and whose libraries are installed.

    Args:
        environ: The environment; by default that of the process.
    """
    environ = os.environ if environ is None else environ
    keys: list[DiscoveredKey] = []
    for known in KNOWN_PROVIDERS:
        env_name = next((name for name in default_key_names(known.provider) if environ.get(name)), None)
        if env_name is not None and is_installed(known.provider):
            keys.append(DiscoveredKey(provider=known.provider, name=known.name, env_name=env_name, model=known.model))
    return tuple(keys)


async def find_servers(
    ports: Sequence[ServerPort] | None = None, *, seconds: float = DISCOVERY_SECONDS
) -> tuple[DiscoveredServer, ...]:
    """Return the model servers that answer on this machine.

    Args:
        ports: The ports to ask; by default `SERVER_PORTS`.
        seconds: The time limit for all of them together.
    """
    import httpx2  # noqa: PLC0415 - see above

    ports = SERVER_PORTS if ports is None else ports
    servers: dict[int, DiscoveredServer] = {}

    async def probe(client: httpx2.AsyncClient, port: ServerPort) -> None:
        server = await _ask(client, port)
        if server is not None:
            servers[port.port] = server

    async with httpx2.AsyncClient(timeout=seconds, trust_env=False) as client:
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as group:
                for port in ports:
                    group.start_soon(probe, client, port)
    return tuple(servers[port.port] for port in ports if port.port in servers)


async def discover(environ: Mapping[str, str] | None = None) -> Discovered:
    """Return every provider key and every model server of this machine.

    Args:
        environ: The environment; by default that of the process.
    """
    return Discovered(keys=find_keys(environ), servers=await find_servers())


class _ListedModel(BaseModel):
    id: str
    owned_by: str = ""


class _ModelList(BaseModel):
    object: Literal["list"]
    data: list[_ListedModel]


async def _ask(client: httpx2.AsyncClient, port: ServerPort) -> DiscoveredServer | None:
    import httpx2  # noqa: PLC0415 - see above

    base_url = f"http://127.0.0.1:{port.port}/v1"
    try:
        response = await client.get(f"{base_url}/models")
        listed = _ModelList.model_validate_json(response.content).data
    except (httpx2.HTTPError, ValidationError):
        # Another kind of server listens on this port, or none.
        return None
    names = tuple(model.id for model in listed if _is_chat_model(model.id))
    owners = {model.owned_by for model in listed}
    if not names or OWN_MODELS_OWNER in owners:
        return None
    if port.provider == "vllm" and "vllm" not in owners:
        return DiscoveredServer(provider="openai-chat", name="Model server", base_url=base_url, models=names)
    return DiscoveredServer(provider=port.provider, name=port.name, base_url=base_url, models=names)


def _is_chat_model(name: str) -> bool:
    return _MODEL_NAME.fullmatch(name) is not None and "embed" not in name.lower()
