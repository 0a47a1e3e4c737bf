"""`chat-app audit`: prints the audit log of the workspace."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import typer

from chat_app.cli.chats import AsJson, print_json, say
from chat_app.cli.client import DEFAULT_URL, Server, Url

PAGE = 200
"""Entries of one request."""

Moment = Annotated[
    str | None, typer.Option(metavar="TIME", help="A date, a time or an age, such as 2026-03-01, 24h or 7d.")
]


def audit(
    *,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only entries of this type, such as member.joined. Repeatable.")
    ] = None,
    since: Moment = None,
    until: Moment = None,
    text: Annotated[str, typer.Option(help="Only entries with this text in their subject, actor or type.")] = "",
    actor: Annotated[str | None, typer.Option(help="Only entries about what the person with this ID did.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of entries.")] = 50,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Show the audit log, newest entries first. For owners and admins."""
    params: dict[str, Any] = {
        "type": [_check_type(name) for name in types or []],
        "since": _iso(since),
        "until": _iso(until),
        "text": text or None,
        "actor": actor,
        "limit": min(limit, PAGE),
    }
    query = {name: value for name, value in params.items() if value is not None}
    entries = islice(Server(url).pages("/v1/audit", **query), limit)
    if as_json:
        print_json(list(entries))
        return
    for entry in entries:
        at = datetime.fromisoformat(entry["created_at"]).astimezone()
        facts = "  ".join(f"{name}={value}" for name, value in entry["data"].items() if value is not None)
        actor_name = entry["actor_name"] or "-"
        say(f"{at:%Y-%m-%d %H:%M:%S}  {entry['type']:<20} {actor_name:<20} {entry['subject']}  {facts}".rstrip())


def _check_type(name: str) -> str:
    from chat_app.domain.audit import AuditType  # noqa: PLC0415 - only this option needs it

    known = [str(audit_type) for audit_type in AuditType]
    if name not in known:
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(known)}.", param_hint="--type")
    return name


def _iso(words: str | None) -> str | None:
    if words is None:
        return None
    from chat_app.domain.audit import parse_moment  # noqa: PLC0415 - only these options need it

    return parse_moment(words, at=datetime.now().astimezone()).isoformat()
