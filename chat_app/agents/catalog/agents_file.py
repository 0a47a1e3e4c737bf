"""Reads `agents.toml`: agents out of text, or an error that names the line and the field."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chat_app.agents.catalog.toml_positions import Position, line_of, positions
from chat_app.agents.models.model_ids import ModelRules, model_problem
from chat_app.domain.agents import Agent, ModelSettings
from chat_app.domain.errors import ConfigError

FILE_LIMIT = 1_000_000
"""Bytes of an agents file: room for ten agents with the longest instructions."""
PROBLEMS_SHOWN = 5
"""Problems that one message names; the rest is in the error's details."""

_PATTERN_WORDS = {
    "key": "must begin with a small letter and have at most 32 small letters, digits and hyphens",
    "color": "must be # and six hexadecimal digits, such as #2d8a74",
    "model": "must be provider:name, such as local:qwen2.5-coder-0.5b or openai:gpt-6.1-sol",
    "api_key_env": "must name an environment variable, such as OPENAI_API_KEY; it is never the key itself",
    "tools": "must be a list of tools' names",
}
_TYPE_WORDS = {
    "missing": "is missing",
    "string_type": "must be text in quotation marks",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "tuple_type": "must be a list",
    "model_type": "must be a table",
    "string_too_short": "must not be empty",
}
_SYNTAX = re.compile(r"(?P<words>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
"""How the standard library words an error of syntax."""


@dataclass(frozen=True, kw_only=True)
class _Problem:
    line: int
    field: str
    words: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.words}" if self.field else f"line {self.line}: {self.words}"


def load_agents(path: Path, *, tools: Collection[str], rules: ModelRules) -> tuple[Agent, ...]:
    """Read an agents file.

    Args:
        path: The file.
        tools: Names of the tools that agents may have.
        rules: What model ids are checked against.

    Raises:
        ConfigError: It can't be read, or something in it is wrong; nothing of it is used then.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _config_error(f"{path} can't be read: {error.strerror}.", path=path) from error
    if len(raw) > FILE_LIMIT:
        raise _config_error(f"{path} is larger than {FILE_LIMIT:,} bytes.", path=path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _failed(path, [_Problem(line=line, field="", words="this is not UTF-8 text")]) from None
    return parse_agents(text, path=path, tools=tools, rules=rules)


def parse_agents(text: str, *, path: Path, tools: Collection[str], rules: ModelRules) -> tuple[Agent, ...]:
    """Return the agents that a file's text describes, in its order.

    Args:
        text: TOML.
        path: Where it came from, for messages.
        tools: Names of the tools that agents may have.
        rules: What model ids are checked against.

    Raises:
        ConfigError: Something in it is wrong; `details` lists every problem with its line and field.
    """
    text = text.replace("\r\n", "\n")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _failed(path, [_syntax_problem(str(error), text)]) from None
    tables = document.get("agents", [])
    found: list[tuple[Position, str]] = _unknown_fields(document, known=("agents",), at=())
    agents: list[Agent] = []
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in cast("list[Any]", tables)):
        found.append((("agents",), "must be written as [[agents]] tables"))
    elif not tables:
        found.append((("agents",), "there must be at least one agent"))
    else:
        for index, table in enumerate(cast("list[dict[str, Any]]", tables)):
            at: Position = ("agents", index)
            problems = _table_problems(table, at=at, tools=tools, rules=rules)
            found += problems
            if not problems:
                agents.append(_agent(table))
        found += _duplicates(cast("list[dict[str, Any]]", tables))
    if found:
        raise _failed(path, _located(found, text))
    return tuple(agents)


def _table_problems(
    table: dict[str, Any], *, at: Position, tools: Collection[str], rules: ModelRules
) -> list[tuple[Position, str]]:
    problems = _unknown_fields(table, known=tuple(Agent.model_fields), at=at)
    settings = table.get("settings")
    if isinstance(settings, dict):
        problems += _unknown_fields(
            cast("dict[str, Any]", settings), known=tuple(ModelSettings.model_fields), at=(*at, "settings")
        )
    try:
        agent = _agent(table)
    except ValidationError as error:
        return problems + [((*at, *item["loc"]), _words(item)) for item in error.errors(include_url=False)]
    problems += [((*at, "tools"), _unknown("tool", name, tools)) for name in agent.tools if name not in tools]
    if problem := model_problem(agent.model, base_url=agent.base_url, rules=rules):
        problems.append(((*at, "model"), problem))
    return problems


def _agent(table: Mapping[str, Any]) -> Agent:
    # Through JSON, because its strict mode takes a list for a tuple, but no text for a number. TOML's dates, which
    # JSON lacks, become text.
    return Agent.model_validate_json(json.dumps(table, default=str), strict=True)


def _unknown_fields(table: Mapping[str, Any], *, known: Sequence[str], at: Position) -> list[tuple[Position, str]]:
    return [((*at, name), _unknown("field", name, known)) for name in table if name not in known]


def _unknown(kind: str, name: str, known: Collection[str]) -> str:
    if kind == "field" and name in ModelSettings.model_fields:
        return "belongs in the table [agents.settings]"
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
    return f"there is no {kind} {name!r}; {hint}"


def _duplicates(tables: Sequence[Mapping[str, Any]]) -> list[tuple[Position, str]]:
    seen: set[str] = set()
    problems: list[tuple[Position, str]] = []
    for index, table in enumerate(tables):
        key = table.get("key")
        if isinstance(key, str):
            if key in seen:
                problems.append((("agents", index, "key"), f"another agent has the key {key!r} already"))
            seen.add(key)
    return problems


def _words(error: ErrorDetails) -> str:
    field = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")
    if error["type"] in ("string_pattern_mismatch", "string_type") and field in _PATTERN_WORDS:
        return _PATTERN_WORDS[field]
    if error["type"] == "string_too_long":
        return f"may have at most {error.get('ctx', {}).get('max_length'):,} characters"
    # The library's own words say the rule and never the value, which could be a key in the wrong place.
    message = error["msg"].removeprefix("Value error, ")
    return _TYPE_WORDS.get(error["type"], message[:1].lower() + message[1:])


def _syntax_problem(message: str, text: str) -> _Problem:
    match = _SYNTAX.fullmatch(message)
    words = match["words"] if match else message
    line = int(match["line"]) if match and match["line"] else text.count("\n") + 1
    return _Problem(line=line, field="", words=f"this is not TOML: {words[:1].lower()}{words[1:]}")


def _located(found: Sequence[tuple[Position, str]], text: str) -> list[_Problem]:
    lines = positions(text)
    problems = [
        _Problem(line=line_of(position, lines), field=_field_name(position), words=words) for position, words in found
    ]
    return sorted(problems, key=lambda problem: problem.line)


def _field_name(position: Position) -> str:
    return ".".join(str(part) for part in position[2:] if isinstance(part, str)) or str(position[0])


def _failed(path: Path, problems: Sequence[_Problem]) -> ConfigError:
    shown = [str(problem) for problem in problems[:PROBLEMS_SHOWN]]
    if len(problems) > PROBLEMS_SHOWN:
        shown.append(f"and {len(problems) - PROBLEMS_SHOWN} more")
    return _config_error(f"{path}, " + "; ".join(shown) + ".", path=path, problems=problems)


def _config_error(message: str, *, path: Path, problems: Sequence[_Problem] = ()) -> ConfigError:
    listed = [{"line": one.line, "field": one.field, "message": one.words} for one in problems]
    return ConfigError(message, code="agents_file", details={"path": str(path), "problems": listed})
