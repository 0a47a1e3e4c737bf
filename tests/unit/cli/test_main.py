"""The command line's table of subcommands and its copies of the domain's values."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, get_args

import pytest

from chat_app.cli import choices
from chat_app.cli.main import COMMANDS, load
from chat_app.domain.actor import Role, Scope
from chat_app.domain.events import LAST_OF_A_TURN
from chat_app.domain.sessions import Origin, ParticipantRole, Visibility

SERVER_MODULES = {"alembic", "dbos", "fastapi", "httpx", "pydantic_ai", "pydantic_settings", "reflex", "sqlalchemy"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_of_each_command_is_the_first_paragraph_of_its_help(name: str) -> None:
    text: str = load(name, COMMANDS[name]).help
    assert text.split("\n\n", maxsplit=1)[0].replace("\n", " ") == COMMANDS[name].summary


def test_the_choices_of_the_command_line_equal_the_values_of_the_domain() -> None:
    assert set(get_args(choices.RoleChoice)) == set(Role)
    assert set(get_args(choices.ScopeChoice)) == set(Scope)
    assert set(get_args(choices.ParticipantRoleChoice)) == set(ParticipantRole)
    # A group comes from adding participants.
    assert set(get_args(choices.VisibilityChoice)) == set(Visibility) - {Visibility.GROUP}
    assert (choices.ORIGIN, choices.PRIVATE) == (Origin.CLI, Visibility.PRIVATE)
    assert choices.LAST_OF_A_TURN == LAST_OF_A_TURN


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["send", "--help"],
        ["list", "--url", "http://127.0.0.1:1"],
        ["send", "x", "--url", "http://127.0.0.1:1"],
    ],
)
def test_a_client_command_does_not_load_server_modules(arguments: list[str]) -> None:
    code = f"""
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from chat_app.cli.main import app
app({arguments!r})
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    loaded: list[Any] = json.loads(result.stderr.splitlines()[-1])
    assert "typer" in loaded
    assert not SERVER_MODULES & set(loaded)
    assert not [name for name in loaded if name.startswith(("chat_app.services", "chat_app.db", "chat_app.agents"))]
