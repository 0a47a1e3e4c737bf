"""Finds or installs a Chromium for the browser tests."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

# The headless shell takes a third less time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC_BUNDLES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_PACKAGE_MANAGERS = {
    "apt-get": ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
    "dnf": ["dnf", "install", "--assumeyes", "chromium"],
    "pacman": ["pacman", "--sync", "--noconfirm", "chromium"],
    "apk": ["apk", "add", "chromium"],
    "brew": ["brew", "install", "--cask", "chromium"],
}
_ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
_START_SECONDS = 30
_DOWNLOAD_SECONDS = 300
_INSTALL_SECONDS = 900


def launch_arguments() -> list[str]:
    """Return the arguments for Chromium, which does not start inside its sandbox as root."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


@functools.cache
def find_or_install_chromium() -> Path:
    """Return the path of a Chromium that starts.

    Looks for Playwright's own browser, then for one of the system; otherwise installs one with Playwright, or else with
    the package manager of the system.

    Raises:
        RuntimeError: There is no browser, and none could be installed.
    """
    # The tests run in several processes, of which one installs it.
    with FileLock(Path(tempfile.gettempdir()) / "chat-app-tests-chromium.lock"):
        return _find_or_install()


def _find_or_install() -> Path:
    for find in (_find_playwright, _find_system):
        if path := find():
            return path
    if _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], seconds=_DOWNLOAD_SECONDS) and (
        path := _find_playwright()
    ):
        return path
    _install_by_package_manager()
    if path := _find_system():
        return path
    raise RuntimeError("The browser tests need Chromium. Install it, for example with: playwright install chromium")


def _find_playwright() -> Path | None:
    # In another process: the library can be started only once in a process, and a test may have started it.
    answer = subprocess.run([sys.executable, "-c", _ASK_PLAYWRIGHT], capture_output=True, text=True, check=True)
    path = Path(answer.stdout.strip())
    return path if path.is_file() and _starts(path) else None


def _find_system() -> Path | None:
    return next((path for path in _list_system() if _starts(path)), None)


def _list_system() -> Iterator[Path]:
    yield from (Path(path) for path in map(shutil.which, _NAMES) if path is not None)
    yield from (Path(path) for path in _MAC_BUNDLES if Path(path).is_file())


def _starts(path: Path) -> bool:
    """Return whether the browser runs; its file may exist while its libraries are missing."""
    return _succeeds([str(path), "--version"], seconds=_START_SECONDS)


def _install_by_package_manager() -> None:
    manager = next((name for name in _PACKAGE_MANAGERS if shutil.which(name)), None)
    if manager is None:
        return
    needs_root = manager != "brew" and os.geteuid() != 0
    prefix = ["sudo", "--non-interactive"] if needs_root else []
    if manager == "apt-get":
        _succeeds([*prefix, "apt-get", "update"], seconds=_INSTALL_SECONDS)
    _succeeds([*prefix, *_PACKAGE_MANAGERS[manager]], seconds=_INSTALL_SECONDS)


def _succeeds(command: list[str], *, seconds: float) -> bool:
    try:
        return subprocess.run(command, timeout=seconds, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
