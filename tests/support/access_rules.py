"""The access rules that the matrices of addresses and of page events are checked against."""

from __future__ import annotations

from enum import Enum, auto

from chat_app.domain.sessions import Visibility

ANONYMOUS, VIEWER, MEMBER, ADMIN, OWNER, STRANGER = "anonymous", "viewer", "member", "admin", "owner", "stranger"
READ, WRITE, ADMIN_TOKEN = "read token", "write token", "admin token"
EVERYBODY = (ANONYMOUS, VIEWER, MEMBER, ADMIN, OWNER, STRANGER, READ, WRITE, ADMIN_TOKEN)
"""The tokens are the owner's; the stranger is the owner of another workspace."""
OWNERS = frozenset({OWNER, READ, WRITE, ADMIN_TOKEN})
TARGETS = (Visibility.PRIVATE, Visibility.GROUP, Visibility.WORKSPACE)
"""Visibilities of the session in question: the owner created all of them, and the member participates in the group."""


class Rule(Enum):
    """Who may do something."""

    MONITORING = auto()
    """Nobody whom a login or a token of the workspace authenticates."""
    OPEN = auto()
    """Anybody, signed in or not."""
    NO_TOKEN = auto()
    """Anybody but programs that present a token."""
    SELF = auto()
    """Everybody who is signed in."""
    SELF_CHANGED = auto()
    """Everybody who is signed in; a token needs the scope `write`."""
    PERSON = auto()
    """Everybody who is signed in; a token needs the scope `admin`."""
    PAGE = auto()
    """People who are signed in with a cookie, not a token."""
    TOKEN = auto()
    """Programs that present a token."""
    WRITES = auto()
    """Members and above."""
    MANAGES = auto()
    """Owners and admins."""
    OWNS = auto()
    """Owners."""
    SEES = auto()
    """Those who may read the session."""
    SEES_PEOPLE = auto()
    """Those who may read the session; also managers of the workspace unless it is private."""
    MARKS = auto()
    """Those who may read the session; a token needs the scope `write`."""
    SAYS = auto()
    """Those who may read the session and may write."""
    HAS = auto()
    """The creator of the session; also managers of the workspace if they may read it."""
    HAS_PEOPLE = auto()
    """The creator of the session; also managers of the workspace unless it is private."""


def expected_refusal(rule: Rule, who: str, target: Visibility) -> int | None:
    """Return the HTTP status of a refusal.

    Args:
        rule: The rule of the operation.
        who: The caller, one of `EVERYBODY`.
        target: The visibility of the session in question.

    Returns:
        The status; None where the operation is allowed.
    """
    if rule is Rule.OPEN:
        return None
    if rule is Rule.MONITORING:
        return 404
    if rule is Rule.NO_TOKEN:
        return 403 if who in (READ, WRITE, ADMIN_TOKEN) else None
    if who == ANONYMOUS:
        return 401
    if rule.name in ("SEES", "MARKS", "SEES_PEOPLE", "SAYS", "HAS", "HAS_PEOPLE"):
        return _expected_of_chat(rule, who, target)
    forbidden: dict[Rule, set[str]] = {
        Rule.SELF: set(),
        Rule.SELF_CHANGED: {READ},
        Rule.PERSON: {READ, WRITE},
        Rule.PAGE: {READ, WRITE, ADMIN_TOKEN},
        Rule.TOKEN: set(),
        Rule.WRITES: {VIEWER, READ},
        Rule.MANAGES: {VIEWER, MEMBER, READ, WRITE},
        Rule.OWNS: {VIEWER, MEMBER, ADMIN, READ, WRITE},
    }
    if rule is Rule.TOKEN and who not in (READ, WRITE, ADMIN_TOKEN):
        return 404
    return 403 if who in forbidden[rule] else None


def _expected_of_chat(rule: Rule, who: str, target: Visibility) -> int | None:
    sees = who in OWNERS or (target is Visibility.GROUP and who == MEMBER)
    sees |= target is Visibility.WORKSPACE and who != STRANGER
    manages_people = who == ADMIN and target is not Visibility.PRIVATE
    if not sees and not (manages_people and rule in (Rule.SEES_PEOPLE, Rule.HAS_PEOPLE)):
        return 404
    if rule in (Rule.SEES, Rule.SEES_PEOPLE):
        return None
    if rule is Rule.MARKS:
        return 403 if who == READ else None
    if who in (VIEWER, READ):
        return 403
    if rule is Rule.SAYS:
        return None
    return None if who in OWNERS or who == ADMIN else 403
