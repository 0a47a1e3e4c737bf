"""What the build of the page must know for Markdown's highlighter, which runs in a worker."""

from __future__ import annotations

from typing import Any

import reflex as rx

from chat_app.ui.generated import change

VITE_CONFIG = "vite.config.js"
_ANCHOR = "export default defineConfig((config) => ({\n"
_MODULE_WORKERS = '  worker: { format: "es" },\n'


class ModuleWorkersPlugin(rx.plugins.Plugin):
    """Builds workers as modules, so that a worker fetches what it needs when it needs it.

    Vite's default puts a worker with all that it may ever import into one file: for the highlighter that is the
    grammar of every language, 9.7 MB in place of 0.2.
    """

    def pre_compile(self, **context: Any) -> None:
        """Register the change of Vite's configuration."""
        context["add_modify_task"](VITE_CONFIG, use_module_workers)


def use_module_workers(config: str) -> str:
    """Add the workers' format to Vite's configuration.

    Raises:
        ValueError: The place for it is not there: this release of Reflex needs another change.
    """
    return change(config, _ANCHOR, _ANCHOR + _MODULE_WORKERS, plugin=ModuleWorkersPlugin.__name__)
