"""`chat-app run`: holds the data folder, has the page built, and serves until it is told to stop."""

from __future__ import annotations

import errno
import ipaddress
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from chat_app.cli.data_folder import hold_data_folder
from chat_app.domain.errors import ConfigError
from chat_app.settings.application import Settings
from chat_app.settings.oidc import check_oidc
from chat_app.settings.web import WebSettings
from chat_app.web.logs import configure_logging

DEFAULT_PORT = 8000
Auth = Literal["none", "password", "oidc"]
_BACKLOG = 2048
"""Connections that may wait to be accepted; the kernel's own bound is usually 4,096."""


def run(
    host: Annotated[str, typer.Option(help="Address of this machine to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = (
        DEFAULT_PORT
    ),
    data_dir: Annotated[Path | None, typer.Option(help="Folder for the database, the models and agents.toml.")] = None,
    agents: Annotated[Path | None, typer.Option(help="Agents file to use instead of agents.toml.")] = None,
    auth: Annotated[Auth | None, typer.Option(help="How people sign in; without a login, this machine only.")] = None,
) -> None:
    """Run the app: page, REST interface and everything else, on one port."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    configure_logging()
    settings, web_settings = _settle_settings(data_dir, agents, auth)
    address = check_host(host, login=settings.auth != "none")
    web_settings = _with_own_name(web_settings, address)
    with hold_data_folder(settings.data_dir.absolute()), _listen(address, port) as listener:
        # Loading the server takes a second that a refusal should not.
        from chat_app.cli.frontend import ensure_site  # noqa: PLC0415
        from chat_app.cli.serve import serve  # noqa: PLC0415

        site = ensure_site(report=_say)
        origin = f"http://{_format_host(address)}:{listener.getsockname()[1]}"
        serve(
            listener,
            site=site,
            address=origin,
            settings=web_settings,
            on_ready=lambda set_up: _announce(origin, set_up),
        )


def check_host(host: str, *, login: bool) -> str:
    """Give the address to listen on.

    Args:
        host: An address of this machine.
        login: Whether people sign in; without a login nobody but this machine is let in.

    Raises:
        ConfigError: The host is no address, or is not this machine alone and there is no login.
    """
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        address = None
    if address is None or not (login or address.is_loopback):
        raise ConfigError(
            f"Without a login chat-app listens on this machine only: --host {host} is refused. Use 127.0.0.1, ::1 or "
            "localhost, or let people sign in: --auth password or --auth oidc.",
            code="host_refused",
        )
    return str(address)


def _with_own_name(settings: WebSettings, address: str) -> WebSettings:
    """Let requests name the address that the program listens on; what stands for all addresses is none."""
    if ipaddress.ip_address(address).is_unspecified:
        return settings
    return settings.model_copy(update={"allowed_hosts": settings.allowed_hosts | {_format_host(address)}})


def _announce(origin: str, set_up: str | None) -> None:
    """Say that the program is ready, and how its first owner chooses a password."""
    _say(f"Chat Sessions is ready at {origin} (stop it with Ctrl+C)")
    if set_up is not None:
        _say(f"Nobody can sign in yet. Become the owner with this link, which works once: {origin}{set_up}")


def _settle_settings(data_dir: Path | None, agents: Path | None, auth: Auth | None) -> tuple[Settings, WebSettings]:
    """Put the options where the app reads its settings, with absolute paths, and read all of them."""
    if data_dir is not None:
        os.environ["CHAT_APP_DATA_DIR"] = str(data_dir)
    if agents is not None:
        os.environ["CHAT_APP_AGENTS_FILE"] = str(agents)
    if auth is not None:
        os.environ["CHAT_APP_AUTH"] = auth
    try:
        settings, web_settings = Settings(), WebSettings()
    except ValidationError as error:
        # Without the values, which may be secrets.
        problems = (f"CHAT_APP_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors())
        raise ConfigError(f"A setting in the environment is wrong: {'; '.join(problems)}.") from error
    except SettingsError as error:
        raise ConfigError(f"A setting in the environment is wrong: {error}.") from error
    if settings.auth == "oidc":
        check_oidc(settings)
    os.environ["CHAT_APP_DATA_DIR"] = str(settings.data_dir.absolute())
    if settings.agents_file is not None:
        os.environ["CHAT_APP_AGENTS_FILE"] = str(settings.agents_file.absolute())
    return settings, web_settings


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used: {error.strerror}"
        raise ConfigError(f"Port {port} {reason}. Choose another with --port.", code="port_unusable") from error
    return listener


def _format_host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
