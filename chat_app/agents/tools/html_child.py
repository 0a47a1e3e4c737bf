"""The process that `html_text` starts: reads HTML from standard input and writes title and Markdown as JSON.

It is run as a file and not imported, so that only the converter is loaded.
"""

from __future__ import annotations

import json
import sys
from math import ceil
from typing import Any

from html_to_markdown import ConversionOptions, convert

HEAD_LIMIT = 50_000
"""Characters that are searched for a page's title."""


def main() -> None:
    """Convert one page within the limits that the first argument gives as JSON."""
    limits: dict[str, Any] = json.loads(sys.argv[1])
    _limit(seconds=limits["seconds"], memory=limits["memory"])
    html = sys.stdin.buffer.read().decode()
    # With metadata, the converter would also write them into the text.
    options = ConversionOptions(
        skip_images=True, compact_tables=True, extract_metadata=False, base_url=limits["base_url"]
    )
    text = (convert(html, options).content or "")[: limits["text"]]
    title = convert(html[:HEAD_LIMIT]).metadata.document.title or ""
    sys.stdout.write(json.dumps({"title": title, "text": text}))


def _limit(*, seconds: float, memory: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The parent kills this process at its deadline; this limit is for the case that the parent is killed itself.
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(seconds), ceil(seconds) + 1))


if __name__ == "__main__":
    main()
