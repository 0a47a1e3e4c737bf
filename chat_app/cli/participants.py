"""The commands for sharing a session: participants add, list and remove, and share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from chat_app.cli.chats import AsJson, SessionId, print_json, say
from chat_app.cli.choices import ParticipantRoleChoice, VisibilityChoice
from chat_app.cli.client import DEFAULT_URL, Server, Url

UserId = Annotated[str, typer.Argument(help="ID of the person.")]

participants = typer.Typer(no_args_is_help=True, add_completion=False, help="Manage the participants of a session.")


@participants.command("list")
def list_participants(session_id: SessionId, *, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List the participants of a session."""
    people: list[dict[str, Any]] = Server(url).call("GET", f"/v1/chat/{session_id}/participants")["participants"]
    if as_json:
        print_json(people)
        return
    for person in people:
        say(f"{person['user_id']:<36} {person['role']:<7} {person['full_name']:<20} {person['email'] or ''}".rstrip())


@participants.command()
def history(session_id: SessionId, *, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List who was added to a session and removed from it, and by whom."""
    changes: list[dict[str, Any]] = Server(url).call("GET", f"/v1/chat/{session_id}/participants")["changes"]
    if as_json:
        print_json(changes)
        return
    for change in changes:
        at = datetime.fromisoformat(change["at"]).astimezone()
        say(f"{at:%Y-%m-%d %H:%M:%S}  {change['kind']:<7}  {change['full_name']:<20} by {change['by_full_name']}")


@participants.command()
def add(
    session_id: SessionId,
    user_id: UserId,
    *,
    role: Annotated[ParticipantRoleChoice, typer.Option(help="Label; it grants no permissions.")] = "member",
    url: Url = DEFAULT_URL,
) -> None:
    """Add a member of the workspace to a session. A private session becomes a group session."""
    Server(url).call("POST", f"/v1/chat/{session_id}/participants", json={"user_id": user_id, "role": role})


@participants.command()
def remove(session_id: SessionId, user_id: UserId, *, url: Url = DEFAULT_URL) -> None:
    """Remove a person from a session. Your own ID leaves it."""
    Server(url).call("DELETE", f"/v1/chat/{session_id}/participants/{user_id}")


def share(
    session_id: SessionId,
    *,
    visibility: Annotated[VisibilityChoice, typer.Option(help="Readable for you, or for the workspace.")],
    url: Url = DEFAULT_URL,
) -> None:
    """Share a session with the whole workspace, or make it private again."""
    Server(url).call("PATCH", f"/v1/chat/{session_id}", json={"visibility": visibility})
