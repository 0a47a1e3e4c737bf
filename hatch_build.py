"""Packaging: a wheel carries the built page; a development install builds it when the app first starts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# The build backend is hatchling's, but for the function below.
from hatchling.build import *  # noqa: F403  # pyright: ignore[reportWildcardImportFromLibrary]
from hatchling.builders.constants import EDITABLES_REQUIREMENT
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def get_requires_for_build_editable(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Give what a development install needs to be built: nothing of what building the page needs."""
    del config_settings
    return [EDITABLES_REQUIREMENT]


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
