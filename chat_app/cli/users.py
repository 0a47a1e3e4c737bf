"""The commands about the people of a workspace: users list, invite, role, remove, reset."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from chat_app.cli.chats import AsJson, print_json, say
from chat_app.cli.client import DEFAULT_URL, Server, Url
from chat_app.cli.data_folder import hold_data_folder
from chat_app.domain.actor import Role

UserId = Annotated[str, typer.Argument(help="The person's id.")]

users = typer.Typer(no_args_is_help=True, help="The people of the workspace.")


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
    role: Annotated[Role, typer.Option(help="What who joins may do.")] = Role.MEMBER,
    days: Annotated[int, typer.Option(help="Days that the link works.")] = 7,
    url: Url = DEFAULT_URL,
) -> None:
    """Make a link by which one person joins the workspace."""
    server = Server(url)
    say(server.url + server.call("POST", "/v1/invitations", json={"role": role, "days": days})["path"])


@users.command("role")
def change_role(
    user_id: UserId, role: Annotated[Role, typer.Argument(help="Their new role.")], *, url: Url = DEFAULT_URL
) -> None:
    """Give a member another role."""
    Server(url).call("PATCH", f"/v1/members/{user_id}", json={"role": role})


@users.command()
def remove(user_id: UserId, *, url: Url = DEFAULT_URL) -> None:
    """Take a member out of the workspace."""
    Server(url).call("DELETE", f"/v1/members/{user_id}")


@users.command()
def reset(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    *,
    data_dir: Annotated[Path | None, typer.Option(help="The data folder of the server, which is stopped.")] = None,
) -> None:
    """Make a link by which somebody chooses a new password; for whoever runs the server, while it is stopped."""
    # Loading what the server is made of takes a second that no other command should wait for.
    from chat_app.services.accounts.recovery import create_reset_path  # noqa: PLC0415
    from chat_app.settings.application import Settings  # noqa: PLC0415

    settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    with hold_data_folder(settings.data_dir.absolute()):
        path = asyncio.run(create_reset_path(settings, email))
    say(f"Start the server and open this at its address, within {settings.link_hours} hours: {path}")
