"""The server of `bench.abuse`: `chat-app` with a limited address space, whose `fetch_url` may reach one local port."""

from __future__ import annotations

import os
import resource
from dataclasses import replace
from functools import partial

from chat_app.agents.tools import page_fetcher
from chat_app.agents.tools.page_fetcher import Fetcher, FetchLimits
from chat_app.cli.frontend import ensure_site
from chat_app.cli.main import app

HOSTILE_PORT = "BENCH_HOSTILE_PORT"
"""Environment variable with the port of the hostile web server."""
ADDRESS_SPACE = 6 << 30
"""Bytes of the address space, so that a leak ends the server and not the machine."""


def main() -> None:
    """Run `chat-app` with the arguments of the command line."""
    # Building the page takes more address space than the server may have.
    ensure_site(report=print)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    limits = replace(FetchLimits(), ports=frozenset({int(os.environ[HOSTILE_PORT])}))
    page_fetcher.Fetcher = partial(Fetcher, limits=limits, allow=lambda address: address == "127.0.0.1")  # type: ignore[misc]
    app()


if __name__ == "__main__":
    main()
