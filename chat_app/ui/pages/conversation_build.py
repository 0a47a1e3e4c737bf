"""What the build of the page must know for the conversation, which has two addresses."""

from __future__ import annotations

from typing import Any

import reflex as rx

ROUTES = "app/routes.js"
_TOOLS = 'import { route } from "@react-router/dev/routes";'
_OURS = 'import { index, route } from "@react-router/dev/routes";'
_IGNORED = '["routes/\\\\[404\\\\]._index.jsx"]'
_IGNORED_TOO = '["routes/\\\\[404\\\\]._index.jsx", "routes/_index.jsx"]'
_LAST = '  route("*", '
_START = '  index("routes/[chat].$[agent_key]._index.jsx", { id: "start" }),\n'


class OneConversationPlugin(rx.plugins.Plugin):
    """Draws `/` and `/chat/{agent}` with one and the same component.

    Reflex gives each address a component of its own. Going from the first to the second would take the whole page down
    and put another up: what a person has just opened or begun there would be gone, and every start would cost twice.
    """

    def pre_compile(self, **context: Any) -> None:
        """Register the change of the page's routes."""
        context["add_modify_task"](ROUTES, draw_both_with_one)


def draw_both_with_one(routes: str) -> str:
    """Let the first address be drawn by the file of the second.

    Raises:
        ValueError: The routes are not as they were: this release of Reflex needs another change.
    """
    if _START in routes:
        return routes
    for part, ours in ((_TOOLS, _OURS), (_IGNORED, _IGNORED_TOO), (_LAST, _START + _LAST)):
        if part not in routes:
            raise ValueError(f"{part!r} is not where it was: OneConversationPlugin must follow this release of Reflex.")
        routes = routes.replace(part, ours)
    return routes
