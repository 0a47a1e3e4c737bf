"""Writes the first `agents.toml`: an agent for each key and server found on this machine, then the embedded model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from chat_app.agents.catalog.agent_defaults import default_name
from chat_app.agents.catalog.discovery import Discovered
from chat_app.agents.tools import TOOLS
from chat_app.new_file import write_new

LOCAL_MODEL = "local:qwen2.5-coder-0.5b"
LOCAL_COLOR = "#2d8a74"
OTHER_COLORS = ("#5b6ee1", "#b4552d", "#7a4fb5")
"""The colours of the other agents, in turn, so that the agents of a first file differ; colours by key might not."""

_LOCAL_TOOLS = ("clock", "calculator")
"""A web page has up to 5,000 tokens, which the embedded model would read for most of a minute."""
_ON_THIS_MACHINE = "On this machine"

_HEAD = """\
# The agents that people can talk to, in the order in which they are offered.
# A saved change takes effect at once. A mistake is reported with its line, and the last valid agents stay in use.
#
# An [[agents]] table needs two fields:
#   key           identifies the agent in addresses and commands: lower-case letters, digits, hyphens; don't change it
#                 later
#   model         local:<name> runs inside this program; otherwise provider:name, such as openai:gpt-6.1-sol,
#                 anthropic:claude-sonnet-5-5, openrouter:openrouter/auto or ollama:qwen3
# The others are optional:
#   name          how people see it; by default made from the key: "code-review" becomes "Code review"
#   color         its colour, such as "#3c78b4"; by default chosen by the key
#   base_url      another server; with model = "openai:<name>" any server that speaks OpenAI's protocol
#   api_key_env   the environment variable that holds the key; by default the provider's usual one. Never write the key
#                 itself here. A key of that name under Settings → Keys comes first
#   description   one line under the name where an agent is chosen
#   instructions  what the model reads before every conversation
#   tools         any of {tools}
#   greeting      the message that opens a conversation
#   readers       who can see it: roles (owner, admin, member, viewer; each includes the higher ones) and e-mail
#                 addresses; by default everybody. Owners and admins always can
#   writers       which of its readers can ask it something, in the same form; by default members
#   settings      temperature, top_p, max_tokens, seed, thinking, context_window (in tokens)
"""

_INSTRUCTIONS = "You are a helpful assistant. Answer briefly and to the point, in the language of the question."


def write_default_file(path: Path, discovered: Discovered) -> bool:
    """Write a first agents file, completely or not at all, readable by its owner alone.

    Args:
        path: Where it goes; its folder must exist.
        discovered: The keys and servers that get an agent each, besides the embedded model.

    Returns:
        Whether it was written; an existing file stays as it is.
    """
    return write_new(path, default_file_text(discovered))


def default_file_text(discovered: Discovered) -> str:
    """Return the text of a first agents file."""
    return _HEAD.format(tools=", ".join(TOOLS)) + "".join(_tables(discovered))


def _tables(discovered: Discovered) -> Iterator[str]:
    colors = cycle(OTHER_COLORS)
    for key in discovered.keys:
        yield _table(key=key.provider, name=key.name, color=next(colors), model=key.model, tools=tuple(TOOLS))
    for server in discovered.servers:
        yield _table(
            key=server.name.lower().replace(" ", "-"),
            name=server.name,
            color=next(colors),
            model=f"{server.provider}:{server.models[0]}",
            other_models=server.models[1:],
            base_url=server.base_url,
            description=_ON_THIS_MACHINE,
            tools=tuple(TOOLS),
        )
    yield _table(
        key="local",
        name="Local",
        color=LOCAL_COLOR,
        model=LOCAL_MODEL,
        description=_ON_THIS_MACHINE,
        tools=_LOCAL_TOOLS,
    )


def _table(
    *, key: str, name: str, model: str, other_models: tuple[str, ...] = (), **fields: str | tuple[str, ...]
) -> str:
    """Return one agent as TOML, without the fields whose default is right."""
    lines = ["", "[[agents]]", _line("key", key)]
    if name != default_name(key):
        lines.append(_line("name", name))
    lines.append(_line("model", model))
    if other_models:
        lines.append(f"# also on this server: {', '.join(other_models)}")
    lines += [_line(field, value) for field, value in fields.items()]
    lines.append(_line("instructions", _INSTRUCTIONS))
    return "\n".join(lines) + "\n"


def _line(field: str, value: str | tuple[str, ...]) -> str:
    # A string or list of strings in JSON is valid TOML as well, for text without control characters.
    return f"{field} = {json.dumps(value)}"
