"""The build step that changes Vite's configuration to keep the highlighter's worker small."""

from __future__ import annotations

import pytest

from chat_app.ui.components.markdown_build import use_module_workers


def test_workers_are_built_as_modules_and_a_second_run_changes_nothing() -> None:
    config = "export default defineConfig((config) => ({\n  base: '/',\n}));\n"
    changed = use_module_workers(config)
    assert changed.count('worker: { format: "es" }') == 1
    assert use_module_workers(changed) == changed


def test_an_unknown_configuration_is_refused() -> None:
    with pytest.raises(ValueError, match="ModuleWorkersPlugin"):
        use_module_workers("export default {}")
