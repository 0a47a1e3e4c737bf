"""Checks the path that a browser is redirected to after the sign-in: it must be one of this site."""

from __future__ import annotations

import re

MAX_NEXT_LENGTH = 1_000
"""Characters of the path, which is stored in a cookie during single sign-on."""
# "//" and "\" would lead to another site, and browsers drop control characters. The page has the same rule.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def safe_next_path(path: str) -> str:
    """Return the path if it is one of this site, else that of the start page."""
    return path if len(path) <= MAX_NEXT_LENGTH and _OWN_PATH.fullmatch(path) else "/"
