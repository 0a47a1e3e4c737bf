"""The numbers of open files and waiting connections that the operating system is asked for."""

from __future__ import annotations

import contextlib
import sys

BACKLOG = 2_048
"""Connections that wait to be accepted; the kernel usually allows up to 4,096."""
WINDOWS_OPEN_FILES = 8_192
"""Open files assumed on Windows, which has no such limit for a process."""
ACCEPTS_AT_ONCE = 16
"""Connections accepted before the event loop does anything else. While no file can be opened, asyncio tries as many
times a second, and logs each."""
IN_TRANSIT = 4 * ACCEPTS_AT_ONCE
"""Connections that are accepted but not yet counted, or closed but not yet gone: those of four rounds of the loop."""
CONNECTIONS_SHARE = 0.75
"""Share of the open files that connections of clients may use; the rest is for the database, models and providers."""


def raise_open_files(most: int) -> int:
    """Raise the soft limit of open files to the hard one, but not above `most`, and return the limit that applies."""
    if sys.platform == "win32":
        return WINDOWS_OPEN_FILES
    import resource  # noqa: PLC0415 - not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # macOS refuses more than its own limit for a process, which is not the hard one.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return most if soft == resource.RLIM_INFINITY else soft


def count_possible_connections(open_files: int, *, most: int) -> int:
    """Return how many connections of clients may be open.

    Args:
        open_files: Open files that the process may have.
        most: Connections that the settings allow.
    """
    return max(1, min(most, int(open_files * CONNECTIONS_SHARE) - IN_TRANSIT))
