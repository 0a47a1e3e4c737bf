"""What goes over the wire about people: request bodies and answers."""

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


def _a_number(value: Any) -> Any:
    # JSON's 7.0 is a whole number, which strict mode refuses; "7" and true are none, which lax mode takes.
    if isinstance(value, (bool, str)):
        raise ValueError("it is not a number")  # noqa: TRY004 - what pydantic turns into an answer
    return value


Secret = Annotated[str, Field(max_length=200)]
Given = Annotated[str, Field(max_length=1_000)]
"""What is only compared with what is kept."""
# The services check these rules, each with an error of its own; the description says them.
Name = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": NAME_LIMIT, "pattern": r"\S"})]
Email = Annotated[str, Field(json_schema_extra={"maxLength": EMAIL_LIMIT, "pattern": f"^{EMAIL_PATTERN}$"})]
Password = Annotated[str, Field(json_schema_extra={"minLength": MIN_PASSWORD_LENGTH, "maxLength": MAX_PASSWORD_LENGTH})]
InvitationDays = Annotated[
    int, BeforeValidator(_a_number), Field(json_schema_extra={"minimum": 1, "maximum": MAX_INVITATION_DAYS})
]
TokenDays = Annotated[
    int, BeforeValidator(_a_number), Field(json_schema_extra={"minimum": 1, "maximum": MAX_TOKEN_DAYS})
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SignIn(_Body):
    """Body of `POST /v1/auth/sign-in`."""

    email: Given
    password: Given


class SignOut(_Body):
    """Body of `POST /v1/auth/sign-out`."""

    everywhere: bool = False


class LinkSecret(_Body):
    """Body of `POST /v1/auth/links`."""

    secret: Secret


class SignInElsewhere(_Body):
    """Body of `POST /v1/auth/oidc/start`."""

    secret: Secret
    """Of the invitation."""


class NewAccount(_Body):
    """Body of `POST /v1/auth/set-up`, and of `POST /v1/auth/join` by somebody who has no account yet."""

    secret: Secret
    name: Name
    email: Email
    password: Password


class NewPassword(_Body):
    """Body of `POST /v1/auth/reset`."""

    secret: Secret
    password: Password


class PasswordChange(_Body):
    """Body of `POST /v1/me/password`."""

    old: Given
    new: Password


class NameChange(_Body):
    """Body of what gives something another name."""

    name: Name


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class PreferencesChange(Preferences):
    """Body of `PATCH /v1/me/preferences`. What it does not name stays as it is, and so has no default."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class RoleChange(_Body):
    """Body of `PATCH /v1/members/{id}`."""

    role: Role


class NewInvitation(_Body):
    """Body of `POST /v1/invitations`."""

    role: Role = Role.MEMBER
    days: InvitationDays = 7


class NewToken(_Body):
    """Body of `POST /v1/tokens`."""

    name: Name
    scope: Scope
    days: TokenDays | None = 90
    """Days that it works; null is for ever."""


class AuthState(_Answer):
    """How one signs in here, and whether one is signed in."""

    mode: Literal["none", "password", "oidc"]
    signed_in: bool
    needs_set_up: bool
    provider: str | None


class LinkOut(_Answer):
    """What somebody who has a link is told about it."""

    purpose: LinkPurpose
    workspace: str
    role: Role | None
    name: str | None
    email: str | None


class PersonOut(_Answer):
    """A person."""

    id: str
    name: str
    email: str | None


class WorkspaceOut(_Answer):
    """A workspace, and what one is in it."""

    id: str
    name: str
    role: Role


class Me(_Answer):
    """Who one is, and where."""

    user: PersonOut
    workspace: WorkspaceOut
    workspaces: list[WorkspaceOut]
    role: Role
    scope: Scope
    mode: Literal["none", "password", "oidc"]


class SignInThere(_Answer):
    """Where a browser goes to sign in."""

    location: str


class SignedIn(_Answer):
    """Who signed in; the login itself is in the cookie."""

    user: PersonOut


class MemberOut(_Answer):
    """A member of the workspace."""

    user_id: str
    name: str
    email: str | None
    role: Role
    joined_at: datetime

    @classmethod
    def of(cls, member: Member) -> MemberOut:
        """Return the wire form."""
        account = member.account
        return cls(
            user_id=account.id, name=account.name, email=account.email, role=member.role, joined_at=member.joined_at
        )


class InvitationOut(_Answer):
    """An invitation that nobody has used yet."""

    id: Id
    role: Role | None
    created_by: str | None
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, link: Link) -> InvitationOut:
        """Return the wire form."""
        return cls.model_validate(link)


class NewLinkOut(_Answer):
    """A link just made. Its address is shown once: what is kept does not lead back to it."""

    id: str
    path: str
    """Path and fragment of the link, for whatever address the server is reached by."""
    expires_at: datetime


class TokenOut(_Answer):
    """A token; the secret itself is not kept."""

    id: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> TokenOut:
        """Return the wire form."""
        return cls.model_validate(token)


class NewTokenOut(TokenOut):
    """A token just made, with its secret, which is shown once."""

    secret: str


class LoginOut(_Answer):
    """A browser that one is signed in with."""

    id: str
    client: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    current: bool

    @classmethod
    def of(cls, login: Login, *, current: bool) -> LoginOut:
        """Return the wire form."""
        return cls(**login.model_dump(include=set(cls.model_fields) - {"current"}), current=current)
