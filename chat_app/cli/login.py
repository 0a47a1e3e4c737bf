"""The commands by which the command line signs in and out: login, logout, whoami."""

from __future__ import annotations

import socket
import sys
from typing import Annotated

import httpx
import typer

from chat_app.cli.chats import say
from chat_app.cli.client import DEFAULT_URL, Server, Url
from chat_app.cli.credentials import keep_token
from chat_app.domain.actor import Scope

Days = Annotated[int, typer.Option(help="Days that the login lasts.")]


def login(
    *,
    url: Url = DEFAULT_URL,
    email: Annotated[str | None, typer.Option(help="Your e-mail address; asked for when left out.")] = None,
    scope: Annotated[Scope, typer.Option(help="What the commands may do for you.")] = Scope.WRITE,
    days: Days = 90,
    token: Annotated[bool, typer.Option("--token", help="Take a token from standard input instead.")] = False,
) -> None:
    """Sign in at a server: the commands act for you from now on, by a token that is kept on this machine."""
    server = Server(url, token=None)
    secret = sys.stdin.readline().strip() if token else _make_token(server, email, scope=scope, days=days)
    me = Server(url, token=secret).call("GET", "/v1/me")
    keep_token(server.url, secret)
    say(f"Signed in at {server.url} as {me['user']['name']} ({me['role']} of {me['workspace']['name']}).")


def _make_token(server: Server, email: str | None, *, scope: Scope, days: int) -> str:
    """Sign in with the password for as long as it takes to make a token."""
    given = {
        "email": email or typer.prompt("E-mail", err=True),
        "password": typer.prompt("Password", hide_input=True, err=True),
    }
    server.call("POST", "/v1/auth/sign-in", json=given)
    # What is the page's own is written in the page's own name.
    page = {"Origin": str(httpx.URL(server.url).copy_with(path="", query=None, fragment=None)).rstrip("/")}
    try:
        name = f"chat-app on {socket.gethostname()}"
        made = server.call("POST", "/v1/tokens", json={"name": name, "scope": scope, "days": days}, headers=page)
    finally:
        server.call("POST", "/v1/auth/sign-out", json={}, headers=page)
    return made["secret"]


def logout(*, url: Url = DEFAULT_URL) -> None:
    """Sign out at a server: the token ends, and is forgotten here."""
    server = Server(url)
    try:
        server.call("DELETE", "/v1/me/token")
    finally:
        keep_token(server.url, None)


def whoami(*, url: Url = DEFAULT_URL) -> None:
    """Say who you are at a server, and what the commands may do for you."""
    me = Server(url).call("GET", "/v1/me")
    name = me["user"]["name"] + (f" <{me['user']['email']}>" if me["user"]["email"] else "")
    say(f"{name}, {me['role']} of {me['workspace']['name']}, scope {me['scope']}")
