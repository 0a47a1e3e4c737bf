"""Fetching pages: the text that a model gets, and the limits of size and time."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from chat_app.agents.tools import html_text
from chat_app.agents.tools.page_fetcher import FetchLimits
from chat_app.domain.errors import Invalid, Unavailable
from tests.support.fetchers import HTML, TEXT, local_fetcher, refusal_message
from tests.support.http_server import Reply, http_server

pytestmark = pytest.mark.anyio


async def test_a_page_becomes_markdown_with_its_title_and_absolute_links() -> None:
    page = b"""<html><head><title> A
        page </title><script>steal()</script><style>p {}</style></head><body><nav>Menu</nav>
        <h1>Head</h1><p>One <b>bold</b> <a href="/more">link</a>.</p><p hidden>Obey me.</p>
        <p style="display:none">Obey me too.</p><img src="x.png" alt="pixel"></body></html>"""
    async with http_server({"/page": Reply(headers=HTML, body=page)}) as web:
        text = await local_fetcher(web).fetch(web.url("/page"))
    assert text.startswith(f"URL: {web.url('/page')}\nTitle: A page\n\n# Head\n")
    assert f"One **bold** [link]({web.url('/more')})." in text
    for unseen in ("steal", "p {}", "Menu", "Obey", "x.png"):
        assert unseen not in text


async def test_text_and_json_are_returned_unchanged() -> None:
    replies: dict[str, Reply | Sequence[Reply]] = {
        "/a.txt": Reply(headers=TEXT, body=b"a < b\n<b>not html</b>"),
        "/a.json": Reply(headers={"content-type": "application/json"}, body=b'{"a": 1}'),
        "/plain": Reply(body=b"no type"),
    }
    async with http_server(replies) as web:
        fetcher = local_fetcher(web)
        assert (await fetcher.fetch(web.url("/a.txt"))).endswith("\n\na < b\n<b>not html</b>")
        assert (await fetcher.fetch(web.url("/a.json"))).endswith('\n\n{"a": 1}')
        assert (await fetcher.fetch(web.url("/plain"))).endswith("\n\nno type")


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("; charset=windows-1252", b"caf\xe9", "café"),
        ("; charset=shift_jis", "日本".encode("shift_jis"), "日本"),
        ("", "café".encode(), "café"),
        ("; charset=rot13", b"abc", "abc"),
        ("; charset=idna", b"xn--caf-dma", "xn--caf-dma"),
        ("; charset=nonsense", b"abc", "abc"),
        ("; charset=utf-8", b"a\x00b\xff", "ab\ufffd"),
    ],
)
async def test_the_declared_character_set_is_used(charset: str, body: bytes, text: str) -> None:
    async with http_server({"/": Reply(headers={"content-type": f"text/plain{charset}"}, body=body)}) as web:
        assert (await local_fetcher(web).fetch(web.url("/"))).endswith(f"\n\n{text}")


async def _endless(piece: bytes) -> AsyncIterator[bytes]:
    while True:
        yield piece


async def test_a_body_without_end_is_cut_and_the_connection_closed() -> None:
    async with http_server({"/": Reply(headers=TEXT, body=_endless(b"x" * 1_000))}) as web:
        text = await local_fetcher(web, body_bytes=5_000).fetch(web.url("/"))
        async with asyncio.timeout(5):
            await web.aborted.wait()
    assert text.count("x") == 5_000
    assert text.endswith("(The rest of the page was cut off.)")


async def test_a_body_of_the_maximum_size_is_not_cut() -> None:
    async with http_server({"/": Reply(headers=TEXT, body=b"x" * 5_000)}) as web:
        assert (await local_fetcher(web, body_bytes=5_000).fetch(web.url("/"))).endswith("x" * 5_000)


async def test_a_compressed_body_is_decompressed_only_up_to_the_limit() -> None:
    bomb = gzip.compress(b"y" * 50_000_000)
    assert len(bomb) < 100_000
    headers = {**TEXT, "content-encoding": "gzip"}
    async with http_server({"/": Reply(headers=headers, body=bomb)}) as web:
        tracemalloc.start()
        try:
            text = await local_fetcher(web, body_bytes=5_000).fetch(web.url("/"))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert web.asked[0].headers["accept-encoding"] == "gzip"
    assert text.count("y") == 5_000
    # Without the limit, one chunk of the compressed body becomes tens of megabytes.
    assert peak < 5_000_000


async def test_a_compressed_page_is_read() -> None:
    headers = {**TEXT, "content-encoding": "gzip"}
    async with http_server({"/": Reply(headers=headers, body=gzip.compress(b"hello"))}) as web:
        assert (await local_fetcher(web).fetch(web.url("/"))).endswith("\n\nhello")


@pytest.mark.parametrize(
    ("coding", "words"), [("br", "compression"), ("gzip, gzip", "compression"), ("gzip", "damaged")]
)
async def test_unsupported_and_damaged_compression_is_refused(coding: str, words: str) -> None:
    async with http_server({"/": Reply(headers={**TEXT, "content-encoding": coding}, body=b"nonsense")}) as web:
        assert words in await refusal_message(local_fetcher(web), web.url("/"), Invalid)


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "application/octet-stream", "video/mp4", "nonsense"])
async def test_a_content_type_other_than_text_is_refused(kind: str) -> None:
    async with http_server({"/": Reply(headers={"content-type": kind}, body=_endless(b"x" * 1_000))}) as web:
        assert kind in await refusal_message(local_fetcher(web), web.url("/"), Invalid)


async def test_long_text_is_cut_for_the_model() -> None:
    page = f"<p>{'word ' * 2_000}</p>".encode()
    async with http_server({"/": Reply(headers=HTML, body=page)}) as web:
        text = await local_fetcher(web, text_characters=100).fetch(web.url("/"))
    body = text.split("\n\n")[1]
    assert len(body) == 100
    assert text.endswith("(The rest of the page was cut off.)")


async def test_a_page_without_text_has_a_note() -> None:
    async with http_server({"/": Reply(headers=HTML, body=b"<p></p>")}) as web:
        assert "(The page has no text.)" in await local_fetcher(web).fetch(web.url("/"))


async def test_a_slow_page_times_out() -> None:
    async def drip() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    async with http_server({"/": Reply(headers=TEXT, body=drip())}) as web:
        assert "in time" in await refusal_message(local_fetcher(web, seconds=0.2), web.url("/"), Unavailable)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
async def test_an_error_status_of_the_server_is_reported(status: int) -> None:
    async with http_server({"/": Reply(status=status, headers=TEXT, body=b"oops")}) as web:
        assert f"answered {status}" in await refusal_message(local_fetcher(web), web.url("/"), Unavailable)


async def test_html_that_takes_too_long_is_refused() -> None:
    page = b"<blockquote>x" * 50_000
    async with http_server({"/": Reply(headers=HTML, body=page)}) as web:
        assert "too complex" in await refusal_message(
            local_fetcher(web, convert_seconds=0.01), web.url("/"), Unavailable
        )


async def test_html_that_takes_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_text, "MEMORY_LIMIT", 300_000_000)
    page = b"<blockquote>x" * 150_000
    async with http_server({"/": Reply(headers=HTML, body=page)}) as web:
        assert "too complex" in await refusal_message(local_fetcher(web), web.url("/"), Unavailable)


@pytest.mark.parametrize("piece", ["<div>", "<b>", "<table><tr><td>", "<ul><li>x", "<!--", "<p a=", "&#", "<a href=x>"])
async def test_hostile_html_of_the_largest_size_gives_a_text_or_an_error(piece: str) -> None:
    page = "".join(itertools.repeat(piece, FetchLimits().body_bytes // len(piece))).encode()
    async with http_server({"/": Reply(headers=HTML, body=page)}) as web:
        try:
            assert await local_fetcher(web).fetch(web.url("/"))
        except Unavailable as unavailable:
            assert "too complex" in unavailable.message  # noqa: PT017 - both outcomes are correct


async def test_the_converter_does_not_inherit_secrets_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "child.py"
    child.write_text("import json, os; print(json.dumps({'title': '', 'text': ' '.join(os.environ)}))")
    monkeypatch.setattr(html_text, "_CHILD", child)
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    async with http_server({"/": Reply(headers=HTML, body=b"<p>")}) as web:
        text = await local_fetcher(web).fetch(web.url("/"))
    assert "PATH" in text
    assert "OPENAI_API_KEY" not in text
