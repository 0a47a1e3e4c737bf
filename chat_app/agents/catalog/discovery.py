"""Looks for models that a person already has: keys in the environment, model servers on this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import anyio
from pydantic import BaseModel, ValidationError

from chat_app.agents.models.key_names import usual_names
from chat_app.agents.models.model_ids import is_installed

if TYPE_CHECKING:
    # Loaded when it is needed: the search takes place once, before there is an agents file.
    import httpx2

SECONDS = 0.3
"""For everything together: a server on this machine answers in milliseconds, and the start waits for it."""
OWNER = "chat-sessions"
"""Who owns the models that this application itself lists; it may listen where vLLM does."""

_MODEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,150}")
"""Model names that are taken from a server; nothing in them needs quoting anywhere."""


@dataclass(frozen=True, kw_only=True)
class KeyFinding:
    """A provider whose key is in the environment."""

    provider: str
    name: str
    """For people."""
    env_name: str
    model: str
    """A good model of that provider for an agent that does everything."""


@dataclass(frozen=True, kw_only=True)
class ServerFinding:
    """A server on this machine that speaks OpenAI's interface."""

    provider: str
    """The prefix of its models' ids."""
    name: str
    base_url: str
    models: tuple[str, ...]
    """Names of its chat models, in the server's order; never empty."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What was found, best first."""

    keys: tuple[KeyFinding, ...] = ()
    servers: tuple[ServerFinding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """A port of this machine where a model server may listen."""

    name: str
    provider: str
    port: int


PLACES = (
    Place(name="Ollama", provider="ollama", port=11434),
    Place(name="LM Studio", provider="openai-chat", port=1234),
    Place(name="vLLM", provider="vllm", port=8000),
)
"""Where model servers listen unless told otherwise."""

_PROVIDERS = (
    ("anthropic", "Claude", "anthropic:claude-sonnet-5-5"),
    ("openai", "GPT", "openai:gpt-6.1-sol"),
    ("google", "Gemini", "google:gemini-3.8-flash"),
    ("mistral", "Mistral", "mistral:mistral-large-latest"),
    ("xai", "Grok", "xai:grok-4.7"),
    ("deepseek", "DeepSeek", "deepseek:deepseek-v4-pro"),
    ("groq", "Groq", "groq:openai/gpt-oss-120b"),
    # OpenRouter chooses the model itself, so this name does not age.
    ("openrouter", "OpenRouter", "openrouter:openrouter/auto"),
)


def find_keys(environ: Mapping[str, str] | None = None) -> tuple[KeyFinding, ...]:
    """Return the providers whose keys are in the environment and whose libraries are installed.

    Args:
        environ: The environment; the process's own when omitted.
    """
    environ = os.environ if environ is None else environ
    return tuple(
        KeyFinding(provider=provider, name=name, env_name=env_name, model=model)
        for provider, name, model in _PROVIDERS
        if (env_name := next((one for one in usual_names(provider) if environ.get(one)), None))
        and is_installed(provider)
    )


async def find_servers(places: Sequence[Place] | None = None, *, seconds: float = SECONDS) -> tuple[ServerFinding, ...]:
    """Return the model servers that answer on this machine.

    Args:
        places: Where to look; the usual ones when omitted.
        seconds: For all of them together.
    """
    import httpx2  # noqa: PLC0415 - see above

    places = PLACES if places is None else places
    found: dict[int, ServerFinding] = {}

    async def probe(client: httpx2.AsyncClient, place: Place) -> None:
        finding = await _ask(client, place)
        if finding is not None:
            found[place.port] = finding

    async with httpx2.AsyncClient(timeout=seconds, trust_env=False) as client:
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as group:
                for place in places:
                    group.start_soon(probe, client, place)
    return tuple(found[place.port] for place in places if place.port in found)


async def find_all(environ: Mapping[str, str] | None = None) -> Findings:
    """Return every key and server that was found."""
    return Findings(keys=find_keys(environ), servers=await find_servers())


class _ListedModel(BaseModel):
    id: str
    owned_by: str = ""


class _ModelList(BaseModel):
    object: Literal["list"]
    data: list[_ListedModel]


async def _ask(client: httpx2.AsyncClient, place: Place) -> ServerFinding | None:
    import httpx2  # noqa: PLC0415 - see above

    base_url = f"http://127.0.0.1:{place.port}/v1"
    try:
        response = await client.get(f"{base_url}/models")
        listed = _ModelList.model_validate_json(response.content).data
    except (httpx2.HTTPError, ValidationError):
        # Whatever else listens there is not a model server.
        return None
    names = tuple(model.id for model in listed if _is_chat_model(model.id))
    owners = {model.owned_by for model in listed}
    if not names or OWNER in owners:
        return None
    if place.provider == "vllm" and "vllm" not in owners:
        place = Place(name="Model server", provider="openai-chat", port=place.port)
    return ServerFinding(provider=place.provider, name=place.name, base_url=base_url, models=names)


def _is_chat_model(name: str) -> bool:
    return _MODEL_NAME.fullmatch(name) is not None and "embed" not in name.lower()
