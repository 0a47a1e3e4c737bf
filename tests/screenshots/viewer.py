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
    """A size of the browser's window.

    Args:
        name: Its name.
        width: Pixels.
        height: Pixels.
        options: Further options of the browser context.
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
    """Shows scenes in a browser for each size.

    Args:
        demo: The server of the scenes.
        visitors: The browsers by the names of their sizes.
    """

    def __init__(self, demo: DemoServer, visitors: dict[str, Visitor]) -> None:
        self._demo = demo
        self._visitors = visitors

    @contextmanager
    def show(self, scene: Scene, size: Size) -> Generator[Page]:
        """Show a scene while the context is open."""
        scene.prepare(self._demo)
        # A tab remembers the filter of its list.
        self._demo.chat = self._visitors[size.name].open_tab()
        page = self._demo.chat.page
        page.set_viewport_size({"width": size.width, "height": scene.height or size.height})
        page.emulate_media(color_scheme=SCHEMES[0])
        try:
            scene.arrange(self._demo)
            yield page
        finally:
            scene.tidy(self._demo)
            page.close()
            self._demo.clear()


@contextmanager
def open_scene_viewer(browser: Browser, demo: DemoServer) -> Generator[SceneViewer]:
    """Open a browser for each size while the context is open."""
    with ExitStack() as lent:
        visitors: dict[str, Visitor] = {}
        for size in SIZES:
            viewport = {"width": size.width, "height": size.height}
            visitor = lent.enter_context(open_visitor(browser, demo.app.url, viewport=viewport, **size.options))
            visitor.monitor.may_lose_connection = True
            visitor.context.set_default_timeout(TIMEOUT_MS)
            visitors[size.name] = visitor
        yield SceneViewer(demo, visitors)
