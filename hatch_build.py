"""Packaging: a wheel carries the built page; a development install builds it when the app first starts."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

# The build backend is hatchling's, but for the two functions below.
from hatchling.build import *  # noqa: F403  # pyright: ignore[reportWildcardImportFromLibrary]
from hatchling.builders.constants import EDITABLES_REQUIREMENT
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def get_requires_for_build_editable(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Give what a development install needs to be built: nothing of what building the page needs."""
    del config_settings
    return [EDITABLES_REQUIREMENT]


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Give what a wheel needs to be built: the app, which is asked for its page, in the locked versions.

    A page has to be built by the release of Reflex that serves it, and pip applies constraints to the
    installation only.
    """
    del config_settings
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {_read_name(requirement) for requirement in project["dependencies"]}
    lock = Path("requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lock if _read_name(line) in needed or _read_name(line).startswith("reflex-")]
    return [*project["dependencies"], *pins]


def _read_name(line: str) -> str:
    match = _NAME.match(line)
    return match[0] if match else ""


class SiteBuildHook(BuildHookInterface[Any]):
    """Builds the page and puts it into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the built page to what goes into the wheel."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from chat_app.cli.frontend import build_site  # noqa: PLC0415 - importable only from here on

        site = build_site(Path(self.root), report=self.app.display_info)
        build_data["force_include"][str(site)] = "chat_app/_project/site"
