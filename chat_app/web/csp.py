"""Content-Security-Policy of the built page: allows only its own scripts, inline ones by their hashes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path


class _InlineScripts(HTMLParser):
    """Collects the text of the script elements that have no source."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._parts: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and not any(name == "src" for name, _ in attrs):
            self._parts = []

    def handle_data(self, data: str) -> None:
        if self._parts is not None:
            self._parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._parts is not None:
            self.scripts.append("".join(self._parts))
            self._parts = None


def hash_inline_scripts(html: str) -> set[str]:
    """Return the CSP sources of the inline scripts of a page, e.g. `'sha256-…'`."""
    parser = _InlineScripts()
    parser.feed(html)
    parser.close()
    return {_hash_source(script) for script in parser.scripts}


def hash_site_scripts(folder: Path) -> set[str]:
    """Return the CSP sources of the inline scripts of all pages in a folder.

    Args:
        folder: Root folder of the built site.
    """
    pages = (page.read_text(encoding="utf-8") for page in folder.rglob("*.html"))
    return set[str]().union(*(hash_inline_scripts(page) for page in pages))


def write_page_policy(script_sources: Iterable[str]) -> str:
    """Return the policy of the app's pages, with `{host}` as the placeholder for the host of a request.

    Inline styles are allowed, because the page's style library inserts them at runtime. A style cannot run scripts
    and, under this policy, cannot load anything from other hosts. The websocket is listed with its address, because
    browsers before 2022 did not include it in `'self'`.

    Args:
        script_sources: Hashes of the inline scripts.
    """
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *sorted(script_sources)]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "connect-src": "'self' ws://{host} wss://{host}",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def _hash_source(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
