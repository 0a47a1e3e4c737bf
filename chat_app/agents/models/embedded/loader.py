"""Loads weights into the engine, and makes the engine's own web server inaccessible."""

from __future__ import annotations

import importlib
import os
import secrets
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MAX_SOCKET_PATH = 100
"""Characters of a Unix socket's path that every system accepts; macOS allows 104 bytes, Linux 108."""
_QUIET = -1
"""Turns the engine's log off, which would contain prompts."""


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """The resources that a model may use."""

    streams: int = 2
    """Answers that are generated at the same time; others are queued."""
    context: int = 8_192
    """Tokens per answer, prompt included; less when the model has less. Memory grows with it: 12 KB per token
    for the default model."""
    threads: int | None = None
    """Threads that calculate; None means one per core of this process."""
    batch: int = 256
    """Prompt tokens that are read before other requests continue: with 2,048 a second, short request waited 16 s."""
    cache_mib: int = 256
    """Memory for cached prompts of conversations that are not being answered."""
    warm_up: bool = True
    """Whether loading ends with an empty run, which makes the first answer quicker."""


def load_server(path: Path, *, context: int, settings: EngineSettings) -> Any:
    """Return the engine's server with the weights loaded; takes a second or more, so call it in a thread.

    Args:
        path: Verified weights.
        context: Tokens per stream.
        settings: The resources that it may use.

    Raises:
        RuntimeError: The weights can't be loaded.
    """
    # Threads that spin while they wait for each other are slow as soon as other programs use the cores: with both of
    # two cores busy, an answer had 11 to 20 tokens per second without spinning and 3 to 6 with it. The library reads
    # this once, when it is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    engine: Any = importlib.import_module("xllamacpp")
    params = engine.CommonParams()
    params.model.path = str(path)
    params.n_parallel = settings.streams
    # The engine divides the context among the streams.
    params.n_ctx = context * settings.streams
    params.n_batch = params.n_ubatch = settings.batch
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings.threads or _cores()
    params.cache_ram_mib = settings.cache_mib
    params.warmup = settings.warm_up
    params.verbosity = _QUIET
    private = Path(tempfile.mkdtemp(prefix="chat-"))
    try:
        _disable_listener(params, private)
        return engine.Server(params)
    finally:
        # A socket continues to work without its path, and without a path nobody can connect to it.
        shutil.rmtree(private, ignore_errors=True)


def _disable_listener(params: Any, private: Path) -> None:
    """Make the web server that the engine always starts inaccessible.

    By default it listens on a port of this machine without a key and answers requests of any web page.
    """
    address = private / "engine.sock"
    if hasattr(socket, "AF_UNIX") and len(str(address)) <= _MAX_SOCKET_PATH:
        params.hostnames = [str(address)]
    params.api_keys = [secrets.token_urlsafe(32)]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    params.endpoint_props = False


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
