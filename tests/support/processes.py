"""Measures processes."""

from __future__ import annotations

from pathlib import Path


def resident_bytes(pid: int) -> int:
    """Return how much memory a process has."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kibibytes) * 1_024
