"""The build step that renders both addresses of the conversation page with one component."""

from __future__ import annotations

from pathlib import Path

import pytest
import reflex_base

from chat_app.ui.pages.conversation_build import ROUTES, draw_both_with_one

TEMPLATE = Path(reflex_base.__file__).parent / ".templates" / "web" / ROUTES


def test_both_addresses_are_rendered_by_one_route_file() -> None:
    routes = TEMPLATE.read_text(encoding="utf-8")
    changed = draw_both_with_one(routes)
    assert changed.count('index("routes/[chat].$[agent_key]._index.jsx", { id: "start" })') == 1
    assert changed.count('"routes/_index.jsx"') == 1
    assert draw_both_with_one(changed) == changed


def test_unknown_routes_are_refused() -> None:
    with pytest.raises(ValueError, match="OneConversationPlugin"):
        draw_both_with_one("export default [];")
