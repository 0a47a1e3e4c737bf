"""Theme values that Python, JavaScript and CSS share are equal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from chat_app.ui.components.icons import IconName
from chat_app.ui.theme import FRAME, MAIN, STYLESHEETS, app_wraps

ASSETS = Path(__file__).parents[3] / "assets"


def test_the_frame_has_the_background_colours_of_the_page() -> None:
    tokens = (ASSETS / "styles" / "tokens.css").read_text(encoding="utf-8")
    assert re.findall(r"--bg: (#\w+);", tokens) == [FRAME["light"], FRAME["dark"]]


def test_every_style_sheet_is_used_once() -> None:
    sheets = [f"/styles/{path.name}" for path in (ASSETS / "styles").iterdir()]
    assert sorted(STYLESHEETS) == sorted(sheets)


def test_the_drawer_uses_the_media_query_of_the_style_sheet_and_the_id_of_the_main_landmark() -> None:
    drawer = (ASSETS / "frame" / "drawer.jsx").read_text(encoding="utf-8")
    phone = re.search(r'PHONE = "(.+)"', drawer)
    assert phone is not None
    assert f"@media {phone[1]} {{" in (ASSETS / "styles" / "frame.css").read_text(encoding="utf-8")
    assert f'MAIN = "{MAIN}"' in drawer


def test_the_icons_of_the_views_exist() -> None:
    paths = (ASSETS / "lib" / "icon.jsx").read_text(encoding="utf-8")
    assert set(get_args(IconName)) <= set(re.findall(r"^  (\w+):", paths, re.MULTILINE))


def test_reflex_wraps_the_page_only_in_the_expected_components() -> None:
    assert {name for _, name in app_wraps()} == {"ErrorBoundary", "EarlyListeners"}
