"""Writes the first `agents.toml`: what was found on this machine, then the embedded model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from chat_app.agents.catalog.discovery import Findings
from chat_app.new_file import write_new

LOCAL_MODEL = "local:qwen2.5-coder-0.5b"
LOCAL_COLOR = "#2d8a74"
COLORS = ("#5b6ee1", "#b4552d", "#7a4fb5")
"""The colours of the other agents, in turn."""

_HEAD = """\
# The agents that people can talk to, in the order in which they are offered.
# A saved change is taken up at once; a mistake is reported with its line, and the last good state stays in use.
#
# Each [[agents]] table has:
#   key           how addresses and commands name it: small letters, digits, hyphens; don't change it later
#   name, color   how people see it
#   model         local:<name> runs inside this program; otherwise provider:name, such as openai:gpt-6.1-sol,
#                 anthropic:claude-sonnet-5-5, openrouter:openrouter/auto or ollama:qwen3
#   base_url      another server: with model = "openai:<name>" any that speaks OpenAI's interface
#   api_key_env   the environment variable with the key; left out, the provider's usual one. Never write a key here.
#                 A key of that name under Settings → Keys comes first
#   description   one line under the name where an agent is chosen
#   instructions  what it is told before every conversation
#   tools         of clock, calculator, fetch_url
#   greeting      how it opens a conversation
#   readers       who sees it: roles (owner, admin, member, viewer; each with the higher ones) and e-mail addresses;
#                 left out, everybody. Owners and admins always do
#   writers       which of them may ask it something, in the same words; left out, members
#   settings      temperature, top_p, max_tokens, seed, thinking, context_window (in tokens)
"""

_AGENT = """
[[agents]]
key = {key}
name = {name}
color = {color}
model = {model}
"""

_INSTRUCTIONS = "You are a helpful assistant. Answer briefly and to the point, in the language of the question."


def write_default(path: Path, findings: Findings) -> bool:
    """Write a first agents file, complete or not at all, readable by its owner alone.

    Args:
        path: Where it goes; its folder must be there.
        findings: What the agents besides the embedded one are made of.

    Returns:
        Whether it was written; a file that is there already stays as it is.
    """
    return write_new(path, default_text(findings))


def default_text(findings: Findings) -> str:
    """Return the text of a first agents file."""
    return _HEAD + "".join(_tables(findings))


def _tables(findings: Findings) -> Iterator[str]:
    colors = cycle(COLORS)
    for found in findings.keys:
        yield _table(
            key=found.provider,
            name=found.name,
            color=next(colors),
            model=found.model,
            extra={"api_key_env": found.env_name},
            tools=("clock", "calculator", "fetch_url"),
        )
    for server in findings.servers:
        yield _table(
            key=server.name.lower().replace(" ", "-"),
            name=server.name,
            color=next(colors),
            model=f"{server.provider}:{server.models[0]}",
            extra={"base_url": server.base_url, "description": "On this machine"},
            tools=("clock", "calculator", "fetch_url"),
            also=server.models[1:],
        )
    yield _table(
        key="local",
        name="Local",
        color=LOCAL_COLOR,
        model=LOCAL_MODEL,
        extra={"description": "On this machine"},
        tools=("clock", "calculator"),
    )


def _table(
    *,
    key: str,
    name: str,
    color: str,
    model: str,
    extra: dict[str, str],
    tools: tuple[str, ...],
    also: tuple[str, ...] = (),
) -> str:
    # JSON's strings and lists of strings are TOML's as well, for text without control characters.
    text = _AGENT.format(key=json.dumps(key), name=json.dumps(name), color=json.dumps(color), model=json.dumps(model))
    if also:
        text += f"# also there: {', '.join(also)}\n"
    for field, value in extra.items():
        text += f"{field} = {json.dumps(value)}\n"
    return text + f"instructions = {json.dumps(_INSTRUCTIONS)}\ntools = {json.dumps(list(tools))}\n"
