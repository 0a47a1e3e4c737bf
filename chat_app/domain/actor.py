"""Who acts: every use case takes an `Actor` first."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Role(StrEnum):
    """What a member may do in a workspace, from most to least."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


class Actor(BaseModel):
    """One person acting in one workspace."""

    model_config = ConfigDict(frozen=True)

    user_id: str
    workspace_id: str
    role: Role
    name: str


LOCAL_OWNER = Actor(user_id="usr_local", workspace_id="wsp_local", role=Role.OWNER, name="Owner")
"""The one person of an installation that has no login."""
