"""Values that options accept and that the server sends: copies of the domain's, whose modules take long to load."""

from __future__ import annotations

from typing import Literal

RoleChoice = Literal["owner", "admin", "member", "viewer"]
ScopeChoice = Literal["read", "write", "admin"]
ParticipantRoleChoice = Literal["owner", "member"]
VisibilityChoice = Literal["private", "workspace"]

ORIGIN = "CLI"
"""Origin of the sessions that the command line creates."""
PRIVATE = "private"
"""Visibility of a session with one person."""
LAST_OF_A_TURN = frozenset({"turn.completed", "turn.failed", "turn.cancelled"})
"""Types of events of which exactly one ends every turn."""
