"""Interactive documentation of the API: `/docs`, without files from other servers."""

from __future__ import annotations

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from chat_app.web.csp import hash_inline_scripts

ASSETS = "/docs-assets"


def install(api: FastAPI) -> None:
    """Add the page and its files to the app."""
    folder = Path(fastapi_offline.__file__).parent / "static"
    api.mount(ASSETS, StaticFiles(directory=folder), name="docs-assets")
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title=api.title,
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url="/favicon.ico",
    )
    page.headers["Content-Security-Policy"] = _policy(bytes(page.body).decode())

    async def docs() -> HTMLResponse:
        """Show the documentation."""
        return page

    api.add_api_route("/docs", docs, include_in_schema=False, response_class=HTMLResponse)


def _policy(html: str) -> str:
    scripts = " ".join(sorted(hash_inline_scripts(html)))
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
