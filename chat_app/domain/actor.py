"""The actor: the person on whose behalf a use case runs, in one workspace."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Role(StrEnum):
    """The role of a member in a workspace, ordered from most to fewest rights."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"

    def at_least(self, other: Role) -> bool:
        """Whether this role includes all rights of another."""
        roles = list(Role)
        return roles.index(self) <= roles.index(other)


class Scope(StrEnum):
    """What a login or token may be used for, from least to most; each includes the ones before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def covers(self, other: Scope) -> bool:
        """Whether this scope includes another."""
        scopes = list(Scope)
        return scopes.index(self) >= scopes.index(other)


class Actor(BaseModel):
    """A person acting in a workspace. Every use case takes one as its first argument."""

    model_config = ConfigDict(frozen=True)

    user_id: str
    workspace_id: str
    role: Role
    name: str
    email: str | None = None
    scope: Scope = Scope.ADMIN
    """The scope of the token; a person on the page has all rights of their role."""
    login_id: str | None = None
    """The id of the login or token; None when the installation has no login."""

    @property
    def uses_token(self) -> bool:
        """Whether the actor is a program with an API token, and not a browser."""
        return self.login_id is not None and self.login_id.startswith("tok_")


LOCAL_OWNER = Actor(user_id="usr_local", workspace_id="wsp_local", role=Role.OWNER, name="Owner")
"""The only person of an installation without a login."""
