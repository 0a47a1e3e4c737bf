"""The `chat-app` command: registers the commands and gives every error one form."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from chat_app.cli import chats, participants
from chat_app.cli.audit import audit
from chat_app.cli.doctor import doctor
from chat_app.cli.keys import keys
from chat_app.cli.login import login, logout, whoami
from chat_app.cli.run import run
from chat_app.cli.users import users
from chat_app.domain.errors import ChatAppError


class ErrorReportingGroup(TyperGroup):
    """Shows the project's own errors as the sentence they are, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Invoke the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ChatAppError as error:
            typer.echo(f"chat-app: {error.message}", err=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=ErrorReportingGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A self-hosted chat app for durable conversations with agents.",
)
app.command()(run)
app.command()(doctor)
app.command()(chats.agents)
app.command("list")(chats.list_sessions)
for command in (chats.show, chats.read, chats.send, participants.share, audit, login, logout, whoami):
    app.command()(command)
app.add_typer(participants.participants, name="participants")
app.add_typer(users, name="users")
app.add_typer(keys, name="keys")
