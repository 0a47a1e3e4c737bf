"""Takes a picture of every main state of the page, and asks axe about each.

    python -m docs.screenshots [FOLDER] [--only NAME ...]

Starts the app with scripted agents in a temporary folder. Each state is shown at 1280x800 and at 390x844 as a phone
has it, light and dark. Ends with a failure when axe finds anything.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, expect, sync_playwright

from tests.chromium import find_or_install_chromium, launch_arguments
from tests.e2e.axe import find_violations
from tests.e2e.conftest import PATIENCE
from tests.e2e.scenes import SCENES, Scene
from tests.e2e.showing import SCHEMES, SIZES, Show, showing
from tests.e2e.stage import staged

_SETTLED = "new Promise((done) => requestIdleCallback(done, {timeout: 1000}))"
"""Diagrams are drawn anew for other colours."""


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/screenshots"))
    parser.add_argument("--only", nargs="*", default=[], help="names of states")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with (
        tempfile.TemporaryDirectory() as temporary,
        sync_playwright() as playwright,
        staged(Path(temporary) / "data") as stage,
    ):
        browser = playwright.chromium.launch(executable_path=find_or_install_chromium(), args=launch_arguments())
        with showing(browser, stage) as show:
            problems = 0
            for scene in SCENES:
                if given.only and scene.name not in given.only:
                    continue
                for problem in take(show, scene, given.folder):
                    problems += 1
                    print(problem, flush=True)
        browser.close()
    raise SystemExit(1 if problems else 0)


def take(show: Show, scene: Scene, folder: Path) -> Iterator[str]:
    """Take a scene's pictures, and yield what is wrong with it."""
    for size in (size for size in SIZES if scene.fits(size.name)):
        name = f"{scene.name}-{size.name}"
        print(name, flush=True)
        try:
            with show.shown(scene, size) as page:
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    page.evaluate(_SETTLED)
                    page.screenshot(path=folder / f"{name}-{scheme}.png", animations="disabled")
                    yield from (f"{name}-{scheme}: {violation}" for violation in find_violations(page))
        except (AssertionError, Error) as error:
            yield f"{name}: can't be shown: {error}"


if __name__ == "__main__":
    main()
