"""The commands about the workspace's provider keys: keys list, set, remove."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from chat_app.cli.chats import AsJson, print_json, say
from chat_app.cli.client import DEFAULT_URL, Server, Url
from chat_app.domain.keys import check_key_name

Name = Annotated[str, typer.Argument(help="Like the environment variable that would hold it: OPENAI_API_KEY.")]

keys = typer.Typer(no_args_is_help=True, help="The keys with which the workspace's agents ask their providers.")


@keys.command("list")
def list_keys(*, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List the names of the keys. What they are worth is never shown."""
    found: list[dict[str, Any]] = list(Server(url).pages("/v1/keys"))
    if as_json:
        print_json(found)
        return
    for key in found:
        at = datetime.fromisoformat(key["stored_at"]).astimezone()
        by: dict[str, str | None] | None = key["stored_by"]
        who = (by["name"] if by else None) or "-"
        problem = "" if key["usable"] else "can't be opened: store it again"
        say(f"{key['name']:<32} {at:%Y-%m-%d %H:%M} {who:<20} {problem}".rstrip())


@keys.command("set")
def put_key(name: Name, *, url: Url = DEFAULT_URL) -> None:
    """Store a key, read from standard input or asked for: as an argument, others on this machine could see it."""
    path = f"/v1/keys/{check_key_name(name)}"
    value = typer.prompt("Key", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    Server(url).call("PUT", path, json={"value": value.strip()})


@keys.command("remove")
def remove_key(name: Name, *, url: Url = DEFAULT_URL) -> None:
    """Delete a key."""
    Server(url).call("DELETE", f"/v1/keys/{check_key_name(name)}")
