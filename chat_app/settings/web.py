"""Named limits and names of the web front, each settable as `CHAT_APP_*` in the environment."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WebSettings(BaseSettings):
    """What an installation may set about how it is reached."""

    model_config = SettingsConfigDict(env_prefix="CHAT_APP_", frozen=True)

    allowed_hosts: frozenset[str] = frozenset()
    """Host names, without port, that requests may use beside the loopback names: JSON, `["chat.home"]`."""
    allowed_origins: frozenset[str] = frozenset()
    """Origins that may use the app beside its own, for a proxy that changes the Host header; JSON."""
    proxy_hops: int = Field(default=0, ge=0, le=10)
    """Proxies in front of the program, each of which adds to X-Forwarded-For; what none of them wrote is not read."""
    max_request_bytes: int = Field(default=1_048_576, ge=1_024)
    """Bytes in the body of a request: the longest message has 600,000 when every character is escaped."""
    max_event_frame_bytes: int = Field(default=1_000_000, ge=10_000)
    """Bytes in one frame of the event websocket: one message, or what the page keeps in the browser."""
    stop_seconds: float = Field(default=5.0, gt=0)
    """Seconds that a stopping server waits for requests under way before it ends them."""
