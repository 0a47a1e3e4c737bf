"""The composition root: puts page, interface and running parts together. Nothing else knows everybody."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import reflex as rx

from chat_app.api.app import build_api
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from chat_app.ui.pages.auth import AUTH_PAGES
from chat_app.ui.pages.conversation import conversation_page
from chat_app.ui.settings.tabs import SETTINGS_PAGES
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.tab_tracking import watch_tabs_of
from chat_app.ui.texts.shared import PAGE
from chat_app.ui.theme import STYLESHEETS, app_wraps, head_components
from chat_app.ui.transcript.state import TranscriptState
from chat_app.web.logs import log_event_error, log_page_error


@asynccontextmanager
async def application() -> AsyncGenerator[None]:
    """Run the application's parts for as long as the server lives."""
    async with running(Settings()):
        yield


def build_app() -> rx.App:
    """Return the app with its pages and the mounted interface."""
    app = rx.App(
        stylesheets=STYLESHEETS,
        head_components=head_components(),
        toaster=None,
        html_lang="en",
        app_wraps=app_wraps(),
        api_transformer=build_api(),
        frontend_exception_handler=log_page_error,
        backend_exception_handler=log_event_error,
    )
    for route in ("/", "/chat/[agent_key]"):
        app.add_page(  # pyright: ignore[reportUnknownMemberType]
            conversation_page,
            route=route,
            title=PAGE.product,
            description=PAGE.description,
            on_load=[SidebarState.meet, TranscriptState.open_address],
        )
    for page in AUTH_PAGES:
        app.add_page(  # pyright: ignore[reportUnknownMemberType]
            page.view,
            route=page.route,
            title=PAGE.page_title.format(title=page.title),
            description=PAGE.description,
        )
    for settings in SETTINGS_PAGES:
        app.add_page(  # pyright: ignore[reportUnknownMemberType]
            settings.view,
            route=settings.route,
            title=PAGE.page_title.format(title=settings.title),
            description=PAGE.description,
            on_load=[SidebarState.meet, settings.on_load],
        )
    app.register_lifespan_task(application)  # pyright: ignore[reportUnknownMemberType]
    watch_tabs_of(app)
    return app


app = build_app()
