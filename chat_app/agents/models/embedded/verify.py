"""Decides whether a file is the weights that the catalogue means."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from chat_app.agents.models.embedded.catalogue import CatalogueModel

_STAMP_SUFFIX = ".verified"


def sha256_of(path: Path) -> str:
    """Return a file's digest in lower-case hexadecimal; reads all of it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(path: Path, model: CatalogueModel) -> None:
    """Remember that a file was verified, so that the next start need not read all of it again."""
    _stamp_path(path).write_text(json.dumps(_facts(path, model)), encoding="utf-8")


def find_stamped(folder: Path, model: CatalogueModel) -> Path | None:
    """Return a file that was verified and has not changed since; looks at names, sizes and times alone."""
    for path in _candidates(folder, model):
        try:
            if json.loads(_stamp_path(path).read_text(encoding="utf-8")) == _facts(path, model):
                return path
        except (OSError, ValueError):
            continue
    return None


def has_candidate(folder: Path, model: CatalogueModel) -> bool:
    """Return whether there is a file with the size of the weights; only its digest tells whether it is them."""
    return bool(_candidates(folder, model))


def find_verified(folder: Path, model: CatalogueModel) -> Path | None:
    """Return a file with the model's digest, whoever put it there and whatever its name is.

    A damaged file under the model's own name is deleted; other people's files stay as they are.
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


def _facts(path: Path, model: CatalogueModel) -> dict[str, Any]:
    return {"sha256": model.sha256, "size": model.size, "mtime_ns": path.stat().st_mtime_ns}
