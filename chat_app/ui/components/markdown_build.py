"""Build plugin for the Markdown highlighter, which runs in a web worker."""

from __future__ import annotations

from typing import Any

import reflex as rx

from chat_app.ui.generated import change

VITE_CONFIG = "vite.config.js"
_ANCHOR = "export default defineConfig((config) => ({\n"
_MODULE_WORKERS = '  worker: { format: "es" },\n'


class ModuleWorkersPlugin(rx.plugins.Plugin):
    """Builds workers as modules, which load their imports on demand.

    Vite's default bundles a worker with everything that it can import into one file: for the highlighter that is the
    grammar of every language, 9.7 MB instead of 0.2 MB.
    """

    def pre_compile(self, **context: Any) -> None:
        """Register the change of Vite's configuration."""
        context["add_modify_task"](VITE_CONFIG, use_module_workers)


def use_module_workers(config: str) -> str:
    """Add the workers' format to Vite's configuration.

    Raises:
        ValueError: The configuration has another form, as this release of Reflex makes it.
    """
    return change(config, _ANCHOR, _ANCHOR + _MODULE_WORKERS, plugin=ModuleWorkersPlugin.__name__)
