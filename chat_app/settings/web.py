"""Settings of the web server: host names, proxies and sizes of requests."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WebSettings(BaseSettings):
    """Host names, proxies and sizes of requests, each from `CHAT_APP_*` in the environment or its default."""

    model_config = SettingsConfigDict(env_prefix="CHAT_APP_", frozen=True)

    allowed_hosts: frozenset[str] = frozenset()
    """Host names, without port, that requests may use in addition to the loopback names, as JSON: `["chat.home"]`."""
    allowed_origins: frozenset[str] = frozenset()
    """Origins that may use the app in addition to its own, as JSON, for a proxy that changes the Host header."""
    proxy_hops: int = Field(default=0, ge=0, le=10)
    """Proxies in front of the server that add to X-Forwarded-For; entries from before the first one are ignored."""
    max_request_bytes: int = Field(default=1_048_576, ge=1_024)
    """Bytes in the body of a message. The longest message has 600,000 if all its characters are escaped."""
    max_small_request_bytes: int = Field(default=32_768, ge=1_024)
    """Bytes in the body of any other request. The longest, with a provider key, has 24,000 if all is escaped."""
    max_json_values: int = Field(default=1_000, ge=100)
    """Objects, lists and their elements in the body of a request. A message of the most parts has about 100; checking a
    body takes time for each, also when it is refused."""
    max_event_frame_bytes: int = Field(default=1_000_000, ge=10_000)
    """Bytes in one frame of the event websocket: one message, or the values that the browser stores for the page."""
    max_address_characters: int = Field(default=8_192, ge=1_024)
    """Characters of the address that a page sends with its events; the server reads no longer one in a request."""
    max_page_queue_bytes: int = Field(default=8_388_608, ge=65_536)
    """Bytes that may wait to be read by one page, several pages of long messages. Beyond it the page is disconnected,
    and loads everything anew when it connects again. A single update may be larger."""
    max_pending_events: int = Field(default=100, ge=10)
    """Events of one page that may be in work: a page has a handful. Beyond it the page is disconnected."""
    stalled_seconds: float = Field(default=30.0, gt=0)
    """Seconds after which a client that reads nothing of what waits for it is disconnected."""
    stop_seconds: float = Field(default=5.0, gt=0)
    """Seconds for which a stopping server waits for running requests."""
