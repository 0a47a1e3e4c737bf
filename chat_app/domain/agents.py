"""What an agent is: who answers in a session, with which model, instructions and tools.

The same value is stored with each turn as JSON, so it never holds a secret: a key is named, not kept.
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
"""Characters in an agent's name: one line of the sidebar."""
DESCRIPTION_LIMIT = 120
"""Characters in the line under the name where an agent is chosen."""
INSTRUCTIONS_LIMIT = 100_000
"""Characters of instructions; as much as one message may hold."""
GREETING_LIMIT = 4_000
"""Characters in the message with which an agent opens a conversation."""
TOOLS_LIMIT = 64
"""Tools of one agent: providers accept about 128, and a model's choice gets worse long before."""
PEOPLE_LIMIT = 1_000
"""Entries in a list of readers or writers; more people than that are named by their role."""
LOCAL_PROVIDER = "local"
"""The prefix of model ids that run inside this program."""


def _check_base_url(value: str) -> str:
    parts = _split_url(value)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("must hold no user name, password, query or fragment; name the key in api_key_env")
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
"""A role, which means whoever has it or a higher one, or the e-mail address of one person."""
Thinking = bool | Literal["minimal", "low", "medium", "high", "xhigh", "max"]


class ModelSettings(BaseModel):
    """How a model is asked; a field that is None is left to the provider."""

    model_config = ConfigDict(frozen=True)

    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1)
    """Tokens of one answer."""
    seed: int | None = None
    thinking: Thinking | None = None
    """Whether, or how hard, a model that can reason does so before it answers."""
    context_window: int | None = Field(default=None, ge=512)
    """Tokens that the model reads and writes at once; tells how much of a long conversation is sent."""


class Agent(BaseModel):
    """One agent. Unknown fields are dropped, so that a turn stored by a newer version can still be read."""

    model_config = ConfigDict(frozen=True)

    key: AgentKey
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LIMIT)]
    color: Color
    model: ModelId
    """`provider:name`; `local:<name>` is a model of the catalogue."""
    base_url: BaseUrl | None = None
    """The server to ask instead of the provider's own."""
    api_key_env: EnvName | None = None
    """The environment variable that holds the key."""
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=DESCRIPTION_LIMIT)] = ""
    instructions: Annotated[str, StringConstraints(max_length=INSTRUCTIONS_LIMIT)] = ""
    tools: Annotated[tuple[ToolName, ...], Field(max_length=TOOLS_LIMIT)] = ()
    greeting: Annotated[str, StringConstraints(strip_whitespace=True, max_length=GREETING_LIMIT)] = ""
    readers: Annotated[tuple[People, ...], Field(max_length=PEOPLE_LIMIT)] = (Role.VIEWER,)
    """Who may see the agent; owners and admins always may."""
    writers: Annotated[tuple[People, ...], Field(max_length=PEOPLE_LIMIT)] = (Role.MEMBER,)
    """Which of its readers may ask it something; owners and admins always may."""
    settings: ModelSettings = ModelSettings()

    @property
    def model_label(self) -> str:
        """The model's name for people, e.g. `Sonnet 5.5` or `Qwen2.5 Coder 0.5B`."""
        return model_label(self.model)

    @property
    def on_this_machine(self) -> bool:
        """Whether what is said to the agent stays on this machine."""
        if self.base_url is not None:
            return _is_loopback(self.base_url)
        return self.model.startswith(f"{LOCAL_PROVIDER}:")


def names(people: Iterable[str], *, role: Role, email: str | None) -> bool:
    """Whether a list of readers or writers means somebody with this role and this e-mail address.

    Args:
        people: The entries of the list.
        role: The person's role; a list that names a role means every higher one as well.
        email: The person's e-mail address in lower case, or None.
    """
    entries = set(people)
    return any(role.at_least(named) for named in Role if named in entries) or (email is not None and email in entries)


def model_label(model: str) -> str:
    """Return a model id as a short name for people.

    The names of embedded and Claude models are written as words; every other name is shown as its provider
    writes it, without the provider and without the maker's name before a slash.

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
"""Names that their makers write with capitals inside."""


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
