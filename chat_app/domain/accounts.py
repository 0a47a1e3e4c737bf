"""Accounts, workspaces and members, and the logins, tokens and one-time links that authenticate people."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from chat_app.domain.actor import Role, Scope
from chat_app.domain.errors import Invalid
from chat_app.domain.invisible import has_invisible, remove_invisible
from chat_app.domain.text import check_text, storable

NAME_LIMIT = 100
"""Characters in the name of a person, a workspace or a token."""
EMAIL_LIMIT = 254
"""Characters in an e-mail address (RFC 5321, section 4.5.3.1.3, without the brackets)."""
MIN_PASSWORD_LENGTH = 10
"""Characters in a password. NIST SP 800-63B requires 8 and advises against composition rules."""
MAX_PASSWORD_LENGTH = 256
"""Characters in a password; longer ones take time to hash without being safer."""

MAX_INVITATION_DAYS = 90
"""Maximum days until an invitation expires, so that old links do not stay valid unnoticed."""
MAX_TOKEN_DAYS = 3_650
"""Maximum days until a token expires. A token can also be created without expiry."""
EMAIL_PATTERN = r"[!-?A-~]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+"
"""The form of an e-mail address in ASCII. Only sending mail could check more."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Account(_Value):
    """A person's account, which can belong to several workspaces."""

    id: str
    name: str
    email: str | None
    created_at: datetime


class Workspace(_Value):
    """A workspace, whose members share sessions and agents."""

    id: str
    name: str
    created_at: datetime


class Member(_Value):
    """A person's membership in a workspace, as the workspace sees it."""

    workspace_id: str
    account: Account
    role: Role
    joined_at: datetime


class Membership(_Value):
    """A person's membership in a workspace, as the person sees it."""

    workspace: Workspace
    role: Role


class Login(_Value):
    """A browser in which a person is signed in."""

    id: str
    user_id: str
    workspace_id: str
    client: str
    """The browser's User-Agent header."""
    created_at: datetime
    used_at: datetime
    expires_at: datetime


class ApiToken(_Value):
    """A token with which a program authenticates. The secret itself is shown once and not stored."""

    id: str
    user_id: str
    workspace_id: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class LinkPurpose(StrEnum):
    """The purpose of a one-time link."""

    SET_UP = "set_up"
    INVITE = "invite"
    RESET = "reset"


class Link(_Value):
    """A one-time link: to set up the installation, to join a workspace or to choose a new password."""

    id: str
    purpose: LinkPurpose
    workspace_id: str
    role: Role | None
    """The role of the person who joins."""
    user_id: str | None
    """The person who chooses a new password."""
    created_by: str | None
    created_at: datetime
    expires_at: datetime


def check_name(name: str, *, field: str = "name") -> str:
    """Return a name on one line.

    Raises:
        Invalid: It is empty or too long, or contains an invisible character or one that can't be stored.
    """
    name = " ".join(check_text(name, field=field).split())
    if not 1 <= len(name) <= NAME_LIMIT:
        raise Invalid(f"A name must have 1 to {NAME_LIMIT} characters.", code="invalid_name", details={"field": field})
    if has_invisible(name):
        raise Invalid(
            "This name contains invisible characters, such as marks for the writing direction. Delete it and type it "
            "again instead of pasting it.",
            code="invalid_name",
            details={"field": field},
        )
    return name


def clean_name(text: str) -> str:
    """Return the text of another program as a name, without what a name may not contain; "" if nothing remains."""
    return remove_invisible(storable(text.replace("\x00", "")))[:NAME_LIMIT].strip()


def name_with_mark(name: str, mark: str) -> str:
    """Return a name with a mark that tells its person apart from others with the same name, as an e-mail address."""
    ending = f" ({mark[: NAME_LIMIT // 2]})"
    return name[: NAME_LIMIT - len(ending)].rstrip() + ending


def check_email(email: str) -> str:
    """Return an e-mail address in the form in which it is stored: in lower case, without surrounding space.

    Raises:
        Invalid: It is not an e-mail address.
    """
    email = check_text(email, field="email").strip().lower()
    if len(email) > EMAIL_LIMIT or not re.fullmatch(EMAIL_PATTERN, email):
        raise Invalid("This is not a valid e-mail address.", code="invalid_email", details={"field": "email"})
    return email


def check_password(password: str) -> str:
    """Return a new password unchanged.

    Raises:
        Invalid: It is too short or too long, or contains a character that can't be hashed.
    """
    check_text(password, field="password")
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise Invalid(
            f"A password must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters. A few words work well.",
            code="invalid_password",
            details={"field": "password"},
        )
    return password
