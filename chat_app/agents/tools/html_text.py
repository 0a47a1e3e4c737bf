"""Converts untrusted HTML to Markdown in a separate process.

Hostile HTML can make any converter take much time and memory, and the converter holds the interpreter's lock while it
works. The process has limits of time and memory and none of this program's environment, and is killed at its deadline.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import anyio

from chat_app.domain.errors import Unavailable

MEMORY_LIMIT = 1_500_000_000
"""Bytes of address space: the worst page found, 2 MB of nested quotations, takes about 1.5 GB."""

_CHILD = Path(__file__).with_name("html_child.py")
_KEPT_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""Environment variables that an interpreter may need to start; the others, such as API keys, are not passed on."""


@dataclass(frozen=True, kw_only=True)
class PageText:
    """The text of a page."""

    title: str
    text: str
    """Markdown."""


async def read_html(html: str, *, base_url: str, text_limit: int, seconds: float) -> PageText:
    """Return the visible text of an HTML page as Markdown.

    Args:
        html: The page.
        base_url: The page's address, for its relative links.
        text_limit: The most characters that are returned.
        seconds: The time limit of the conversion.

    Raises:
        Unavailable: The page can't be converted within the limits.
    """
    limits = {"seconds": seconds, "memory": MEMORY_LIMIT, "text": text_limit, "base_url": base_url}
    command = [sys.executable, "-I", str(_CHILD), json.dumps(limits)]
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    try:
        with anyio.fail_after(seconds):
            done = await anyio.run_process(
                command, input=html.encode(), stderr=subprocess.DEVNULL, env=environment, check=False
            )
    except TimeoutError:
        raise _too_complex() from None
    if done.returncode != 0:
        raise _too_complex()
    page: dict[str, str] = json.loads(done.stdout)
    return PageText(title=page["title"], text=page["text"])


def _too_complex() -> Unavailable:
    return Unavailable("The page is too complex to be converted to text.", code="fetch_unreadable")
