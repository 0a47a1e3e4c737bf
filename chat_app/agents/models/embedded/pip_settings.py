"""Reads the package indexes of this machine from pip's settings, then from uv's."""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from pip._internal.models.index import PyPI

_CONFIG_NAME = "pip.ini" if sys.platform == "win32" else "pip.conf"
_SECTIONS = ("global", "download")
"""pip has one section for all commands and one for each command; the latter takes precedence."""
_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})


@dataclass(frozen=True, kw_only=True)
class IndexSettings:
    """The package indexes and how to connect to them."""

    index_urls: tuple[str, ...]
    """The main index first. They may contain credentials."""
    find_links: tuple[str, ...] = ()
    """Folders or pages that list archives directly."""
    trusted_hosts: tuple[str, ...] = ()
    """Servers whose certificates are not checked; downloads are verified by their digests anyway."""
    ca_file: Path | None = None
    """Additional trusted certificate authorities."""
    proxy: str | None = None


def read_index_settings(
    environ: Mapping[str, str] | None = None, *, files: Iterable[Path] | None = None
) -> IndexSettings:
    """Return the settings that pip would use for a download.

    Args:
        environ: The environment; by default that of the process.
        files: pip's configuration files, in ascending precedence; by default pip's own locations.
    """
    environ = os.environ if environ is None else environ
    values = _file_values(_config_files(environ) if files is None else files)
    values |= {
        name[4:].lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("PIP_") and value
    }
    uv_index = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
    main = values.get("index-url") or _unnamed(uv_index or "") or PyPI.simple_url
    extra = _split(values.get("extra-index-url"))
    extra += [_unnamed(url) for name in ("UV_INDEX", "UV_EXTRA_INDEX_URL") for url in _split(environ.get(name))]
    no_index = values.get("no-index", "").strip().lower() in _TRUE
    ca_file = values.get("cert")
    return IndexSettings(
        index_urls=() if no_index else tuple(dict.fromkeys([main.strip(), *extra])),
        find_links=tuple(_split(values.get("find-links"))),
        trusted_hosts=tuple(_split(values.get("trusted-host"))),
        ca_file=Path(ca_file) if ca_file else None,
        proxy=values.get("proxy") or None,
    )


def _split(value: str | None) -> list[str]:
    return (value or "").split()


def _unnamed(url: str) -> str:
    """Return the URL of a uv index without its optional name."""
    name, separator, rest = url.partition("=")
    return rest if separator and "/" not in name else url


def _config_files(environ: Mapping[str, str]) -> list[Path]:
    chosen = environ.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return []
    system = platformdirs.site_config_dir("pip", appauthor=False, multipath=True).split(os.pathsep)
    if sys.platform not in ("win32", "darwin"):
        system.append("/etc")
    legacy = Path.home() / ("pip" if sys.platform == "win32" else ".pip")
    user = platformdirs.user_config_path("pip", appauthor=False, roaming=True)
    if sys.platform == "darwin" and not user.is_dir():
        user = Path.home() / ".config" / "pip"
    folders = [*map(Path, system), legacy, user, Path(sys.prefix)]
    return [*(folder / _CONFIG_NAME for folder in folders), *([Path(chosen)] if chosen else [])]


def _file_values(files: Iterable[Path]) -> dict[str, str]:
    values: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read_string(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, configparser.Error):
            # A missing file, or one that pip could not read either, is ignored.
            continue
        for section in _SECTIONS:
            if parser.has_section(section):
                values[section] |= {name.lower().replace("_", "-"): value for name, value in parser.items(section)}
    return values["global"] | values["download"]
