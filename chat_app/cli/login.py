"""The commands for signing in and out: login, logout and whoami."""

from __future__ import annotations

import socket
import sys
from typing import Annotated
from urllib.parse import urlsplit

import typer

from chat_app.cli.chats import say
from chat_app.cli.choices import ScopeChoice
from chat_app.cli.client import DEFAULT_URL, Server, Url
from chat_app.cli.credentials import store_token

Days = Annotated[int, typer.Option(help="Days until the login expires.")]


def login(
    *,
    url: Url = DEFAULT_URL,
    email: Annotated[str | None, typer.Option(help="Your e-mail address. Prompted for if omitted.")] = None,
    scope: Annotated[ScopeChoice, typer.Option(help="Permissions of the command line.")] = "write",
    days: Days = 90,
    token: Annotated[bool, typer.Option("--token", help="Read an access token from standard input instead.")] = False,
) -> None:
    """Sign in to a server. An access token is stored on this machine."""
    server = Server(url, token=None)
    secret = sys.stdin.readline().strip() if token else _make_token(server, email, scope=scope, days=days)
    me = Server(url, token=secret).call("GET", "/v1/me")
    store_token(server.url, secret)
    say(f"Signed in to {server.url} as {me['user']['name']} ({me['role']} of {me['workspace']['name']}).")


def _make_token(server: Server, email: str | None, *, scope: ScopeChoice, days: int) -> str:
    """Create an access token; the login with the password ends right after."""
    credentials = {
        "email": email or typer.prompt("E-mail", err=True),
        "password": typer.prompt("Password", hide_input=True, err=True),
    }
    server.call("POST", "/v1/auth/sign-in", json=credentials)
    # Requests with a login's cookie must name the page as their origin.
    address = urlsplit(server.url)
    page = {"Origin": f"{address.scheme}://{address.netloc}"}
    try:
        name = f"chat-app on {socket.gethostname()}"
        token = server.call("POST", "/v1/tokens", json={"name": name, "scope": scope, "days": days}, headers=page)
    finally:
        server.call("POST", "/v1/auth/sign-out", json={}, headers=page)
    return token["secret"]


def logout(*, url: Url = DEFAULT_URL) -> None:
    """Sign out of a server. The access token is revoked and deleted."""
    server = Server(url)
    try:
        server.call("DELETE", "/v1/me/token")
    finally:
        store_token(server.url, None)


def whoami(*, url: Url = DEFAULT_URL) -> None:
    """Show who you are signed in as, and with which permissions."""
    me = Server(url).call("GET", "/v1/me")
    name = me["user"]["name"] + (f" <{me['user']['email']}>" if me["user"]["email"] else "")
    say(f"{name}, {me['role']} of {me['workspace']['name']}, scope {me['scope']}")
