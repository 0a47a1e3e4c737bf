"""The `chat-app` command: loads the subcommand that is asked for, and prints errors without a traceback."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from chat_app.domain.errors import ChatAppError
from chat_app.private_files import restrict_new_files


@dataclass(frozen=True)
class Entry:
    """A subcommand that is not loaded yet.

    Args:
        module: Its module in `chat_app.cli`.
        attribute: The function or the `Typer` there.
        summary: The first sentence of its help.
    """

    module: str
    attribute: str
    summary: str


COMMANDS = {
    "run": Entry("run", "run", "Run the server: the page and the REST API on one port."),
    "doctor": Entry("doctor", "doctor", "Check the installation. Exits with 1 if there is a problem."),
    "agents": Entry("chats", "agents", "List the agents."),
    "list": Entry("chats", "list_sessions", "List your sessions, most recent activity first."),
    "show": Entry("chats", "show", "Print the messages of a session."),
    "read": Entry("chats", "read", "Mark a session as read."),
    "send": Entry("chats", "send", "Send a message and print the answer while it is written."),
    "share": Entry("participants", "share", "Share a session with the whole workspace, or make it private again."),
    "audit": Entry("audit", "audit", "Show the audit log, newest entries first. For owners and admins."),
    "login": Entry("login", "login", "Sign in to a server. An access token is stored on this machine."),
    "logout": Entry("login", "logout", "Sign out of a server. The access token is revoked and deleted."),
    "whoami": Entry("login", "whoami", "Show who you are signed in as, and with which permissions."),
    "participants": Entry("participants", "participants", "Manage the participants of a session."),
    "users": Entry("users", "users", "Manage the members of the workspace."),
    "keys": Entry("keys", "keys", "Manage the API keys of the workspace for model providers."),
}
"""The subcommands by name. Loading them all would take longer than most of them run."""


class LazyGroup(TyperGroup):
    """Loads subcommands when they are run, and prints the program's own errors instead of a traceback."""

    _lists_only = False

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the subcommands in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the subcommand, or a stand-in with its summary while the help lists them all."""
        del ctx
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        return TyperCommand(cmd_name, help=entry.summary) if self._lists_only else load(cmd_name, entry)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        self._lists_only = True
        super().format_help(ctx, formatter)

    def invoke(self, ctx: Any) -> Any:
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except ChatAppError as error:
            typer.echo(f"chat-app: {error.message}", err=True)
            raise typer.Exit(1) from error


def load(name: str, entry: Entry) -> Any:
    """Import a subcommand and return it."""
    target = getattr(import_module(f"chat_app.cli.{entry.module}"), entry.attribute)
    if not isinstance(target, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command(name)(target)
        target = single
    command = typer.main.get_command(target)
    command.name = name
    return command


def _asks_for_completion() -> bool:
    """Whether shell completion is used; its options would load a validation library for every help."""
    return "_CHAT_APP_COMPLETE" in os.environ or bool({"--install-completion", "--show-completion"} & set(sys.argv))


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=_asks_for_completion(),
    help="A self-hosted chat app for durable conversations with agents.",
)


@app.callback()
def main() -> None:
    """A self-hosted chat app for durable conversations with agents."""
    restrict_new_files()
