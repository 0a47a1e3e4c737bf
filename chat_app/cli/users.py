"""The commands for the members of a workspace: users list, invite, role, remove and reset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from chat_app.cli.chats import AsJson, print_json, say
from chat_app.cli.choices import RoleChoice
from chat_app.cli.client import DEFAULT_URL, Server, Url
from chat_app.cli.data_folder import hold_data_folder

UserId = Annotated[str, typer.Argument(help="ID of the person.")]

users = typer.Typer(no_args_is_help=True, add_completion=False, help="Manage the members of the workspace.")


@users.command("list")
def list_users(*, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List the members of the workspace."""
    members: list[dict[str, Any]] = list(Server(url).pages("/v1/members"))
    if as_json:
        print_json(members)
        return
    for member in members:
        say(f"{member['user_id']:<36} {member['role']:<7} {member['name']:<20} {member['email'] or ''}".rstrip())


@users.command()
def invite(
    *,
    role: Annotated[RoleChoice, typer.Option(help="Role of the new member.")] = "member",
    days: Annotated[int, typer.Option(help="Days until the link expires.")] = 7,
    url: Url = DEFAULT_URL,
) -> None:
    """Create a link with which one person can join the workspace."""
    server = Server(url)
    say(server.url + server.call("POST", "/v1/invitations", json={"role": role, "days": days})["path"])


@users.command("role")
def change_role(
    user_id: UserId, role: Annotated[RoleChoice, typer.Argument(help="The new role.")], *, url: Url = DEFAULT_URL
) -> None:
    """Change the role of a member."""
    Server(url).call("PATCH", f"/v1/members/{user_id}", json={"role": role})


@users.command()
def remove(user_id: UserId, *, url: Url = DEFAULT_URL) -> None:
    """Remove a member from the workspace."""
    Server(url).call("DELETE", f"/v1/members/{user_id}")


@users.command()
def reset(
    email: Annotated[str, typer.Argument(help="E-mail address of the person.")],
    *,
    revoke_tokens: Annotated[bool, typer.Option("--revoke-tokens", help="Revoke their API tokens too.")] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Data folder of the stopped server.")] = None,
) -> None:
    """Create a link for choosing a new password. Run this on the server's machine while the server is stopped."""
    # Loaded here, because it takes a second that no other command should wait for.
    import asyncio  # noqa: PLC0415

    from chat_app.services.accounts.recovery import create_reset_path  # noqa: PLC0415
    from chat_app.settings.application import Settings  # noqa: PLC0415

    settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    with hold_data_folder(settings.data_dir.absolute()):
        path = asyncio.run(create_reset_path(settings, email, revoke_tokens=revoke_tokens))
    say(f"Start the server, and open this path at its address within {settings.link_hours} hours: {path}")
