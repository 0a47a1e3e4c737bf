"""`/v1/keys`: the provider keys of the workspace. For owners and admins; no answer has any part of a key."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response, status
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from chat_app.api.actor import CurrentActor
from chat_app.api.schemas import AuthorOut, Page
from chat_app.domain.keys import MAX_VALUE_LENGTH, MIN_VALUE_LENGTH, NAME_PATTERN, VALUE_PATTERN, ProviderKey
from chat_app.services.secrets import provider_keys

router = APIRouter(prefix="/v1/keys", tags=["keys"])

# The services check the rules, each with an error of its own; the description says them.
_RULE: JsonDict = {
    "minLength": MIN_VALUE_LENGTH,
    "maxLength": MAX_VALUE_LENGTH,
    "pattern": f"^{VALUE_PATTERN}$",
    "writeOnly": True,
}

KeyName = Annotated[str, Path(json_schema_extra={"pattern": f"^{NAME_PATTERN}$"})]


class KeyValue(BaseModel):
    """Body of `PUT /v1/keys/{name}`."""

    model_config = ConfigDict(extra="forbid")

    value: Annotated[str, Field(json_schema_extra=_RULE, repr=False)]


class KeyOut(BaseModel):
    """A key, without what it is worth."""

    name: str
    stored_by: AuthorOut | None
    stored_at: datetime
    usable: bool
    """False when it was sealed with a key that this server does not have: store it again."""

    @classmethod
    def of(cls, key: ProviderKey) -> KeyOut:
        """Return the wire form."""
        by = None if key.stored_by is None else AuthorOut(id=key.stored_by, name=key.stored_by_name)
        return cls(name=key.name, stored_by=by, stored_at=key.stored_at, usable=key.usable)


@router.get("")
async def list_keys(actor: CurrentActor) -> Page[KeyOut]:
    """List the keys of the workspace by name."""
    return Page(items=[KeyOut.of(key) for key in await provider_keys.list_keys(actor)], next_cursor=None)


@router.put("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def put_key(actor: CurrentActor, name: KeyName, body: KeyValue) -> Response:
    """Store a key; one of the same name is replaced. Turns that begin from now on use it."""
    await provider_keys.put_key(actor, name, body.value)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_key(actor: CurrentActor, name: KeyName) -> Response:
    """Delete a key; what asks for it takes the environment's again."""
    await provider_keys.remove_key(actor, name)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
