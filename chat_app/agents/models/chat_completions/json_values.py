"""Parses JSON as servers send it."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import from_json


def parse_json(data: bytes) -> Any:
    """Return the value of some JSON, or None when it is none. Half characters, which some servers send, are kept."""
    try:
        return from_json(data)
    except ValueError:
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            return None
