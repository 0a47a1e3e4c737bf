"""Routes of the audit log: `/v1/audit`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from chat_app.api.actor import CurrentActor
from chat_app.api.schemas import Limit, Moment, Page
from chat_app.domain.audit import SEARCH_LIMIT, AuditEntry, AuditType
from chat_app.domain.ids import Id
from chat_app.services import audit

router = APIRouter(prefix="/v1/audit", tags=["audit log"])


@router.get("")
async def list_entries(
    actor: CurrentActor,
    types: Annotated[list[AuditType] | None, Query(alias="type")] = None,
    since: Moment | None = None,
    until: Moment | None = None,
    text: Annotated[str, Query(max_length=SEARCH_LIMIT)] = "",
    actor_id: Annotated[Id | None, Query(alias="actor")] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Limit | None = None,
) -> Page[AuditEntry]:
    """List the audit log of the workspace, newest entries first. For owners and admins.

    Repeat `type` to list entries of several types. `text` is searched for in the subject, the name of the actor and the
    type.
    """
    page = await audit.list_entries(
        actor,
        types=types or (),
        text=text,
        since=since,
        until=until,
        actor_id=actor_id,
        cursor=cursor,
        limit=limit,
    )
    return Page(items=list(page.items), next_cursor=page.cursor)
