"""Turns HTML of unknown origin into Markdown, in a process of its own.

Such HTML can make any converter slow or hungry, and the converter keeps the interpreter's lock while it
works. The process has a limit of time and of memory and none of this program's environment, and it is killed
when its time is up.
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
"""Bytes of address space: a page of 2 MB made of nested quotations, the worst found, takes about 1.5 GB."""

_CHILD = Path(__file__).with_name("html_child.py")
_KEPT_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""What an interpreter may need to start; everything else, keys above all, stays here."""


@dataclass(frozen=True, kw_only=True)
class PageText:
    """What a page says."""

    title: str
    text: str
    """Markdown."""


async def read_html(html: str, *, base_url: str, text_limit: int, seconds: float) -> PageText:
    """Return the text of an HTML page as Markdown, without what a reader would not see.

    Args:
        html: The page.
        base_url: The page's address, to which its links are relative.
        text_limit: Characters of text that are kept.
        seconds: The time that the conversion may take.

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
    return Unavailable("The page is too complex to be turned into text.", code="fetch_unreadable")
