"""`chat-app run`: locks the data folder, builds the page if needed, and serves until the process is stopped."""

from __future__ import annotations

import errno
import ipaddress
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from chat_app.cli.data_folder import hold_data_folder
from chat_app.domain.errors import ConfigError
from chat_app.web.descriptors import BACKLOG

if TYPE_CHECKING:
    # The other commands do without the settings, which take long to load.
    from chat_app.settings.application import Settings
    from chat_app.settings.web import WebSettings

DEFAULT_PORT = 8000
Auth = Literal["none", "password", "oidc"]


def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for a free one.", min=0, max=65535)] = (DEFAULT_PORT),
    data_dir: Annotated[Path | None, typer.Option(help="Folder for the database, the models and agents.toml.")] = None,
    agents: Annotated[Path | None, typer.Option(help="Agents file to use instead of agents.toml.")] = None,
    auth: Annotated[
        Auth | None, typer.Option(help="How people sign in. Without it, only this machine has access.")
    ] = None,
) -> None:
    """Run the server: the page and the REST API on one port."""
    from chat_app.web.logs import configure_logging  # noqa: PLC0415 - see above

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    configure_logging()
    settings, web_settings = _settle_settings(data_dir, agents, auth)
    address = check_host(host, login=settings.auth != "none")
    web_settings = _with_own_name(web_settings, address)
    with hold_data_folder(settings.data_dir.absolute()), _listen(address, port) as listener:
        # Loaded here, because it takes a second that an error above should not wait for.
        from chat_app.cli.frontend import ensure_site  # noqa: PLC0415
        from chat_app.cli.serve import serve  # noqa: PLC0415

        site = ensure_site(report=_say)
        origin = f"http://{_format_host(address)}:{listener.getsockname()[1]}"
        serve(
            listener,
            site=site,
            address=origin,
            settings=web_settings,
            open_pages=settings.auth == "none",
            on_ready=lambda set_up: _announce(origin, set_up),
        )


def check_host(host: str, *, login: bool) -> str:
    """Return the address to listen on.

    Args:
        host: An address of this machine, or `localhost`.
        login: Whether people sign in. Without a login only this machine may have access.

    Raises:
        ConfigError: The host is not an address, or is reachable from other machines and there is no login.
    """
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        address = None
    if address is None or not (login or address.is_loopback):
        raise ConfigError(
            f"--host {host} gives other machines access without a login. Use 127.0.0.1, ::1 or localhost, or "
            "let people sign in with --auth password or --auth oidc.",
            code="host_refused",
        )
    return str(address)


def _with_own_name(settings: WebSettings, address: str) -> WebSettings:
    """Allow requests to the address that the program listens on, unless it stands for all addresses."""
    if ipaddress.ip_address(address).is_unspecified:
        return settings
    return settings.model_copy(update={"allowed_hosts": settings.allowed_hosts | {_format_host(address)}})


def _announce(origin: str, set_up: str | None) -> None:
    """Print the address, and the link for setting up the first account if there is none."""
    _say(f"Chat Sessions is ready at {origin} (press Ctrl+C to stop)")
    if set_up is not None:
        _say(f"There is no account yet. Create the owner's account with this one-time link: {origin}{set_up}")


def _settle_settings(data_dir: Path | None, agents: Path | None, auth: Auth | None) -> tuple[Settings, WebSettings]:
    """Put the options into the environment, from which the app reads its settings, and read all settings."""
    from pydantic import ValidationError  # noqa: PLC0415 - see above
    from pydantic_settings import SettingsError  # noqa: PLC0415

    from chat_app.settings.application import Settings  # noqa: PLC0415
    from chat_app.settings.oidc import check_oidc  # noqa: PLC0415
    from chat_app.settings.web import WebSettings  # noqa: PLC0415

    if data_dir is not None:
        os.environ["CHAT_APP_DATA_DIR"] = str(data_dir)
    if agents is not None:
        os.environ["CHAT_APP_AGENTS_FILE"] = str(agents)
    if auth is not None:
        os.environ["CHAT_APP_AUTH"] = auth
    try:
        settings, web_settings = Settings(), WebSettings()
    except ValidationError as error:
        # Without the values, because they may be secrets.
        problems = (f"CHAT_APP_{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in error.errors())
        raise ConfigError(f"Invalid settings in the environment: {'; '.join(problems)}.") from error
    except SettingsError as error:
        raise ConfigError(f"Invalid settings in the environment: {error}.") from error
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
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"can't be used: {error.strerror}"
        raise ConfigError(f"Port {port} {reason}. Choose another with --port.", code="port_unusable") from error
    return listener


def _format_host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
