"""The catalogue of texts is complete, has no unused texts and matches the texts that the page uses."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import chat_app.ui
from chat_app.ui.texts import Forms, Section, read_catalogue

ROOT = Path(__file__).parents[3]
CLIENT = sorted((ROOT / "assets").rglob("*.js*"))
SERVER = [*sorted((ROOT / "chat_app" / "ui").rglob("*.py")), ROOT / "chat_app" / "chat_app.py"]
TAKEN_BY_NAME = re.compile(r'read_catalogue\(\)\["(\w+)"\]')
USE = re.compile(r"\b(?:labels|menuLabels|words|[A-Z_]+)\??\.([a-z][a-z0-9_]*)")
PLACE = re.compile(r"\{(\w*)\}")


def load_sections() -> list[type[Section]]:
    """Import the whole page and return every section that it declares."""
    for module in pkgutil.walk_packages(chat_app.ui.__path__, "chat_app.ui."):
        importlib.import_module(module.name)
    return [each for each in Section.__subclasses__() if each.__module__.startswith("chat_app.")]


SECTIONS = load_sections()


def leaves(texts: Any, path: str = "") -> dict[str, str]:
    """Return every text of a table by its path."""
    if isinstance(texts, str):
        return {path: texts}
    return {name: text for key, value in texts.items() for name, text in leaves(value, f"{path}.{key}").items()}


def read_all(paths: list[Path]) -> str:
    """Return the sources, one after the other."""
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_the_code_reads_every_table_of_the_catalogue_and_no_other() -> None:
    read = {section.table for section in SECTIONS} | set(TAKEN_BY_NAME.findall(read_all(SERVER)))
    assert read == set(read_catalogue())


@pytest.mark.parametrize("table", read_catalogue())
def test_every_text_is_shown_somewhere(table: str) -> None:
    used = set(USE.findall(read_all([*CLIENT, *SERVER])))
    unused = set(read_catalogue()[table]) - used
    assert not unused, f"nothing shows [{table}] {', '.join(sorted(unused))}"


def test_every_text_that_the_scripts_use_exists() -> None:
    known = {key for table in read_catalogue().values() for key in table}
    for path in CLIENT:
        asked = set(re.findall(r"\b(?:labels|menuLabels)\.([a-z][a-z0-9_]*)", path.read_text(encoding="utf-8")))
        assert asked <= known, f"{path.name} asks for {', '.join(sorted(asked - known))}"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.table)
def test_a_section_has_a_text_for_every_field(section: type[Section]) -> None:
    assert set(section.load().labels()) == set(read_catalogue()[section.table])


def test_no_text_is_empty_or_padded_and_every_placeholder_has_a_name() -> None:
    for path, text in leaves(read_catalogue()).items():
        assert text == text.strip() != "", path
        assert all(PLACE.findall(text)), path


def test_a_missing_text_and_a_text_without_a_field_fail_at_import() -> None:
    class Asked(Section, name="connection"):
        reconnecting: str
        signed_out: str
        sign_in: str
        waiting: Forms
        missing: str

    class Narrow(Section, name="connection"):
        reconnecting: str

    with pytest.raises(ValidationError, match="missing"):
        Asked.load()
    with pytest.raises(ValidationError, match="waiting"):
        Narrow.load()
