"""All pages of the app."""

from __future__ import annotations

from functools import partial

from chat_app.ui.pages.auth import AUTH_PAGES
from chat_app.ui.pages.conversation import CONVERSATION_PAGES
from chat_app.ui.pages.page import Page
from chat_app.ui.settings.layout_view import settings_page
from chat_app.ui.settings.tab_list import SETTINGS_TABS
from chat_app.ui.texts.shared import PAGE
from chat_app.ui.viewer.state import ViewerState

SETTINGS_PAGES = tuple(
    Page(
        route=tab.route,
        title=PAGE.page_title.format(title=tab.title),
        view=partial(settings_page, tab, SETTINGS_TABS),
        on_load=(ViewerState.load_viewer, tab.load),
    )
    for tab in SETTINGS_TABS
)
PAGES = (*CONVERSATION_PAGES, *AUTH_PAGES, *SETTINGS_PAGES)
