"""The commands about who has a chat: participants add, list and remove, and share."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from chat_app.cli.chats import AsJson, SessionId, print_json, say
from chat_app.cli.client import DEFAULT_URL, Server, Url
from chat_app.domain.sessions import ParticipantRole, Visibility

UserId = Annotated[str, typer.Argument(help="The person's id.")]

participants = typer.Typer(no_args_is_help=True, help="Who takes part in a chat.")


@participants.command("list")
def list_participants(session_id: SessionId, *, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List who takes part in a chat."""
    people: list[dict[str, Any]] = Server(url).call("GET", f"/v1/chat/{session_id}/participants")["participants"]
    if as_json:
        print_json(people)
        return
    for person in people:
        say(f"{person['user_id']:<36} {person['role']:<7} {person['full_name']:<20} {person['email'] or ''}".rstrip())


@participants.command()
def add(
    session_id: SessionId,
    user_id: UserId,
    *,
    role: Annotated[ParticipantRole, typer.Option(help="What they are called; it grants nothing.")] = (
        ParticipantRole.MEMBER
    ),
    url: Url = DEFAULT_URL,
) -> None:
    """Add a member of the workspace to a chat; a private chat becomes a group's."""
    Server(url).call("POST", f"/v1/chat/{session_id}/participants", json={"user_id": user_id, "role": role})


@participants.command()
def remove(session_id: SessionId, user_id: UserId, *, url: Url = DEFAULT_URL) -> None:
    """Take a person out of a chat, or leave it with your own id."""
    Server(url).call("DELETE", f"/v1/chat/{session_id}/participants/{user_id}")


def share(
    session_id: SessionId,
    *,
    visibility: Annotated[Visibility, typer.Option(help="workspace for everybody in it, private for you alone.")],
    url: Url = DEFAULT_URL,
) -> None:
    """Show a chat to the whole workspace, or take it back."""
    if visibility == Visibility.GROUP:
        raise typer.BadParameter("a group comes from 'chat-app participants add'", param_hint="--visibility")
    Server(url).call("PATCH", f"/v1/chat/{session_id}", json={"visibility": visibility})
