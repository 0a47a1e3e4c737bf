"""Where the files beside the package are: at the top of a checkout, or inside an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def find_checkout() -> Path | None:
    """Give the top folder of the checkout that the package runs from; none when it is an installed wheel."""
    top = _PACKAGE.parent
    return top if (top / "rxconfig.py").is_file() and (top / "pyproject.toml").is_file() else None


def find_project() -> Path:
    """Give the folder that holds `rxconfig.py` and `alembic/`."""
    return find_checkout() or _PACKAGE / "_project"
