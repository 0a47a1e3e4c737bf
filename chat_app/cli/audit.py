"""The command about the journal: who did what, and when."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import typer

from chat_app.cli.chats import AsJson, print_json, say
from chat_app.cli.client import DEFAULT_URL, Server, Url
from chat_app.domain.audit import AuditType, parse_moment

PAGE = 200
"""Entries that are asked for at once."""

Moment = Annotated[str | None, typer.Option(metavar="TIME", help="A date, a time, or an age: 2026-03-01, 24h, 7d.")]


def journal(
    *,
    types: Annotated[list[AuditType] | None, typer.Option("--type", help="Only this; may be given again.")] = None,
    since: Moment = None,
    until: Moment = None,
    text: Annotated[str, typer.Option(help="Only what has this in its subject, actor or type.")] = "",
    actor: Annotated[str | None, typer.Option(help="Only what the person with this id did.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most entries.")] = 50,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """List what happened, newest first. For owners and admins."""
    params: dict[str, Any] = {
        "type": list(types or []),
        "since": _iso(since),
        "until": _iso(until),
        "text": text or None,
        "actor": actor,
        "limit": min(limit, PAGE),
    }
    given = {name: value for name, value in params.items() if value is not None}
    entries = islice(Server(url).pages("/v1/journal", **given), limit)
    if as_json:
        print_json(list(entries))
        return
    for entry in entries:
        at = datetime.fromisoformat(entry["created_at"]).astimezone()
        facts = "  ".join(f"{name}={value}" for name, value in entry["data"].items() if value is not None)
        who = entry["actor_name"] or "-"
        say(f"{at:%Y-%m-%d %H:%M:%S}  {entry['type']:<20} {who:<20} {entry['subject']}  {facts}".rstrip())


def _iso(words: str | None) -> str | None:
    return None if words is None else parse_moment(words, at=datetime.now().astimezone()).isoformat()
