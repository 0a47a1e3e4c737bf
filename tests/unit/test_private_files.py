"""Folders and files are their owner's alone, whatever their permissions were before."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat_app.domain.errors import ConfigError
from chat_app.private_files import DATA_FILES, protect_file, protect_folder, restrict_new_files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")

NAMES = ("chat.db", "chat.db-wal", "chat.db-shm", "turns.db", "turns.db-journal", "chat-app.lock", "agents.toml")


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder as other programs or a wide mask would have left it."""
    folder = tmp_path / "data"
    (folder / "models").mkdir(parents=True)
    for name in (*NAMES, "models/weights.gguf", "notes.txt"):
        (folder / name).write_text(name)
        (folder / name).chmod(0o666)
    (folder / "models").chmod(0o777)
    folder.chmod(0o777)
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def protect(folder: Path) -> None:
    protect_folder(folder, patterns=DATA_FILES)


def test_a_new_folder_and_what_is_created_in_it_are_private(tmp_path: Path) -> None:
    restrict_new_files()
    folder = tmp_path / "missing" / "data"
    protect(folder)
    (folder / "file").touch()
    (folder / "folder").mkdir()
    assert [mode(path) for path in (folder.parent, folder, folder / "file", folder / "folder")] == [
        0o700,
        0o700,
        0o600,
        0o700,
    ]


def test_an_open_folder_and_its_files_are_made_private_and_one_line_says_so(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    protect(folder)
    assert {mode(folder), mode(folder / "models")} == {0o700}
    assert {mode(folder / name) for name in (*NAMES, "models/weights.gguf")} == {0o600}
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert all(name in record.getMessage() for name in (str(folder), "chat.db-wal", "weights.gguf"))
    caplog.clear()
    protect(folder)
    assert caplog.records == []


def test_files_of_other_programs_keep_their_permissions(folder: Path) -> None:
    protect(folder)
    assert mode(folder / "notes.txt") == 0o666


def test_a_group_loses_its_access_and_other_bits_stay(folder: Path) -> None:
    folder.chmod(0o2770)
    (folder / "chat.db").chmod(0o640)
    (folder / "turns.db").chmod(0o460)
    protect(folder)
    assert mode(folder) == 0o2700
    assert (mode(folder / "chat.db"), mode(folder / "turns.db")) == (0o600, 0o400)


def test_a_link_to_a_folder_of_ones_own_is_followed(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    protect(link)
    assert mode(folder) == 0o700
    assert mode(folder / "chat.db") == 0o600


def test_what_a_link_of_ones_own_leads_to_is_left_alone(folder: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared.toml"
    shared.touch(0o664)
    (folder / "agents.toml").unlink()
    (folder / "agents.toml").symlink_to(shared)
    before = mode(shared)
    protect(folder)
    assert mode(shared) == before


def give_away(path: Path, patch: pytest.MonkeyPatch) -> None:
    """Let a file look as if it belonged to another user, which only an administrator could arrange."""
    real_stat, real_lstat = Path.stat, Path.lstat

    def changed(asked: Path, found: os.stat_result) -> os.stat_result:
        if asked != path:
            return found
        fields = list(found)
        fields[stat.ST_UID] = found.st_uid + 4_711
        return os.stat_result(fields)

    def fake_stat(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        return changed(self, real_stat(self, follow_symlinks=follow_symlinks))

    def fake_lstat(self: Path) -> os.stat_result:
        return changed(self, real_lstat(self))

    patch.setattr(Path, "stat", fake_stat)
    patch.setattr(Path, "lstat", fake_lstat)


@pytest.mark.parametrize("name", [".", "chat.db", "turns.db-journal", "models", "models/weights.gguf"])
def test_what_belongs_to_another_user_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    give_away(folder / name, monkeypatch)
    with pytest.raises(ConfigError, match="belongs to another user"):
        protect(folder)


@pytest.mark.parametrize("name", ["link", "data/chat.db"])
def test_a_link_of_another_user_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    link = tmp_path / name
    link.unlink(missing_ok=True)
    link.symlink_to(folder)
    give_away(link, monkeypatch)
    with pytest.raises(ConfigError, match="belongs to another user"):
        protect(link if name == "link" else folder)


def test_a_folder_whose_file_system_ignores_permissions_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ignore(*_: object) -> None:
        pass

    monkeypatch.setattr(Path, "chmod", ignore)
    with pytest.raises(ConfigError, match="no permissions"):
        protect(folder)


def test_a_folder_on_a_file_system_that_refuses_changes_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(ConfigError, match="Operation not permitted"):
        protect(folder)


def test_a_file_that_does_not_exist_needs_no_protection(tmp_path: Path) -> None:
    protect_file(tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []


def test_a_single_file_is_made_private(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    protect_file(folder / "notes.txt")
    assert mode(folder / "notes.txt") == 0o600
    assert len(caplog.records) == 1
