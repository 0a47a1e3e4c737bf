"""Secrets are encrypted for one context, with keys that only the owner of the server can read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from chat_app.domain.errors import ConfigError
from chat_app.new_file import write_new
from chat_app.services.secrets.key_file import KEY_FILE, make_key_file, read_key, read_key_file
from chat_app.services.secrets.vault import Vault
from chat_app.settings.application import Settings

VALUE = "sk-test-0123456789"
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def a_vault(folder: Path, *keys: str) -> Vault:
    return Vault(Settings(data_dir=folder, secret_keys=SecretStr(",".join(keys)) if keys else None))


def test_a_sealed_value_can_be_opened_and_is_not_readable(tmp_path: Path) -> None:
    vault = a_vault(tmp_path)
    sealed = vault.seal(VALUE, context="here")
    assert VALUE not in sealed
    assert vault.seal(VALUE, context="here") != sealed
    assert a_vault(tmp_path).open(sealed, context="here") == VALUE


def test_a_sealed_value_cannot_be_opened_in_another_context(tmp_path: Path) -> None:
    vault = a_vault(tmp_path)
    with pytest.raises(ConfigError, match="store the key again"):
        vault.open(vault.seal(VALUE, context="keys/wsp_1/A"), context="keys/wsp_2/A")


def test_a_changed_value_cannot_be_opened(tmp_path: Path) -> None:
    vault = a_vault(tmp_path)
    sealed = vault.seal(VALUE, context="here")
    for at in (0, len(sealed) // 2, len(sealed) - 6):
        other = "A" if sealed[at] != "A" else "B"
        with pytest.raises(ConfigError):
            vault.open(sealed[:at] + other + sealed[at + 1 :], context="here")
    for text in ("", "x", VALUE, "ü"):
        with pytest.raises(ConfigError):
            vault.open(text, context="here")


def test_the_first_key_seals_and_every_key_opens(tmp_path: Path) -> None:
    sealed = a_vault(tmp_path, OLD).seal(VALUE, context="here")
    both = a_vault(tmp_path, NEW, OLD)
    assert both.rotates
    assert both.open(sealed, context="here") == VALUE
    renewed = both.seal(VALUE, context="here")
    assert a_vault(tmp_path, NEW).open(renewed, context="here") == VALUE
    with pytest.raises(ConfigError):
        a_vault(tmp_path, NEW).open(sealed, context="here")
    assert list(tmp_path.iterdir()) == []


def test_opening_a_value_without_a_key_file_fails_and_creates_no_key_file(tmp_path: Path) -> None:
    sealed = a_vault(tmp_path).seal(VALUE, context="here")
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(ConfigError, match=KEY_FILE):
        a_vault(tmp_path).open(sealed, context="here")
    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.parametrize(
    "text",
    ["", "short", f"{NEW},", f"{NEW},short", NEW[:-4], NEW + NEW, "ü" * 44, "." * 44],
    ids=["empty", "short", "one missing", "one short", "cut off", "two in one", "no letters", "dots"],
)
def test_an_invalid_key_is_refused_and_not_repeated_in_the_message(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="openssl rand -base64 32") as caught:
        a_vault(tmp_path, text)
    assert not text or text not in caught.value.message


def test_keys_are_read_in_both_base64_alphabets_and_stripped() -> None:
    raw = b"\xfb\xff" * 16
    assert read_key(f" {b64encode(raw).decode()}\n") == read_key(urlsafe_b64encode(raw).decode())


def test_the_settings_do_not_show_their_keys(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_keys=SecretStr(NEW))
    assert NEW not in f"{settings!r} {settings.model_dump_json()}"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_key_file_is_readable_by_its_owner_only(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        a_vault(tmp_path).seal(VALUE, context="here")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    vault = a_vault(tmp_path)
    sealed = vault.seal(VALUE, context="here")
    (tmp_path / KEY_FILE).chmod(mode)
    for use in (lambda: vault.open(sealed, context="here"), lambda: vault.seal(VALUE, context="here")):
        with pytest.raises(ConfigError, match="chmod 600"):
            use()
    (tmp_path / KEY_FILE).chmod(0o600)
    assert vault.open(sealed, context="here") == VALUE


@pytest.mark.parametrize("content", [b"", b"nothing", b"\xff\xfe"])
def test_a_damaged_key_file_is_reported_and_not_changed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / KEY_FILE
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=KEY_FILE):
        a_vault(tmp_path).seal(VALUE, context="here")
    assert path.read_bytes() == content


def test_threads_that_create_the_key_file_at_the_same_time_get_the_same_key(tmp_path: Path) -> None:
    threads = 8
    for number in range(20):
        path = tmp_path / str(number)
        barrier = Barrier(threads)

        def make(path: Path = path, barrier: Barrier = barrier) -> bytes:
            barrier.wait()
            return make_key_file(path)

        with ThreadPoolExecutor(threads) as pool:
            made = [each.result() for each in [pool.submit(make) for _ in range(threads)]]
        assert set(made) == {read_key_file(path)}


def test_an_existing_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert write_new(path, "first")
    assert not write_new(path, "second")
    assert path.read_text() == "first"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_the_encryption_library_is_not_loaded_before_it_is_needed() -> None:
    # In a separate process, because other tests load the library here; single sign-on loads it too.
    code = "import sys, chat_app.services.secrets.provider_keys; print('cryptography.fernet' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
