"""Behind a proxy, the open requests of each client are bounded, and not those of the proxy."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from chat_app.web.address_limit import AddressLimit
from tests.support.asgi import Answer, answer_with, call, call_async, make_scope


def test_a_client_with_too_many_open_requests_is_refused_and_others_are_not() -> None:
    inner: dict[str, Answer] = {}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/open":
            for address in ("192.0.2.1", "192.0.2.2"):
                inner[address] = await call_async(limit, make_scope(x_forwarded_for=f"192.0.2.9, {address}"))
        await answer_with()(scope, receive, send)

    limit = AddressLimit(app, most=1, proxy_hops=1)
    for _ in range(2):
        assert call(limit, make_scope("/open", x_forwarded_for="192.0.2.1")).status == 200
        assert (inner["192.0.2.1"].status, inner["192.0.2.1"].error_code) == (429, "too_many_connections")
        assert inner["192.0.2.2"].status == 200
