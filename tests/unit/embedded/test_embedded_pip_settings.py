"""Package indexes are read from the settings of pip and uv."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pip._internal.cli.cmdoptions import index_url

from chat_app.agents.models.embedded.pip_settings import read_index_settings

PIPS_OWN = index_url().default
"""The default index of pip."""


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_without_settings_the_default_index_of_pip_is_used() -> None:
    assert read_index_settings({}, files=[]).index_urls == (PIPS_OWN,)


def test_a_configuration_file_sets_all_index_settings(tmp_path: Path) -> None:
    text = (
        "[global]\nindex-url = https://mirror.test/simple\nextra_index_url = file:///srv/a\n    https://b.test/simple\n"
        "find-links = /srv/wheels\ntrusted-host = mirror.test\ncert = /etc/mirror.pem\nproxy = http://proxy.test:3128\n"
    )
    settings = read_index_settings({}, files=[written(tmp_path / "pip.conf", text)])
    assert settings.index_urls == ("https://mirror.test/simple", "file:///srv/a", "https://b.test/simple")
    assert settings.find_links == ("/srv/wheels",)
    assert settings.trusted_hosts == ("mirror.test",)
    assert settings.ca_file == Path("/etc/mirror.pem")
    assert settings.proxy == "http://proxy.test:3128"


def test_the_environment_overrides_files_and_later_files_override_earlier_files(tmp_path: Path) -> None:
    first = written(tmp_path / "1", "[global]\nindex-url = https://one.test/\nproxy = http://one.test\n")
    second = written(tmp_path / "2", "[global]\nindex-url = https://two.test/\n")
    assert read_index_settings({}, files=[first, second]).index_urls == ("https://two.test/",)
    settings = read_index_settings({"PIP_INDEX_URL": "https://three.test/"}, files=[first, second])
    assert settings.index_urls == ("https://three.test/",)
    assert settings.proxy == "http://one.test"


def test_the_download_section_overrides_the_global_section(tmp_path: Path) -> None:
    text = "[download]\nindex-url = https://download.test/\n[global]\nindex-url = https://global.test/\n"
    assert read_index_settings({}, files=[written(tmp_path / "pip.conf", text)]).index_urls == (
        "https://download.test/",
    )


def test_without_an_index_only_find_links_are_used() -> None:
    settings = read_index_settings({"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/srv/wheels"}, files=[])
    assert settings.index_urls == ()
    assert settings.find_links == ("/srv/wheels",)


def test_an_unreadable_configuration_file_is_ignored(tmp_path: Path) -> None:
    broken = written(tmp_path / "pip.conf", "no section\n")
    assert read_index_settings({}, files=[broken, tmp_path / "none"]).index_urls == (PIPS_OWN,)


def test_uv_settings_are_used_when_pip_has_none() -> None:
    environ = {"UV_DEFAULT_INDEX": "https://uv.test/simple", "UV_INDEX": "inner=https://inner.test/simple"}
    assert read_index_settings(environ, files=[]).index_urls == (
        "https://uv.test/simple",
        "https://inner.test/simple",
    )


def test_configuration_files_are_ignored_when_pip_config_file_is_devnull(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "config" / "pip"
    folder.mkdir(parents=True)
    written(folder / "pip.conf", "[global]\nindex-url = https://mine.test/\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder.parent))
    assert read_index_settings({}).index_urls[0] == "https://mine.test/"
    assert read_index_settings({"PIP_CONFIG_FILE": os.devnull}).index_urls == (PIPS_OWN,)
