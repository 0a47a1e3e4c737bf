"""What the settings list, as the page takes it; times are told in the browser, which knows the reader's zone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from chat_app.domain.accounts import ApiToken, Link, Login, Member
from chat_app.domain.actor import Actor, Role
from chat_app.domain.agents import Agent, model_label
from chat_app.domain.audit import AuditEntry
from chat_app.domain.keys import ProviderKey

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
"""Signs of browsers in what they call themselves; most of them claim to be those further down as well."""
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class MemberRow(TypedDict):
    """A member."""

    id: str
    name: str
    email: str
    initial: str
    role: str
    joined: str
    me: bool
    managed: bool
    """Whether the actor may change this member's role and remove them."""
    resettable: bool
    """Whether the actor may make a link by which they choose a new password."""


class ModelOption(TypedDict):
    """A model where one is chosen."""

    model: str
    label: str
    gone: bool
    """Whether no agent has it that the person may ask."""


class InvitationRow(TypedDict):
    """An invitation that nobody has used yet."""

    id: str
    role: str
    expires: str


class TokenRow(TypedDict):
    """A token; "" for a time that there is not."""

    id: str
    name: str
    scope: str
    created: str
    expires: str
    used: str


class LoginRow(TypedDict):
    """A browser that is signed in."""

    id: str
    name: str
    used: str
    here: bool


class KeyRow(TypedDict):
    """A provider key, by its name."""

    name: str
    by: str
    """"" when the account is gone."""
    at: str
    usable: bool


class EntryRow(TypedDict):
    """One thing that happened."""

    id: str
    what: str
    who: str
    """"" for what nobody who is known did."""
    subject: str
    facts: str
    at: str


def manages(actor: Actor) -> bool:
    """Whether the actor manages members."""
    return actor.role.at_least(Role.ADMIN)


def member_row(actor: Actor, member: Member) -> MemberRow:
    """Return the row of a member for the actor."""
    name, me = member.account.name, member.account.id == actor.user_id
    return MemberRow(
        id=member.account.id,
        name=name,
        email=member.account.email or "",
        initial=name[:1].upper(),
        role=member.role.value,
        joined=member.joined_at.isoformat(),
        me=me,
        managed=manages(actor) and not me and (member.role != Role.OWNER or actor.role == Role.OWNER),
        resettable=actor.role == Role.OWNER and not me,
    )


def model_options(agents: Iterable[Agent], *, chosen: str | None) -> list[ModelOption]:
    """Return the models to choose from, and the chosen one even if no agent has it any more.

    Args:
        agents: Those whose models are offered.
        chosen: The model that was chosen before.
    """
    options = [
        ModelOption(model=agent.model, label=f"{agent.model_label} · {agent.name}", gone=False) for agent in agents
    ]
    if chosen is not None and all(option["model"] != chosen for option in options):
        options.append(ModelOption(model=chosen, label=model_label(chosen), gone=True))
    return options


def invitation_row(link: Link) -> InvitationRow:
    """Return the row of an invitation."""
    return InvitationRow(id=link.id, role=link.role.value if link.role else "", expires=link.expires_at.isoformat())


def token_row(token: ApiToken) -> TokenRow:
    """Return the row of a token."""
    return TokenRow(
        id=token.id,
        name=token.name,
        scope=token.scope.value,
        created=token.created_at.isoformat(),
        expires=token.expires_at.isoformat() if token.expires_at else "",
        used=token.used_at.isoformat() if token.used_at else "",
    )


def key_row(key: ProviderKey) -> KeyRow:
    """Return the row of a key."""
    return KeyRow(name=key.name, by=key.stored_by_name or "", at=key.stored_at.isoformat(), usable=key.usable)


def entry_row(entry: AuditEntry) -> EntryRow:
    """Return the row of an entry."""
    facts = (f"{name}: {value}" for name, value in entry.data.items() if value not in (None, ""))
    return EntryRow(
        id=str(entry.position),
        what=entry.type,
        who=entry.actor_name,
        subject=entry.subject,
        facts=" · ".join(facts),
        at=entry.created_at.isoformat(),
    )


def login_row(actor: Actor, login: Login) -> LoginRow:
    """Return the row of a browser."""
    return LoginRow(
        id=login.id, name=browser_name(login.client), used=login.used_at.isoformat(), here=login.id == actor.login_id
    )


def browser_name(client: str) -> str:
    """Return browser and system of what a browser calls itself, as far as they are known."""
    found = (next((name for sign, name in signs if sign in client), "") for signs in (_BROWSERS, _SYSTEMS))
    return " · ".join(filter(None, found))
