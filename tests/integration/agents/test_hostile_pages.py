"""Fetching from servers that want to keep the program busy: it reads a bounded number of bytes, then has an answer."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from chat_app.agents.tools.page_fetcher import FetchLimits
from chat_app.domain.errors import Invalid, Unavailable
from tests.support.fetchers import HTML, TEXT, local_fetcher, refusal_message
from tests.support.hostile_pages import ATTACKS, MEMBER, endless, trickle
from tests.support.http_server import Reply, http_server

pytestmark = pytest.mark.anyio

GZIPPED = {**TEXT, "content-encoding": "gzip"}
IN_FLIGHT = 8_000_000
"""Bytes of a connection that the server sends into the buffers of both sockets before the client closes it."""
CUT = "(The rest of the page was cut off.)"


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_attack_ends_with_a_bounded_number_of_bytes(attack: str) -> None:
    async with http_server({"/": ATTACKS[attack]()}) as web:
        seconds = 0.5 if "trickle" in attack else FetchLimits().seconds
        try:
            text = await local_fetcher(web, seconds=seconds).fetch(web.url("/"))
        except (Invalid, Unavailable) as refusal:
            # A reply without end that is not noticed would last until the time is over.
            if "trickle" not in attack:
                assert "in time" not in refusal.message  # noqa: PT017 - several outcomes are correct
        else:
            text.encode()
            assert len(text) <= FetchLimits().text_characters + 1_000
        assert web.sent < FetchLimits().received_bytes + IN_FLIGHT * web.connections
        assert web.connections <= FetchLimits().redirects + 1


@pytest.mark.parametrize("behind", [b"", b"\0" * 100, b"nonsense", b"\x1f", b"\x1f\x8c"])
async def test_what_follows_the_last_member_of_a_gzip_file_is_ignored(behind: bytes) -> None:
    async with http_server({"/": Reply(headers=GZIPPED, body=MEMBER + behind)}) as web:
        assert (await local_fetcher(web).fetch(web.url("/"))).endswith("\n\nword")


async def test_reading_ends_with_the_last_member_of_a_gzip_file() -> None:
    body = trickle(b"\0" * 100, before=MEMBER)
    async with http_server({"/": Reply(headers=GZIPPED, body=body)}) as web:
        assert (await local_fetcher(web).fetch(web.url("/"))).endswith("\n\nword")
        async with asyncio.timeout(5):
            await web.aborted.wait()


@pytest.mark.parametrize("size", [1, 7, 100_000])
async def test_all_members_of_a_gzip_file_are_read_however_they_arrive(size: int) -> None:
    content = b"".join(gzip.compress(text) for text in (b"one ", b"", b"two ", b"three"))

    async def pieces():  # noqa: ANN202 - a generator of bytes
        for start in range(0, len(content), size):
            yield content[start : start + size]

    async with http_server({"/": Reply(headers=GZIPPED, body=pieces())}) as web:
        assert (await local_fetcher(web).fetch(web.url("/"))).endswith("\n\none two three")


@pytest.mark.parametrize("kept", [-1, 20, 3])
async def test_a_truncated_gzip_file_is_reported_as_cut(kept: int) -> None:
    body = gzip.compress(b"word " * 1_000)[:kept]
    async with http_server({"/": Reply(headers=GZIPPED, body=body)}) as web:
        assert (await local_fetcher(web).fetch(web.url("/"))).endswith(CUT)


async def test_an_empty_body_needs_no_compression() -> None:
    async with http_server({"/": Reply(headers=GZIPPED)}) as web:
        assert "(The page has no text.)" in await local_fetcher(web).fetch(web.url("/"))


async def test_a_gzip_file_of_too_many_members_is_read_up_to_the_last_allowed_one() -> None:
    async with http_server({"/": Reply(headers=GZIPPED, body=endless(MEMBER))}) as web:
        assert (await local_fetcher(web).fetch(web.url("/"))).count("word") == 100


@pytest.mark.parametrize("coding", ["deflate", "br", "zstd", "compress"])
async def test_a_body_in_another_compression_is_not_read(coding: str) -> None:
    headers = {**TEXT, "content-encoding": coding}
    async with http_server({"/": Reply(headers=headers, body=endless(b"x"))}) as web:
        assert "compression" in await refusal_message(local_fetcher(web), web.url("/"), Invalid)


async def test_all_that_is_received_counts_towards_the_limit() -> None:
    headers = {**TEXT, "x-filler": "y" * 5_000}
    async with http_server({"/": Reply(headers=headers, body=b"x" * 6_000)}) as web:
        assert "too much" in await refusal_message(local_fetcher(web, received_bytes=8_000), web.url("/"), Unavailable)
        assert (await local_fetcher(web, received_bytes=12_000).fetch(web.url("/"))).count("x") > 5_000


@pytest.mark.parametrize(
    ("charset", "body"), [("utf-16", "日本".encode("utf-16-le")), ("utf-16", "日本".encode("utf-16"))]
)
async def test_utf_16_is_read_with_and_without_a_byte_order_mark(charset: str, body: bytes) -> None:
    headers = {"content-type": f"text/plain; charset={charset}"}
    async with http_server({"/": Reply(headers=headers, body=body)}) as web:
        assert (await local_fetcher(web).fetch(web.url("/"))).endswith("\n\n日本")


async def test_a_character_across_two_slices_is_decoded() -> None:
    body = b"x" + "é".encode() * 50_000
    async with http_server({"/": Reply(headers=TEXT, body=body)}) as web:
        text = await local_fetcher(web, text_characters=100_000).fetch(web.url("/"))
    assert text.count("é") == 50_000


async def test_a_stopped_fetch_closes_its_connection() -> None:
    body = trickle(b"x", before=b"y")
    async with http_server({"/": Reply(headers=HTML, body=body)}) as web:
        fetch = asyncio.create_task(local_fetcher(web).fetch(web.url("/")))
        async with asyncio.timeout(5):
            while not web.sent:  # noqa: ASYNC110 - the server has no signal for it
                await asyncio.sleep(0.01)
            fetch.cancel()
            with pytest.raises(asyncio.CancelledError):
                await fetch
            await web.aborted.wait()
