"""Fetching pages: only from the public internet, whatever names, redirects and certificates say."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import replace

import pytest
import trustme

from chat_app.agents.tools.fetch_url import fetch_url
from chat_app.agents.tools.page_fetcher import Fetcher, FetchLimits
from chat_app.domain.errors import ChatAppError, Forbidden, Invalid, Unavailable
from tests.support.fetchers import TEXT, FakeResolver, local_fetcher, refusal_message
from tests.support.http_server import Reply, http_server

pytestmark = pytest.mark.anyio


async def test_the_connection_uses_the_checked_address_and_the_host_name_of_the_url() -> None:
    async with http_server({"/": Reply(headers=TEXT, body=b"hello")}) as web:
        names = FakeResolver(site_example=["127.0.0.1"])
        await local_fetcher(web, names=names).fetch(web.url("/", host="site.example"))
        assert web.asked[0].headers["host"] == f"site.example:{web.port}"
        # Resolved once: a second lookup could return another address.
        assert names.asked == ["site.example"]


async def test_tls_verifies_the_host_name_of_the_url() -> None:
    authority = trustme.CA()
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("site.example").configure_cert(server_context)  # pyright: ignore[reportUnknownMemberType]
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)  # pyright: ignore[reportUnknownMemberType]
    names = FakeResolver(site_example=["127.0.0.1"], other_example=["127.0.0.1"])
    async with http_server({"/": Reply(headers=TEXT, body=b"hello")}, ssl_context=server_context) as web:
        fetcher = replace(local_fetcher(web, names=names), ssl_context=trusted)
        assert (await fetcher.fetch(web.url("/", host="site.example"))).endswith("hello")
        assert "can't be fetched" in await refusal_message(fetcher, web.url("/", host="other.example"), Unavailable)
        assert len(web.asked) == 1
        untrusting = local_fetcher(web, names=names)
        assert "can't be fetched" in await refusal_message(untrusting, web.url("/", host="site.example"), Unavailable)


HOSTILE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://localhost/",
    "https://127.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://100.100.100.200/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
]


@pytest.mark.parametrize("url", HOSTILE)
async def test_the_tool_refuses_addresses_that_are_not_public(url: str) -> None:
    with pytest.raises((Forbidden, Invalid)) as caught:
        await fetch_url(url)
    assert caught.value.code == "fetch_refused"


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["127.0.0.1", "93.184.215.14"], ["::1"]],
)
async def test_a_host_name_with_an_address_that_is_not_public_is_refused(addresses: list[str]) -> None:
    async with http_server({"/": Reply(body=b"secret")}) as web:
        fetcher = Fetcher(limits=FetchLimits(ports=frozenset({web.port})), resolve=FakeResolver(site_example=addresses))
        message = await refusal_message(fetcher, web.url("/", host="site.example"), Forbidden)
        assert "not on the public internet" in message
        assert web.connections == 0


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("ftp://example.com/", Invalid),
        ("file:///etc/passwd", Invalid),
        ("gopher://example.com/", Invalid),
        ("javascript:alert(1)", Invalid),
        ("example.com", Invalid),
        ("http://", Invalid),
        ("http://[::1", Invalid),
        ("http://" + "a" * 70_000, Invalid),
        ("", Invalid),
        ("http://user@example.com/", Forbidden),
        ("http://user:pass@example.com/", Forbidden),
        ("http://example.com:22/", Forbidden),
        ("http://example.com:6379/", Forbidden),
        ("https://example.com:25/", Forbidden),
    ],
)
async def test_only_http_and_https_urls_on_web_ports_are_fetched(url: str, kind: type[ChatAppError]) -> None:
    names = FakeResolver(example_com=["93.184.215.14"])
    await refusal_message(Fetcher(resolve=names), url, kind)
    assert names.asked == []


def redirect(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(status: int) -> None:
    replies: dict[str, Reply | Sequence[Reply]] = {
        "/a": redirect("/b", status),
        "/b": Reply(headers=TEXT, body=b"there"),
    }
    async with http_server(replies) as web:
        assert await local_fetcher(web).fetch(web.url("/a")) == f"URL: {web.url('/b')}\n\nthere"


async def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    assert FetchLimits().redirects == 5
    replies: dict[str, Reply | Sequence[Reply]] = {f"/{n}": redirect(f"/{n + 1}") for n in range(6)}
    replies["/6"] = Reply(headers=TEXT, body=b"there")
    async with http_server(replies) as web:
        assert (await local_fetcher(web).fetch(web.url("/1"))).endswith("there")
        assert "more than 5 times" in await refusal_message(local_fetcher(web), web.url("/0"), Unavailable)


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://127.0.0.2:{port}/", Forbidden),
        ("http://inside.example:{port}/", Forbidden),
        ("//inside.example:{port}/", Forbidden),
        ("http://127.0.0.1:22/", Forbidden),
        ("http://user:pass@127.0.0.1:{port}/", Forbidden),
        ("file:///etc/passwd", Invalid),
        ("ftp://127.0.0.1:{port}/", Invalid),
        ("javascript:alert(1)", Invalid),
        ("http://[::1", Invalid),
    ],
)
async def test_every_redirect_is_checked_like_the_first_address(location: str, kind: type[ChatAppError]) -> None:
    names = FakeResolver(
        site_example=["127.0.0.1"],
        inside_example=["10.0.0.1"],
        **{"127_0_0_1": ["127.0.0.1"], "127_0_0_2": ["127.0.0.2"]},
    )
    async with http_server() as web, http_server({"/": Reply(body=b"secret")}, host="127.0.0.2", port=web.port) as in_:
        web.replies["/"] = redirect("/next")
        web.replies["/next"] = redirect(location.format(port=web.port))
        await refusal_message(local_fetcher(web, names=names), web.url("/", host="site.example"), kind)
        assert [asked.target for asked in web.asked] == ["/", "/next"]
        assert in_.connections == 0


async def test_a_host_name_is_checked_at_each_connection() -> None:
    class Rebinding(FakeResolver):
        async def __call__(self, host: str, port: int) -> Sequence[str]:
            await super().__call__(host, port)
            return ["127.0.0.1"] if len(self.asked) == 1 else ["127.0.0.2"]

    async with http_server() as web, http_server({"/": Reply(body=b"secret")}, host="127.0.0.2", port=web.port) as in_:
        # The connection is closed, so the redirect resolves the name again and gets another address.
        web.replies["/"] = Reply(status=302, headers={"location": "/again", "connection": "close"})
        names = Rebinding(site_example=[])
        await refusal_message(local_fetcher(web, names=names), web.url("/", host="site.example"), Forbidden)
        assert names.asked == ["site.example"] * 2
        assert in_.connections == 0


async def test_a_slow_name_lookup_times_out() -> None:
    async def never(_host: str, _port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    fetcher = Fetcher(limits=FetchLimits(seconds=0.2), resolve=never)
    assert "in time" in await refusal_message(fetcher, "http://site.example/", Unavailable)


async def test_an_unknown_host_name_and_a_closed_port_are_reported() -> None:
    async with http_server() as web:
        closed = web.url("/")
        fetcher = local_fetcher(web)
        assert "can't be found" in await refusal_message(fetcher, web.url("/", host="nowhere.example"), Unavailable)
    assert "can't be fetched" in await refusal_message(fetcher, closed, Unavailable)


async def test_the_next_address_is_tried_when_one_does_not_respond() -> None:
    async with http_server({"/": Reply(headers=TEXT, body=b"hello")}) as web:
        names = FakeResolver(site_example=["127.0.0.3", "127.0.0.1"])
        fetcher = replace(local_fetcher(web, names=names), allow={"127.0.0.1", "127.0.0.3"}.__contains__)
        assert (await fetcher.fetch(web.url("/", host="site.example"))).endswith("hello")


async def test_proxies_from_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with http_server({"/": Reply(headers=TEXT, body=b"hello")}) as web, http_server() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        assert (await local_fetcher(web).fetch(web.url("/"))).endswith("hello")
        assert proxy.connections == 0
