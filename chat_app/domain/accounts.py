"""Accounts, workspaces and members, and what lets a person in: logins, tokens, links."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from chat_app.domain.actor import Role, Scope
from chat_app.domain.errors import Invalid
from chat_app.domain.text import check_text

NAME_LIMIT = 100
"""Characters in the name of a person, a workspace or a token."""
EMAIL_LIMIT = 254
"""Characters in an e-mail address (RFC 5321, 4.5.3.1.3, less the brackets)."""
MIN_PASSWORD_LENGTH = 10
"""Characters in a password; NIST SP 800-63B asks for 8 and for no rules about which."""
MAX_PASSWORD_LENGTH = 256
"""Characters in a password: a longer one would only cost time."""

MAX_INVITATION_DAYS = 90
"""Days that an invitation may work: longer, and nobody remembers who has it."""
MAX_TOKEN_DAYS = 3_650
"""Days that a token may work; one that never expires is asked for as such."""
EMAIL_PATTERN = r"[!-?A-~]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+"
"""What looks like an e-mail address, in ASCII: only its owner could say more."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Account(_Value):
    """A person, whichever workspaces they belong to."""

    id: str
    name: str
    email: str | None
    created_at: datetime


class Workspace(_Value):
    """What people share: sessions, agents, members."""

    id: str
    name: str
    created_at: datetime


class Member(_Value):
    """An account in a workspace."""

    workspace_id: str
    account: Account
    role: Role
    joined_at: datetime


class Membership(_Value):
    """A workspace as one of its members has it."""

    workspace: Workspace
    role: Role


class Login(_Value):
    """A browser that somebody signed in with."""

    id: str
    user_id: str
    workspace_id: str
    client: str
    """What the browser calls itself."""
    created_at: datetime
    used_at: datetime
    expires_at: datetime


class ApiToken(_Value):
    """What a program signs in with; the secret itself is shown once and not kept."""

    id: str
    user_id: str
    workspace_id: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class LinkPurpose(StrEnum):
    """What a link is for."""

    SET_UP = "set_up"
    INVITE = "invite"
    RESET = "reset"


class Link(_Value):
    """A link that works once: to set the program up, to join a workspace, to choose a new password."""

    id: str
    purpose: LinkPurpose
    workspace_id: str
    role: Role | None
    """The role of who joins."""
    user_id: str | None
    """Whose password is chosen anew."""
    created_by: str | None
    created_at: datetime
    expires_at: datetime


def check_name(name: str, *, field: str = "name") -> str:
    """Return a name on one line.

    Raises:
        Invalid: It is empty, too long, or can't be stored.
    """
    name = " ".join(check_text(name, field=field).split())
    if not 1 <= len(name) <= NAME_LIMIT:
        raise Invalid(f"A name has 1 to {NAME_LIMIT} characters.", code="invalid_name", details={"field": field})
    return name


def check_email(email: str) -> str:
    """Return an e-mail address as it is stored: in lower case, without space around it.

    Raises:
        Invalid: It is none.
    """
    email = check_text(email, field="email").strip().lower()
    if len(email) > EMAIL_LIMIT or not re.fullmatch(EMAIL_PATTERN, email):
        raise Invalid("This is not an e-mail address.", code="invalid_email", details={"field": "email"})
    return email


def check_password(password: str) -> str:
    """Return a new password unchanged.

    Raises:
        Invalid: It is too short or too long.
    """
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise Invalid(
            f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters. A few words are good.",
            code="invalid_password",
            details={"field": "password"},
        )
    return password
