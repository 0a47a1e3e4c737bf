"""What the build of the page must know for the conversation, which has two addresses."""

from __future__ import annotations

from typing import Any

import reflex as rx

from chat_app.ui.generated import change

ROUTES = "app/routes.js"
_CHANGES = (
    (
        'import { route } from "@react-router/dev/routes";',
        'import { index, route } from "@react-router/dev/routes";',
    ),
    (
        '["routes/\\\\[404\\\\]._index.jsx"]',
        '["routes/\\\\[404\\\\]._index.jsx", "routes/_index.jsx"]',
    ),
    (
        '  route("*", ',
        '  index("routes/[chat].$[agent_key]._index.jsx", { id: "start" }),\n  route("*", ',
    ),
)


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
    for old, new in _CHANGES:
        routes = change(routes, old, new, plugin=OneConversationPlugin.__name__)
    return routes
