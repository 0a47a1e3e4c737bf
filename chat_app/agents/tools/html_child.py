"""The process that `html_text` starts: takes HTML on standard input, writes title and Markdown as JSON.

It is run as a file, not imported, so that nothing but the converter is loaded.
"""

from __future__ import annotations

import json
import sys
from math import ceil
from typing import Any

from html_to_markdown import ConversionOptions, convert

HEAD_LIMIT = 50_000
"""Characters in which a page's title is looked for."""


def main() -> None:
    """Convert one page within the limits that the first argument gives as JSON."""
    limits: dict[str, Any] = json.loads(sys.argv[1])
    _limit(seconds=limits["seconds"], memory=limits["memory"])
    html = sys.stdin.buffer.read().decode()
    # With metadata the converter writes them into the text as well.
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
    # The parent kills at the deadline; this holds when the parent itself was killed.
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(seconds), ceil(seconds) + 1))


if __name__ == "__main__":
    main()
