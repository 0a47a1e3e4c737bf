"""A page of a longer list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[ItemT]):
    """Some items of a list, and where the next page starts."""

    items: Sequence[ItemT]
    cursor: str | None
    """What to ask for the next page with; None on the last page."""
