"""Writes a file that must not replace another one: complete or not at all, readable by its owner alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_new(path: Path, text: str) -> bool:
    """Write a file, and have it on the disk before anything depends on it.

    Args:
        path: Where it goes; its folder must be there.
        text: What it says.

    Returns:
        Whether it was written; a file that is there already stays as it is.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # A link fails when the name is taken, where a rename would replace what somebody else wrote meanwhile.
        os.link(name, path)
    except FileExistsError:
        return False
    finally:
        Path(name).unlink()
    return True
