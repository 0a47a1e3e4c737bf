"""Where a browser may be sent: to a path of this site and nowhere else."""

from __future__ import annotations

import re

NEXT_LIMIT = 1_000
"""Characters of a path that somebody wants to come back to; a cookie holds it meanwhile."""
# "//" and "\" would lead a browser to another site, and controls are dropped by it. The page has the same rule.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def own_path(path: str) -> str:
    """Return a path if it is one of this site, else that of the start page."""
    return path if len(path) <= NEXT_LIMIT and _OWN_PATH.fullmatch(path) else "/"
