"""Settings of the web server: host names, proxies, and the sizes, times and numbers of requests and connections."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WebSettings(BaseSettings):
    """Host names, proxies and limits of the web server, each from `CHAT_APP_*` in the environment or its default."""

    model_config = SettingsConfigDict(env_prefix="CHAT_APP_", frozen=True)

    allowed_hosts: frozenset[str] = frozenset()
    """Host names, without port, that requests may use in addition to the loopback names, as JSON: `["chat.home"]`."""
    allowed_origins: frozenset[str] = frozenset()
    """Origins that may use the app in addition to its own, as JSON, for a proxy that changes the Host header."""
    proxy_hops: int = Field(default=0, ge=0, le=10)
    """Proxies in front of the server that add to X-Forwarded-For; entries from before the first one are ignored."""
    max_request_bytes: int = Field(default=1_048_576, ge=1_024)
    """Bytes in the body of a message. The longest message has 600,000 if all its characters are escaped."""
    max_small_request_bytes: int = Field(default=32_768, ge=4_096)
    """Bytes in the body of any other request. The longest, with a provider key, has 24,000 if all is escaped."""
    max_public_request_bytes: int = Field(default=16_384, ge=4_096)
    """Bytes in the body of a request to an address that needs no login. The longest has about 2,000: a sign-up."""
    max_json_values: int = Field(default=1_000, ge=100)
    """Objects, lists and their elements in the body of a request. A message of the most parts has about 100; checking a
    body takes time for each, also when it is refused."""
    max_total_request_bytes: int = Field(default=134_217_728, ge=1_048_576)
    """Bytes in the bodies of all requests that run at the same time, so that large ones do not fill the memory."""
    max_event_frame_bytes: int = Field(default=1_000_000, ge=10_000)
    """Bytes in one frame of the event websocket: one message, or the values that the browser stores for the page."""
    max_address_characters: int = Field(default=8_192, ge=1_024)
    """Characters of the address that a page sends with its events; the server reads no longer one in a request."""
    max_page_queue_bytes: int = Field(default=8_388_608, ge=65_536)
    """Bytes that may wait to be read by one page, several pages of long messages. Beyond it the page is disconnected,
    and loads everything anew when it connects again. A single update may be larger."""
    max_pending_events: int = Field(default=100, ge=10)
    """Events of one page that may be in work: a page has a handful. Beyond it the page is disconnected."""
    request_head_seconds: float = Field(default=10.0, gt=0)
    """Seconds in which the head of a request must arrive, from the start of the connection or the last response."""
    request_body_seconds: float = Field(default=60.0, gt=0)
    """Seconds in which the whole body of a request must arrive: the largest one at 17 kB/s, a poor mobile network."""
    request_stall_seconds: float = Field(default=10.0, gt=0)
    """Seconds after which a request is given up if nothing of its body arrives."""
    response_stall_seconds: float = Field(default=60.0, gt=0)
    """Seconds after which a connection is closed if its client takes nothing of what was sent to it."""
    max_connections: int = Field(default=10_000, ge=10)
    """Open connections; fewer if the operating system does not allow the process enough open files. An open page has
    one, and up to six more while it loads."""
    max_connections_address: int = Field(default=2_000, ge=1)
    """Open connections of one IPv4 address or IPv6 /64 network; at most half of all. Many people can share an address,
    as can the tabs and programs of one machine. Behind a proxy it limits the open requests of each client."""
    max_open_files: int = Field(default=65_536, ge=256)
    """Open files and connections that the process allows itself at its start, if the operating system agrees."""
    stop_seconds: float = Field(default=5.0, gt=0)
    """Seconds for which a stopping server waits for running requests."""
