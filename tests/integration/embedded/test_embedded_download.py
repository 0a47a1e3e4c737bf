"""Downloading weights: they are complete and verified, or absent, even if the network or the hub fails."""

from __future__ import annotations

import asyncio
import shutil
from collections import deque
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from chat_app.agents.models.embedded import ModelState, ModelStatus
from chat_app.domain.errors import NotFound, Unavailable
from tests.support.embedded_server import Served, StrictServer
from tests.support.embedded_weights import (
    HUB,
    HUB_PATH,
    PACKAGES,
    WEIGHTS,
    fetched,
    models_folder,
    models_in,
    names_in,
    offline_sources,
    publish_wheels,
    tiny,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[StrictServer]:
    async with offline_sources(monkeypatch) as strict:
        yield strict


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return models_folder(tmp_path / "data")


async def test_weights_are_downloaded_from_the_hub_without_leftover_files(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    assert await fetched(folder) == WEIGHTS
    assert names_in(folder) == {"tiny.gguf", "tiny.gguf.verified"}


async def test_downloaded_weights_cause_no_request(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    await fetched(folder)
    asked = len(server.asked)
    assert models_in(folder).status("tiny").state is ModelState.READY
    assert await fetched(folder) == WEIGHTS
    assert len(server.asked) == asked


async def test_a_download_is_resumed_after_a_broken_connection(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS, cuts=deque([1_200_000, 900_000]))
    assert await fetched(folder, HUB) == WEIGHTS
    assert server.asked_for(HUB_PATH) == [None, 1_200_000, 2_100_000]


async def test_a_later_start_resumes_an_incomplete_download(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS, cuts=deque([1_000_000, 0, 0, 0]))
    with pytest.raises(Unavailable):
        await fetched(folder, HUB)
    assert names_in(folder) == {"tiny.gguf.hub.part"}
    server.asked.clear()
    assert await fetched(folder, HUB) == WEIGHTS
    assert server.asked_for(HUB_PATH) == [1_000_000]


async def test_without_range_support_the_download_starts_again(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS, ranges=False, cuts=deque([1_200_000]))
    assert await fetched(folder, HUB) == WEIGHTS


async def test_a_partial_file_with_wrong_content_is_downloaded_again(server: StrictServer, folder: Path) -> None:
    (folder / "tiny.gguf.hub.part").write_bytes(b"x" * 500_000)
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    assert await fetched(folder, HUB) == WEIGHTS
    assert server.asked_for(HUB_PATH) == [500_000, None]


async def test_a_file_with_a_wrong_digest_is_deleted_and_the_next_source_is_tried(
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
async def test_the_package_index_is_used_when_the_hub_fails(server: StrictServer, folder: Path, page: Served) -> None:
    server.pages[HUB_PATH] = page
    publish_wheels(server)
    assert await fetched(folder) == WEIGHTS


async def test_a_file_added_by_hand_is_used_under_any_name(server: StrictServer, folder: Path) -> None:
    (folder / "from-a-stick.gguf").write_bytes(WEIGHTS)
    (folder / "another.gguf").write_bytes(bytes(len(WEIGHTS)))
    assert await fetched(folder) == WEIGHTS
    assert server.asked == []
    assert (folder / "another.gguf").exists(), "a file of somebody else's is left alone"


async def test_an_existing_file_has_the_status_verifying_instead_of_downloading(
    server: StrictServer, folder: Path
) -> None:
    (folder / "from-a-stick.gguf").write_bytes(WEIGHTS)
    models = models_in(folder)
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
    checking = [status for status in seen if status.state is not ModelState.ABSENT]
    assert [status.state for status in checking] == [ModelState.VERIFYING, ModelState.READY]
    assert {status.received for status in checking} == {len(WEIGHTS)}


async def test_a_damaged_file_with_the_name_of_the_model_is_replaced(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    (folder / "tiny.gguf").write_bytes(bytes(len(WEIGHTS)))
    assert await fetched(folder) == WEIGHTS


async def test_a_file_that_changed_after_it_was_verified_is_verified_again(server: StrictServer, folder: Path) -> None:
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    await fetched(folder)
    (folder / "tiny.gguf").write_bytes(bytes(len(WEIGHTS)))
    assert models_in(folder).status("tiny").state is ModelState.ABSENT
    assert await fetched(folder) == WEIGHTS


async def test_a_full_disk_is_reported_before_the_download(
    server: StrictServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(folder)._replace(free=1_000_000)

    def usage(_folder: Path) -> object:
        return full

    monkeypatch.setattr(shutil, "disk_usage", usage)
    server.pages[HUB_PATH] = Served(body=WEIGHTS)
    with pytest.raises(Unavailable, match="not enough disk space") as caught:
        await fetched(folder)
    assert caught.value.code == "model_unavailable"
    assert server.asked == []


async def test_without_any_source_the_error_gives_instructions_and_a_retry_can_succeed(
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


async def test_concurrent_requests_share_one_download_that_survives_a_cancellation(
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


async def test_the_error_for_an_unknown_model_names_the_known_models(folder: Path) -> None:
    models = models_in(folder)
    with pytest.raises(NotFound, match="tiny"):
        models.status("big")
    with pytest.raises(NotFound):
        models.model("big")
