"""Build plugin for the conversation page, which has two routes."""

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
    """Draws `/` and `/chat/{agent}` with the same component.

    Reflex generates a component for each route. A navigation from the first to the second would unmount the whole page
    and mount another: menus and drafts that are open would be lost, and every start would cost twice.
    """

    def pre_compile(self, **context: Any) -> None:
        """Register the change of the page's routes."""
        context["add_modify_task"](ROUTES, draw_both_with_one)


def draw_both_with_one(routes: str) -> str:
    """Draw the first route with the file of the second.

    Raises:
        ValueError: The routes have another form, as this release of Reflex makes them.
    """
    for old, new in _CHANGES:
        routes = change(routes, old, new, plugin=OneConversationPlugin.__name__)
    return routes
