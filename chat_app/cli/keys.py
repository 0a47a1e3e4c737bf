"""The commands for the API keys of the workspace: keys list, set and remove."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from chat_app.cli.chats import AsJson, print_json, say
from chat_app.cli.client import DEFAULT_URL, Server, Url

Name = Annotated[str, typer.Argument(help="Name of the key, such as OPENAI_API_KEY.")]

keys = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Manage the API keys of the workspace for model providers."
)


@keys.command("list")
def list_keys(*, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List the keys, without their values."""
    items: list[dict[str, Any]] = list(Server(url).pages("/v1/keys"))
    if as_json:
        print_json(items)
        return
    for key in items:
        at = datetime.fromisoformat(key["stored_at"]).astimezone()
        by: dict[str, str | None] | None = key["stored_by"]
        author = (by["name"] if by else None) or "-"
        problem = "" if key["usable"] else "can't be decrypted, set it again"
        say(f"{key['name']:<32} {at:%Y-%m-%d %H:%M} {author:<20} {problem}".rstrip())


@keys.command("set")
def put_key(name: Name, *, url: Url = DEFAULT_URL) -> None:
    """Set a key. Its value is read from standard input or from a prompt, so that it is not visible to other users."""
    path = _path_of(name)
    value = typer.prompt("Key", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    Server(url).call("PUT", path, json={"value": value.strip()})


@keys.command("remove")
def remove_key(name: Name, *, url: Url = DEFAULT_URL) -> None:
    """Remove a key."""
    Server(url).call("DELETE", _path_of(name))


def _path_of(name: str) -> str:
    from chat_app.domain.keys import check_key_name  # noqa: PLC0415 - `--help` does not need it

    return f"/v1/keys/{check_key_name(name)}"
