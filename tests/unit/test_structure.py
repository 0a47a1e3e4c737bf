"""Rules about imports between tests that the contracts of import-linter can't express."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imported_modules(source: str) -> Iterator[str]:
    """Yield the dotted names that a module imports, each name of a `from` import included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def imports_of_tests(source: str) -> list[str]:
    """Return the imports of a module that name a test module or a conftest."""
    return [
        name
        for name in imported_modules(source)
        if any(segment == "conftest" or segment.startswith("test_") for segment in name.split("."))
    ]


def test_nothing_imports_a_test_module_or_a_conftest() -> None:
    sources = [path for folder in ("bench", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
    assert Path(__file__) in sources
    found = {
        str(path.relative_to(ROOT)): names
        for path in sources
        if (names := imports_of_tests(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "statement",
    [
        "from tests.e2e.conftest import browser",
        "from tests.e2e.test_tabs import new_session",
        "from tests.integration.db import test_queries",
        "import tests.unit.ui.test_theme as theme",
        "from .test_theme import colour",
        "def late():\n    from tests import conftest",
    ],
)
def test_an_import_of_a_test_is_found(statement: str) -> None:
    assert len(imports_of_tests(statement)) == 1
