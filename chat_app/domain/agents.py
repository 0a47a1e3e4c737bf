"""Agents: who answers in a session, with which model, instructions and tools.

An agent is stored with each turn as JSON, so it contains the names of keys and never a key itself.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chat_app.domain.accounts import check_email
from chat_app.domain.actor import Role
from chat_app.domain.errors import Invalid
from chat_app.domain.keys import NAME_PATTERN

NAME_LIMIT = 60
"""Characters in an agent's name, which fit on a line of the sidebar."""
DESCRIPTION_LIMIT = 120
"""Characters in an agent's description, which is shown under the name in the agent menu."""
INSTRUCTIONS_LIMIT = 100_000
"""Characters of instructions: the limit of one message."""
GREETING_LIMIT = 4_000
"""Characters in the message with which an agent opens a session."""
TOOLS_LIMIT = 64
"""Tools of one agent. Providers accept about 128, but models choose worse among many."""
PEOPLE_LIMIT = 1_000
"""Entries in a list of readers or writers; larger groups are named by their role."""
LOCAL_PROVIDER = "local"
"""The prefix of the ids of embedded models, which run in this program."""


def _check_base_url(value: str) -> str:
    parts = _split_url(value)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a URL that starts with http:// or https://")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("must not contain a user name, password, query or fragment; name the key in api_key_env")
    return value.rstrip("/")


def _split_url(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _check_people(value: str) -> str:
    entry = value.strip().lower()
    if entry in tuple(Role):
        return entry
    try:
        return check_email(entry)
    except Invalid:
        raise ValueError(f"must be a role ({', '.join(Role)}) or an e-mail address") from None


AgentKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$", to_lower=True)]
ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9/-]*:\S+$", max_length=200)]
EnvName = Annotated[str, StringConstraints(pattern=f"^{NAME_PATTERN}$")]
ToolName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
BaseUrl = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_check_base_url)]
People = Annotated[str, StringConstraints(max_length=300), AfterValidator(_check_people)]
"""A role, which includes all higher roles, or the e-mail address of a person."""
Thinking = bool | Literal["minimal", "low", "medium", "high", "xhigh", "max"]


class ModelSettings(BaseModel):
    """Parameters of model calls; None leaves a field to the provider."""

    model_config = ConfigDict(frozen=True)

    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1)
    """Maximum tokens of one answer."""
    seed: int | None = None
    thinking: Thinking | None = None
    """Whether, or how much, a model that can reason does so before it answers."""
    context_window: int | None = Field(default=None, ge=512)
    """Tokens that fit into one model call; limits how much of a long session is sent."""


class Agent(BaseModel):
    """An agent. Unknown fields are ignored, so that agents stored by a newer version can be read."""

    model_config = ConfigDict(frozen=True)

    key: AgentKey
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LIMIT)]
    color: Color
    model: ModelId
    """`provider:name`; `local:<name>` is an embedded model of the catalogue."""
    base_url: BaseUrl | None = None
    """The server to use instead of the provider's own."""
    api_key_env: EnvName | None = None
    """The name of the key: an environment variable or a key of the workspace."""
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=DESCRIPTION_LIMIT)] = ""
    instructions: Annotated[str, StringConstraints(max_length=INSTRUCTIONS_LIMIT)] = ""
    tools: Annotated[tuple[ToolName, ...], Field(max_length=TOOLS_LIMIT)] = ()
    greeting: Annotated[str, StringConstraints(strip_whitespace=True, max_length=GREETING_LIMIT)] = ""
    readers: Annotated[tuple[People, ...], Field(max_length=PEOPLE_LIMIT)] = (Role.VIEWER,)
    """Who may see the agent, besides owners and admins."""
    writers: Annotated[tuple[People, ...], Field(max_length=PEOPLE_LIMIT)] = (Role.MEMBER,)
    """Which readers may write to the agent, besides owners and admins."""
    settings: ModelSettings = ModelSettings()

    @property
    def model_label(self) -> str:
        """The model's display name, e.g. `Sonnet 5.5` or `Qwen2.5 Coder 0.5B`."""
        return model_label(self.model)

    @property
    def on_this_machine(self) -> bool:
        """Whether the model runs on this machine, so that messages do not leave it."""
        if self.base_url is not None:
            return _is_loopback(self.base_url)
        return self.model.startswith(f"{LOCAL_PROVIDER}:")


def includes_person(people: Iterable[str], *, role: Role, email: str | None) -> bool:
    """Whether a list of readers or writers includes a person.

    Args:
        people: The entries of the list; a role includes all higher roles.
        role: The person's role.
        email: The person's e-mail address in lower case, or None.
    """
    entries = set(people)
    return any(role.at_least(named) for named in Role if named in entries) or (email is not None and email in entries)


def model_label(model: str) -> str:
    """Return the short display name of a model.

    Names of embedded and Claude models are written as words. Other names are shown as their provider writes them,
    without the provider and without a vendor's name before a slash.

    Args:
        model: `provider:name`.
    """
    provider, _, name = model.partition(":")
    name = name.rsplit("/", 1)[-1]
    if provider == LOCAL_PROVIDER:
        return " ".join(_word(part) for part in name.split("-"))
    if name.startswith("claude-"):
        return _claude_label(name.removeprefix("claude-"))
    return name


_SIZE = re.compile(r"\d+(\.\d+)?[bm]")
_RELEASE = re.compile(r"-(\d{8}|latest)$")
_VERSION = re.compile(r"(?<=\d)-(?=\d)")


_SPELLED = {"smollm2": "SmolLM2"}
"""Names with unusual capitals."""


def _word(part: str) -> str:
    if part in _SPELLED:
        return _SPELLED[part]
    return part.upper() if _SIZE.fullmatch(part) else part[:1].upper() + part[1:]


def _claude_label(name: str) -> str:
    return " ".join(_word(part) for part in _VERSION.sub(".", _RELEASE.sub("", name)).split("-"))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
