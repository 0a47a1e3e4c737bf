"""SECURITY.md names modules and tests that exist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "chat_app", ROOT / "tests", ROOT)
"""Where the paths of the page begin."""
_PATH = re.compile(r"`(?:[^`]* )?([\w./-]+\.(?:py|jsx|js))`")


def find_missing(text: str, folders: Sequence[Path] = FOLDERS) -> list[str]:
    """Return the paths of source files that a text names and that exist in none of the folders."""
    return [path for path in _PATH.findall(text) if not any((folder / path).is_file() for folder in folders)]


def test_every_module_and_test_of_the_security_page_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert len(_PATH.findall(text)) > 50
    assert find_missing(text) == []


def test_every_row_of_the_threat_tables_names_a_test_or_what_does_not_hold() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## Threats")[2].partition("## How")[0]
    rows = [line for line in text.splitlines() if line.startswith("|") and not line.startswith(("|---", "| who"))]
    without = [row for row in rows if "/test_" not in row and "| nothing: " not in row]
    assert rows
    assert without == []


def test_a_missing_file_is_found() -> None:
    assert find_missing("see `web/no_such_module.py`, `web/csp.py` and `pytest tests/no_test.py`") == [
        "web/no_such_module.py",
        "tests/no_test.py",
    ]
