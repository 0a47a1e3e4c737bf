"""The tool that reads a public web page."""

from __future__ import annotations

from importlib import import_module

import anyio.to_thread

from chat_app.agents.tools.spec import ToolSpec


async def fetch_url(url: str) -> str:
    """Read a public web page and return its text as Markdown, or a text or JSON document as it is.

    Args:
        url: The full address, beginning with https:// or http://.
    """
    # The HTTP client takes 0.2 s to import; the table of tools is read by everything that shows a tool call.
    fetcher = await anyio.to_thread.run_sync(import_module, "chat_app.agents.tools.page_fetcher")
    text: str = await fetcher.Fetcher().fetch(url)
    return text


SPEC = ToolSpec(function=fetch_url, title="Read", running_title="Reading", subject="url", icon="globe", idempotent=True)
