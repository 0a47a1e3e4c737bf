"""Verifies weights by their digest, and remembers verified files with a stamp file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from chat_app.agents.models.embedded.catalogue import CatalogueModel

_STAMP_SUFFIX = ".verified"


def sha256_of(path: Path) -> str:
    """Return a file's digest in lower-case hexadecimal; reads the whole file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(path: Path, model: CatalogueModel) -> None:
    """Write a stamp file, so that the verified file need not be read again at the next start."""
    _stamp_path(path).write_text(json.dumps(_stamp_content(path, model)), encoding="utf-8")


def find_stamped(folder: Path, model: CatalogueModel) -> Path | None:
    """Return a file that was verified and has not changed since; compares only size and modification time."""
    for path in _candidates(folder, model):
        try:
            if json.loads(_stamp_path(path).read_text(encoding="utf-8")) == _stamp_content(path, model):
                return path
        except (OSError, ValueError):
            continue
    return None


def has_candidate(folder: Path, model: CatalogueModel) -> bool:
    """Return whether there is a file with the size of the weights; only its digest can confirm it."""
    return bool(_candidates(folder, model))


def find_verified(folder: Path, model: CatalogueModel) -> Path | None:
    """Return a file with the model's digest, whatever its name is.

    A damaged file with the model's own name is deleted; files with other names stay.
    """
    known = find_stamped(folder, model)
    if known is not None:
        return known
    for path in _candidates(folder, model):
        if sha256_of(path) == model.sha256:
            stamp(path, model)
            return path
        if path.name == model.file:
            path.unlink()
    return None


def _candidates(folder: Path, model: CatalogueModel) -> list[Path]:
    files = (path for path in folder.glob("*.gguf") if path.is_file() and path.stat().st_size == model.size)
    return sorted(files, key=lambda path: (path.name != model.file, path.name))


def _stamp_path(path: Path) -> Path:
    return path.with_name(path.name + _STAMP_SUFFIX)


def _stamp_content(path: Path, model: CatalogueModel) -> dict[str, Any]:
    return {"sha256": model.sha256, "size": model.size, "mtime_ns": path.stat().st_mtime_ns}
