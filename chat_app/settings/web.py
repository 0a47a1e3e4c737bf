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
    """Bytes in the body of a request. The longest message has 600,000 if all its characters are escaped."""
    max_event_frame_bytes: int = Field(default=1_000_000, ge=10_000)
    """Bytes in one frame of the event websocket: one message, or the values that the browser stores for the page."""
    stop_seconds: float = Field(default=5.0, gt=0)
    """Seconds for which a stopping server waits for running requests."""
