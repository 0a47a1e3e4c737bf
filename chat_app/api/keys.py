"""Routes of the workspace's provider keys: `/v1/keys`. No response contains any part of a key."""

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

# The services check these rules, each with its own error code. The OpenAPI description lists them.
_RULE: JsonDict = {
    "minLength": MIN_VALUE_LENGTH,
    "maxLength": MAX_VALUE_LENGTH,
    "pattern": f"^{VALUE_PATTERN}$",
    "writeOnly": True,
}

KeyName = Annotated[str, Path(json_schema_extra={"pattern": f"^{NAME_PATTERN}$"})]


class KeyValue(BaseModel):
    """The value of a key."""

    model_config = ConfigDict(extra="forbid")

    value: Annotated[str, Field(json_schema_extra=_RULE, repr=False)]


class KeyOut(BaseModel):
    """A key without its value."""

    name: str
    stored_by: AuthorOut | None
    stored_at: datetime
    usable: bool
    """False if it was encrypted with a key that this server does not have; then store it again."""

    @classmethod
    def of(cls, key: ProviderKey) -> KeyOut:
        """Return the response body."""
        person = None if key.stored_by is None else AuthorOut(id=key.stored_by, name=key.stored_by_name)
        return cls(name=key.name, stored_by=person, stored_at=key.stored_at, usable=key.usable)


@router.get("")
async def list_keys(actor: CurrentActor) -> Page[KeyOut]:
    """List the provider keys of the workspace, by name and without their values. For owners and admins."""
    return Page(items=[KeyOut.of(key) for key in await provider_keys.list_keys(actor)], next_cursor=None)


@router.put("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def put_key(actor: CurrentActor, name: KeyName, body: KeyValue) -> Response:
    """Store a provider key, or replace the one with the same name. Answers that start from now on use it."""
    await provider_keys.put_key(actor, name, body.value)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_key(actor: CurrentActor, name: KeyName) -> Response:
    """Delete a provider key. Agents that need it use the environment variable with its name again."""
    await provider_keys.remove_key(actor, name)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
