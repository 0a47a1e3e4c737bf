"""The composition root: puts page, interface and running parts together. Nothing else knows everybody."""

from __future__ import annotations

import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import reflex as rx

from chat_app.api.app import build_api
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from chat_app.ui.pages.routes import PAGES
from chat_app.ui.tab_tracking import track_tabs
from chat_app.ui.texts.shared import PAGE
from chat_app.ui.theme import STYLESHEETS, app_wraps, head_components
from chat_app.web.logs import log_event_error, log_page_error


@asynccontextmanager
async def application() -> AsyncGenerator[None]:
    """Run the parts of the application while the server runs."""
    async with running(Settings(), on_failure=lambda: signal.raise_signal(signal.SIGTERM)):
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
    for page in PAGES:
        app.add_page(  # pyright: ignore[reportUnknownMemberType]
            page.view,
            route=page.route,
            title=page.title,
            description=PAGE.description,
            on_load=list(page.on_load),
        )
    app.register_lifespan_task(application)  # pyright: ignore[reportUnknownMemberType]
    track_tabs(app)
    return app


app = build_app()
