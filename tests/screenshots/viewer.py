"""Shows scenes on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from tests.screenshots.demo_server import DemoServer
from tests.screenshots.scenes import Scene
from tests.support.browser.visitor import DESKTOP, PHONE, TIMEOUT_MS, Visitor, open_visitor

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True, kw_only=True)
class Size:
    """A window.

    Args:
        name: What it is called.
        width: Pixels.
        height: Pixels.
        options: What else a browser of that size has.
    """

    name: str
    width: int
    height: int
    options: dict[str, Any] = field(default_factory=dict[str, Any])


SIZES = (
    Size(name="desktop", width=DESKTOP["width"], height=DESKTOP["height"]),
    Size(name="phone", width=PHONE["width"], height=PHONE["height"], options={"is_mobile": True, "has_touch": True}),
)


class SceneViewer:
    """A stage with a browser for each size.

    Args:
        stage: Where the scenes are made.
        visitors: The browsers, by the name of their size.
    """

    def __init__(self, stage: DemoServer, visitors: dict[str, Visitor]) -> None:
        self._stage = stage
        self._visitors = visitors

    @contextmanager
    def shown(self, scene: Scene, size: Size) -> Generator[Page]:
        """Show a scene for the block."""
        scene.prepare(self._stage)
        # A tab remembers how its list is narrowed.
        self._stage.chat = self._visitors[size.name].open_tab()
        page = self._stage.chat.page
        page.set_viewport_size({"width": size.width, "height": scene.height or size.height})
        page.emulate_media(color_scheme=SCHEMES[0])
        try:
            scene.arrange(self._stage)
            yield page
        finally:
            scene.tidy(self._stage)
            page.close()
            self._stage.clear()


@contextmanager
def open_scene_viewer(browser: Browser, stage: DemoServer) -> Generator[SceneViewer]:
    """Lend a show for the block."""
    with ExitStack() as lent:
        visitors: dict[str, Visitor] = {}
        for size in SIZES:
            viewport = {"width": size.width, "height": size.height}
            visitor = lent.enter_context(open_visitor(browser, stage.app.url, viewport=viewport, **size.options))
            visitor.monitor.may_lose_connection = True
            visitor.context.set_default_timeout(TIMEOUT_MS)
            visitors[size.name] = visitor
        yield SceneViewer(stage, visitors)
