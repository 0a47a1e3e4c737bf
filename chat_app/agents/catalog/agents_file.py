"""Reads `agents.toml` and reports every mistake with its line and field."""

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

from chat_app.agents.catalog.agent_defaults import default_color, default_name
from chat_app.agents.catalog.toml_positions import Position, line_of, positions
from chat_app.agents.models.model_ids import ModelRules, model_problem
from chat_app.domain.agents import NAME_LIMIT, Agent, ModelSettings
from chat_app.domain.errors import ConfigError

MAX_FILE_BYTES = 1_000_000
"""The largest agents file: room for ten agents with the longest instructions."""
MAX_PROBLEMS_SHOWN = 5
"""Problems in an error's message; the error's details have all of them."""

_FORMATS = {
    "key": "must begin with a lower-case letter and have at most 32 lower-case letters, digits and hyphens",
    "color": "must be # and six hexadecimal digits, such as #2d8a74",
    "model": "must be provider:name, such as local:qwen2.5-coder-0.5b or openai:gpt-6.1-sol",
    "api_key_env": "must name an environment variable, such as OPENAI_API_KEY; it is never the key itself",
    "tools": "must be a list of tool names",
}
"""What a field that has a format must look like."""
_MESSAGES = {
    "missing": "is missing",
    "string_type": "must be text in quotation marks",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "tuple_type": "must be a list",
    "model_type": "must be a table",
    "string_too_short": "must not be empty",
}
"""What pydantic's types of errors mean to the person who edits the file."""
_SYNTAX = re.compile(r"(?P<message>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
"""The form of the standard library's message about a syntax error."""


@dataclass(frozen=True, kw_only=True)
class _Mistake:
    """Something that is wrong with a value."""

    position: Position
    message: str


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """A mistake as it is reported."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.field}" if self.field else f"line {self.line}"
        return f"{place}: {self.message}"


def load_agents(path: Path, *, tools: Collection[str], rules: ModelRules) -> tuple[Agent, ...]:
    """Read an agents file.

    Args:
        path: The file.
        tools: Names of the tools that agents may have.
        rules: What model ids are checked against.

    Raises:
        ConfigError: The file can't be read, or something in it is wrong; then no agent of it is used.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _config_error(f"{path} can't be read: {error.strerror}.", path=path) from error
    if len(raw) > MAX_FILE_BYTES:
        raise _config_error(f"{path} is larger than {MAX_FILE_BYTES:,} bytes.", path=path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = _Problem(line=line, field="", message="this is not UTF-8 text")
        raise _problems_error([problem], path=path) from None
    return parse_agents(text, path=path, tools=tools, rules=rules)


def parse_agents(text: str, *, path: Path, tools: Collection[str], rules: ModelRules) -> tuple[Agent, ...]:
    """Return the agents that a file describes, in the order of the file.

    Args:
        text: TOML.
        path: The file, for messages.
        tools: Names of the tools that agents may have.
        rules: What model ids are checked against.

    Raises:
        ConfigError: Something in it is wrong; `details` lists every problem with its line and field.
    """
    text = text.replace("\r\n", "\n")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _problems_error([_syntax_problem(str(error), text)], path=path) from None
    mistakes = _unknown_fields(document, known=("agents",), position=())
    tables: Any = document.get("agents", [])
    agents: list[Agent] = []
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in cast("list[Any]", tables)):
        mistakes.append(_Mistake(position=("agents",), message="must be written as [[agents]] tables"))
    elif not tables:
        mistakes.append(_Mistake(position=("agents",), message="there must be at least one agent"))
    else:
        tables = cast("list[dict[str, Any]]", tables)
        for index, table in enumerate(tables):
            wrong = _table_mistakes(table, position=("agents", index), tools=tools, rules=rules)
            mistakes += wrong
            if not wrong:
                agents.append(_agent(table))
        mistakes += _duplicate_keys(tables)
    if mistakes:
        raise _problems_error(_located(mistakes, text), path=path)
    return tuple(agents)


def _table_mistakes(
    table: dict[str, Any], *, position: Position, tools: Collection[str], rules: ModelRules
) -> list[_Mistake]:
    mistakes = _unknown_fields(table, known=tuple(Agent.model_fields), position=position)
    settings = table.get("settings")
    if isinstance(settings, dict):
        mistakes += _unknown_fields(
            cast("dict[str, Any]", settings),
            known=tuple(ModelSettings.model_fields),
            position=(*position, "settings"),
        )
    try:
        agent = _agent(table)
    except ValidationError as error:
        return mistakes + [
            _Mistake(position=(*position, *item["loc"]), message=_message(item))
            for item in error.errors(include_url=False)
        ]
    mistakes += [
        _Mistake(position=(*position, "tools"), message=_unknown("tool", name, tools))
        for name in agent.tools
        if name not in tools
    ]
    if problem := model_problem(agent.model, base_url=agent.base_url, rules=rules):
        mistakes.append(_Mistake(position=(*position, "model"), message=problem))
    return mistakes


def _agent(table: Mapping[str, Any]) -> Agent:
    # Through JSON, because pydantic's strict mode for JSON accepts a list for a tuple, but no text for a number. TOML's
    # dates, which JSON lacks, become text.
    return Agent.model_validate_json(json.dumps(_with_defaults(table), default=str), strict=True)


def _with_defaults(table: Mapping[str, Any]) -> dict[str, Any]:
    key = table.get("key")
    if not isinstance(key, str) or not default_name(key):
        # The key itself is reported as a mistake; what is derived from it must not be reported as well.
        key = "agent"
    return {"name": default_name(key)[:NAME_LIMIT], "color": default_color(key), **table}


def _unknown_fields(table: Mapping[str, Any], *, known: Sequence[str], position: Position) -> list[_Mistake]:
    return [
        _Mistake(position=(*position, name), message=_unknown("field", name, known))
        for name in table
        if name not in known
    ]


def _unknown(kind: str, name: str, known: Collection[str]) -> str:
    if kind == "field" and name in ModelSettings.model_fields:
        return "belongs in the table [agents.settings]"
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known {kind}s: {', '.join(sorted(known))}"
    return f"there is no {kind} {name!r}; {hint}"


def _duplicate_keys(tables: Sequence[Mapping[str, Any]]) -> list[_Mistake]:
    seen: set[str] = set()
    mistakes: list[_Mistake] = []
    for index, table in enumerate(tables):
        key = table.get("key")
        if isinstance(key, str):
            if key in seen:
                message = f"another agent already has the key {key!r}"
                mistakes.append(_Mistake(position=("agents", index, "key"), message=message))
            seen.add(key)
    return mistakes


def _message(error: ErrorDetails) -> str:
    field = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")
    if error["type"] in ("string_pattern_mismatch", "string_type") and field in _FORMATS:
        return _FORMATS[field]
    if error["type"] == "string_too_long":
        return f"may have at most {error.get('ctx', {}).get('max_length'):,} characters"
    # pydantic's own message states the rule and never the value, which could be an API key in the wrong place.
    message = error["msg"].removeprefix("Value error, ")
    return _MESSAGES.get(error["type"], message[:1].lower() + message[1:])


def _syntax_problem(message: str, text: str) -> _Problem:
    match = _SYNTAX.fullmatch(message)
    reason = match["message"] if match else message
    line = int(match["line"]) if match and match["line"] else text.count("\n") + 1
    return _Problem(line=line, field="", message=f"this is not valid TOML: {reason[:1].lower()}{reason[1:]}")


def _located(mistakes: Sequence[_Mistake], text: str) -> list[_Problem]:
    lines = positions(text)
    problems = [
        _Problem(line=line_of(mistake.position, lines), field=_field_name(mistake.position), message=mistake.message)
        for mistake in mistakes
    ]
    return sorted(problems, key=lambda problem: problem.line)


def _field_name(position: Position) -> str:
    return ".".join(str(part) for part in position[2:] if isinstance(part, str)) or str(position[0])


def _problems_error(problems: Sequence[_Problem], *, path: Path) -> ConfigError:
    shown = [str(problem) for problem in problems[:MAX_PROBLEMS_SHOWN]]
    if len(problems) > MAX_PROBLEMS_SHOWN:
        shown.append(f"and {len(problems) - MAX_PROBLEMS_SHOWN} more")
    return _config_error(f"{path}, " + "; ".join(shown) + ".", path=path, problems=problems)


def _config_error(message: str, *, path: Path, problems: Sequence[_Problem] = ()) -> ConfigError:
    listed = [{"line": problem.line, "field": problem.field, "message": problem.message} for problem in problems]
    return ConfigError(message, code="agents_file", details={"path": str(path), "problems": listed})
