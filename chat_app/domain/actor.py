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

    def at_least(self, other: Role) -> bool:
        """Whether this role may do all that the other may."""
        roles = list(Role)
        return roles.index(self) <= roles.index(other)


class Scope(StrEnum):
    """What a way in may be used for, from least to most; each has what the ones before it have."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def covers(self, other: Scope) -> bool:
        """Whether this scope is enough for what needs the other."""
        scopes = list(Scope)
        return scopes.index(self) >= scopes.index(other)


class Actor(BaseModel):
    """One person acting in one workspace."""

    model_config = ConfigDict(frozen=True)

    user_id: str
    workspace_id: str
    role: Role
    name: str
    email: str | None = None
    scope: Scope = Scope.ADMIN
    """What the way in may be used for; a person at the page may do all that their role allows."""
    login_id: str | None = None
    """The login or the token by which the actor came in; None without a login."""


LOCAL_OWNER = Actor(user_id="usr_local", workspace_id="wsp_local", role=Role.OWNER, name="Owner")
"""The one person of an installation that has no login."""
