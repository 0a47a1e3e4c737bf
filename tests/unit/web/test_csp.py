"""The Content-Security-Policy lets the built page's own scripts run, and nothing else."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from chat_app.web.csp import hash_inline_scripts, hash_site_scripts, write_page_policy


def hash_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@pytest.mark.parametrize(
    "script",
    ["go()", "\n  go();\n", 'a("</b>") && b < c', "say('&amp;')", "say('naïve ☃')", "<!-- old -->", ""],
)
def test_the_hash_of_an_inline_script_covers_its_exact_bytes(script: str) -> None:
    assert hash_inline_scripts(f"<html><script>{script}</script></html>") == {hash_of(script)}


def test_every_inline_script_is_hashed_and_scripts_with_a_source_are_not() -> None:
    page = '<script>one()</script><script type="module" async="">two()</script><script src="/x.js"></script>'
    assert hash_inline_scripts(page) == {hash_of("one()"), hash_of("two()")}


def test_the_scripts_of_all_pages_are_hashed(tmp_path: Path) -> None:
    (tmp_path / "chat").mkdir()
    (tmp_path / "index.html").write_text("<script>one()</script>", encoding="utf-8")
    (tmp_path / "chat" / "index.html").write_text("<script>two()</script>", encoding="utf-8")
    assert hash_site_scripts(tmp_path) == {hash_of("one()"), hash_of("two()")}


def read_directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in policy.split(";"))}


def test_only_scripts_of_the_app_itself_and_hashed_scripts_are_allowed() -> None:
    directives = read_directives(write_page_policy({hash_of("one()")}))
    assert directives["script-src"] == ["'self'", hash_of("one()")]
    assert directives["default-src"] == ["'none'"]


def test_no_directive_allows_eval_or_other_sites() -> None:
    directives = read_directives(write_page_policy({hash_of("one()")}))
    allowed = {"'none'", "'self'", "data:", "blob:", "ws://{host}", "wss://{host}", hash_of("one()")}
    assert directives.pop("style-src") == ["'self'", "'unsafe-inline'"]
    assert {source for sources in directives.values() for source in sources} <= allowed
    for shut in ("object-src", "base-uri", "frame-ancestors"):
        assert directives[shut] == ["'none'"]
