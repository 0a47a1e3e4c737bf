"""Takes screenshots of every main state of the page and checks each with axe.

    python -m tests.screenshots [FOLDER] [--only NAME ...]

Starts servers with scripted agents in a temporary folder, with and without a login. Each state is shown on a desktop
(1280x800) and on a phone (390x844), in light and in dark colours. The exit status is 1 when axe finds a violation.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.screenshots.demo_server import start_demo_server
from tests.screenshots.people_scenes import PEOPLE_SCENES, PeopleSceneViewer
from tests.screenshots.scenes import SCENES
from tests.screenshots.viewer import SCHEMES, SIZES, Size, open_scene_viewer
from tests.support.browser.axe import find_violations
from tests.support.browser.login_server import start_login_server
from tests.support.browser.visitor import TIMEOUT_MS
from tests.support.chromium import find_or_install_chromium, launch_arguments

ShowScene = Callable[[Size], AbstractContextManager[Page]]

_SETTLED = "new Promise((done) => requestIdleCallback(done, {timeout: 1000}))"
"""Resolves when the page is idle: diagrams are rendered again for other colours."""


def main() -> None:
    """Take the screenshots."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/screenshots"))
    parser.add_argument("--only", nargs="*", default=[], help="names of states")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=TIMEOUT_MS)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_or_install_chromium(), args=launch_arguments())
        problems = 0
        for problem in chain(
            _alone(browser, Path(temporary), given.folder, only=given.only),
            _with_others(browser, Path(temporary), given.folder, only=given.only),
        ):
            problems += 1
            print(problem, flush=True)
        browser.close()
    raise SystemExit(1 if problems else 0)


def _alone(browser: Browser, temporary: Path, folder: Path, *, only: Collection[str]) -> Iterator[str]:
    scenes = [scene for scene in SCENES if not only or scene.name in only]
    if not scenes:
        return
    with start_demo_server(temporary / "alone") as demo, open_scene_viewer(browser, demo) as viewer:
        for scene in scenes:
            sizes = [size for size in SIZES if scene.fits(size.name)]
            yield from take(partial(viewer.show, scene), scene.name, folder, sizes=sizes)


def _with_others(browser: Browser, temporary: Path, folder: Path, *, only: Collection[str]) -> Iterator[str]:
    scenes = [scene for scene in PEOPLE_SCENES if not only or scene.name in only]
    if not scenes:
        return
    with start_login_server(temporary / "others", browser) as login_server:
        viewer = PeopleSceneViewer(browser, login_server)
        for scene in scenes:
            yield from take(partial(viewer.show, scene), scene.name, folder, sizes=SIZES)


def take(show_scene: ShowScene, scene: str, folder: Path, *, sizes: Iterable[Size]) -> Iterator[str]:
    """Take the screenshots of a scene and yield the problems that were found.

    Args:
        show_scene: Shows the scene at a size.
        scene: The name of the scene.
        folder: The folder for the screenshots.
        sizes: The sizes to show the scene at.
    """
    for size in sizes:
        name = f"{scene}-{size.name}"
        print(name, flush=True)
        try:
            with show_scene(size) as page:
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    page.evaluate(_SETTLED)
                    page.screenshot(path=folder / f"{name}-{scheme}.png", animations="disabled")
                    yield from (f"{name}-{scheme}: {violation}" for violation in find_violations(page))
        except (AssertionError, Error) as error:
            yield f"{name}: can't be shown: {error}"


if __name__ == "__main__":
    main()
