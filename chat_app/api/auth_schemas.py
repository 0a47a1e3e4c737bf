"""Request and response bodies of the routes about people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from chat_app.domain.accounts import (
    EMAIL_LIMIT,
    EMAIL_PATTERN,
    MAX_INVITATION_DAYS,
    MAX_PASSWORD_LENGTH,
    MAX_TOKEN_DAYS,
    MIN_PASSWORD_LENGTH,
    NAME_LIMIT,
    ApiToken,
    Link,
    LinkPurpose,
    Login,
    Member,
)
from chat_app.domain.actor import Role, Scope
from chat_app.domain.ids import Id
from chat_app.domain.preferences import Preferences


def _check_number(value: Any) -> Any:
    # 7.0 is an integer in JSON, which strict mode refuses. "7" and true are not, which lax mode accepts.
    if isinstance(value, (bool, str)):
        raise ValueError("it is not a number")  # noqa: TRY004 - pydantic reports a ValueError
    return value


Secret = Annotated[str, Field(max_length=200)]
UncheckedText = Annotated[str, Field(max_length=1_000)]
"""Text that is only compared with stored values."""
# The services check these rules, each with its own error code. The OpenAPI description lists them.
Name = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": NAME_LIMIT, "pattern": r"\S"})]
Email = Annotated[str, Field(json_schema_extra={"maxLength": EMAIL_LIMIT, "pattern": f"^{EMAIL_PATTERN}$"})]
Password = Annotated[str, Field(json_schema_extra={"minLength": MIN_PASSWORD_LENGTH, "maxLength": MAX_PASSWORD_LENGTH})]
InvitationDays = Annotated[
    int, BeforeValidator(_check_number), Field(json_schema_extra={"minimum": 1, "maximum": MAX_INVITATION_DAYS})
]
TokenDays = Annotated[
    int, BeforeValidator(_check_number), Field(json_schema_extra={"minimum": 1, "maximum": MAX_TOKEN_DAYS})
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Response(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SignIn(_Body):
    """E-mail address and password of a person."""

    email: UncheckedText
    password: UncheckedText


class SignOut(_Body):
    """Which logins to end."""

    everywhere: bool = False
    """Whether to end the logins of all browsers."""


class LinkSecret(_Body):
    """The secret of a one-time link."""

    secret: Secret


class SignInWithInvitation(_Body):
    """The invitation with which a person signs in."""

    secret: Secret
    """The secret of the invitation."""


class NewAccount(_Body):
    """A new account, and the secret of the one-time link that allows it."""

    secret: Secret
    name: Name
    email: Email
    password: Password


class NewPassword(_Body):
    """A new password, and the secret of the reset link."""

    secret: Secret
    password: Password
    revoke_tokens: bool = False
    """Whether to revoke the API tokens of the account as well, in all its workspaces."""


class PasswordChange(_Body):
    """The current and the new password."""

    old: UncheckedText
    new: Password
    revoke_tokens: bool = False
    """Whether to revoke your API tokens as well, in all your workspaces."""


class NameChange(_Body):
    """A name."""

    name: Name


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class PreferencesChange(Preferences):
    """Preferences to change. Omitted fields keep their values."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class RoleChange(_Body):
    """The new role of a member."""

    role: Role


class NewInvitation(_Body):
    """An invitation to create."""

    role: Role = Role.MEMBER
    """The role of the new member."""
    days: InvitationDays = 7
    """Days for which the invitation is valid."""


class NewToken(_Body):
    """A token to create."""

    name: Name
    scope: Scope
    days: TokenDays | None = 90
    """Days for which the token is valid; null means that it never expires."""


class AuthState(_Response):
    """How people sign in on this server, and whether you are signed in."""

    mode: Literal["none", "password", "oidc"]
    signed_in: bool
    needs_set_up: bool
    provider: str | None


class LinkOut(_Response):
    """What a one-time link is for."""

    purpose: LinkPurpose
    workspace: str
    role: Role | None
    name: str | None
    email: str | None
    tokens: int
    """API tokens of the account whose password is reset."""


class PersonOut(_Response):
    """A person."""

    id: str
    name: str
    email: str | None


class WorkspaceOut(_Response):
    """A workspace, and your role in it."""

    id: str
    name: str
    role: Role


class Me(_Response):
    """Your account, your workspaces and your rights."""

    user: PersonOut
    workspace: WorkspaceOut
    workspaces: list[WorkspaceOut]
    role: Role
    scope: Scope
    tokens: int
    """Your API tokens in all your workspaces."""
    mode: Literal["none", "password", "oidc"]


class SignInLocation(_Response):
    """The address at the provider to open."""

    location: str


class SignedIn(_Response):
    """The person who signed in. The login itself is in the cookie."""

    user: PersonOut


class MemberOut(_Response):
    """A member of the workspace."""

    user_id: str
    name: str
    email: str | None
    role: Role
    joined_at: datetime

    @classmethod
    def of(cls, member: Member) -> MemberOut:
        """Return the response body."""
        account = member.account
        return cls(
            user_id=account.id, name=account.name, email=account.email, role=member.role, joined_at=member.joined_at
        )


class InvitationOut(_Response):
    """An unused invitation."""

    id: Id
    role: Role | None
    created_by: str | None
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, link: Link) -> InvitationOut:
        """Return the response body."""
        return cls.model_validate(link)


class NewLinkOut(_Response):
    """A new one-time link. Its address is shown only once, because only a hash of its secret is stored."""

    id: str
    path: str
    """Path and fragment of the link, to append to the address of the server."""
    expires_at: datetime


class TokenOut(_Response):
    """An API token without its secret, which is not stored."""

    id: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> TokenOut:
        """Return the response body."""
        return cls.model_validate(token)


class NewTokenOut(TokenOut):
    """A new API token with its secret, which is shown only once."""

    secret: str


class RevokedTokens(_Response):
    """How many tokens were revoked."""

    revoked: int


class LoginOut(_Response):
    """A login of a browser."""

    id: str
    client: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    current: bool
    """Whether this is the login of the request."""

    @classmethod
    def of(cls, login: Login, *, current: bool) -> LoginOut:
        """Return the response body."""
        return cls(**login.model_dump(include=set(cls.model_fields) - {"current"}), current=current)
