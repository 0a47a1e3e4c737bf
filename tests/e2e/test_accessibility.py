"""Axe finds no accessibility violations in a selection of states of the page.

`python -m tests.screenshots` checks every state at every size.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.screenshots.demo_server import start_demo_server
from tests.screenshots.scenes import SCENES, Scene
from tests.screenshots.viewer import SIZES, SceneViewer, Size, open_scene_viewer
from tests.support.browser.axe import find_violations

ON_DESKTOP = {
    *("first-visit", "greeting", "conversation-open", "working", "rate-limit", "errors", "other-model", "queued"),
    *("downloading", "row-rename", "archived", "delete", "disconnected", "missing"),
}
ON_PHONE = {"first-visit", "conversation-open", "errors", "list", "narrow-menu", "session-menu", "find"}
SCENES_BY_SIZE = [
    (scene, size)
    for scene in SCENES
    for size in SIZES
    if scene.name in (ON_PHONE if size.name == "phone" else ON_DESKTOP)
]


@pytest.fixture(scope="module")
def viewer(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SceneViewer]:
    with (
        start_demo_server(tmp_path_factory.mktemp("accessibility") / "data") as demo,
        open_scene_viewer(browser, demo) as viewer,
    ):
        yield viewer


@pytest.mark.parametrize(
    ("scene", "size"), SCENES_BY_SIZE, ids=[f"{scene.name}-{size.name}" for scene, size in SCENES_BY_SIZE]
)
def test_a_scene_has_no_axe_violations(viewer: SceneViewer, scene: Scene, size: Size) -> None:
    with viewer.show(scene, size) as page:
        found = find_violations(page)
        page.emulate_media(color_scheme="dark")
        found += find_violations(page, rules=["color-contrast"])
    assert found == []


def test_another_model_is_chosen_with_the_keyboard(viewer: SceneViewer) -> None:
    scene = next(scene for scene in SCENES if scene.name == "other-model")
    with viewer.show(scene, SIZES[0]) as page:
        button = page.get_by_test_id("other-model")
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("menuitem", name="echo")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("menuitem", name="SmolLM2 135M")).to_be_focused()
        page.keyboard.press("Home")
        expect(page.get_by_role("menuitem", name="echo")).to_be_focused()
        page.keyboard.press("Enter")
        answer = page.get_by_test_id("message").last
        expect(answer.get_by_test_id("answer-text")).to_contain_text("The checkout test fails")
        expect(answer.locator(".model")).to_have_text("echo")
