"""The provider keys of a workspace: stored sealed, opened for a turn that needs one, and shown to nobody."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from chat_app.agents.models.key_names import key_names_for
from chat_app.agents.run.ports import StoredKey
from chat_app.agents.run.redaction import remember_secret
from chat_app.db import keys
from chat_app.domain.actor import Actor
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import ConfigError, Conflict, NotFound
from chat_app.domain.keys import MAX_KEYS, ProviderKey, check_key_name, check_key_value
from chat_app.services import access, audit
from chat_app.services.runtime import current, now
from chat_app.services.secrets.vault import Vault

logger = logging.getLogger(__name__)


async def list_keys(actor: Actor) -> list[ProviderKey]:
    """Return the keys of the actor's workspace by name, without what they are worth.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or their token may not do this.
    """
    access.check_may_manage_workspace(actor)
    runtime = current()
    async with runtime.db.read() as tx:
        found = await keys.all_of(tx, actor.workspace_id)
    return [
        ProviderKey(
            name=each.name,
            stored_by=each.stored_by,
            stored_by_name=each.stored_by_name,
            stored_at=each.stored_at,
            usable=_opens(runtime.vault, each.workspace_id, each.name, each.sealed),
        )
        for each in found
    ]


def wanted_names(actor: Actor) -> list[str]:
    """Return the names of the keys that the agents of this installation ask for.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or their token may not do this.
    """
    access.check_may_manage_workspace(actor)
    names = (name for agent in current().agents.list() for name in key_names_for(agent, agent.model))
    return list(dict.fromkeys(names))


async def put_key(actor: Actor, name: str, value: str) -> None:
    """Store a key for the actor's workspace; one of the same name is replaced. The next turn uses it.

    Args:
        actor: An owner or an admin.
        name: Like the environment variable that would hold it.
        value: The key itself.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or their token may not do this.
        Invalid: Name or value break a rule.
        Conflict: There are too many.
        ConfigError: This installation can't seal it.
    """
    access.check_may_manage_workspace(actor)
    check_key_name(name)
    check_key_value(value)
    runtime = current()
    # From now on also in what the program says about storing it.
    remember_secret(value)
    sealed = runtime.vault.seal(value, place=_place(actor.workspace_id, name))
    async with runtime.db.write() as tx:
        replaced = await keys.exists(tx, actor.workspace_id, name)
        if not replaced and await keys.count(tx, actor.workspace_id) >= MAX_KEYS:
            raise Conflict(f"This workspace has {MAX_KEYS} keys already. Remove one first.", code="too_many_keys")
        await keys.put(tx, actor.workspace_id, name, sealed=sealed, stored_by=actor.user_id, stored_at=now())
        await audit.record(tx, actor, AuditType.KEY_STORED, subject=name, replaced=replaced)


async def remove_key(actor: Actor, name: str) -> None:
    """Delete a key of the actor's workspace.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or their token may not do this.
        Invalid: No key can have this name.
        NotFound: There is no such key.
    """
    access.check_may_manage_workspace(actor)
    check_key_name(name)
    async with current().db.write() as tx:
        if not await keys.exists(tx, actor.workspace_id, name):
            raise NotFound("There is no such key.", code="key_not_found")
        await keys.remove(tx, actor.workspace_id, name)
        await audit.record(tx, actor, AuditType.KEY_REMOVED, subject=name)


def opener(vault: Vault, workspace_id: str, sealed: Mapping[str, str]) -> StoredKey:
    """Return what opens a workspace's keys, each when it is asked for.

    Args:
        vault: Opens them.
        workspace_id: The workspace.
        sealed: Its sealed values by their names.
    """

    def stored_key(name: str) -> str | None:
        if name not in sealed:
            return None
        try:
            return vault.open(sealed[name], place=_place(workspace_id, name))
        except ConfigError as error:
            raise ConfigError(f"The stored key {name} can't be opened. {error.message}", code=error.code) from None

    return stored_key


async def renew_seals() -> None:
    """Seal every key with the first key of the environment, so that those after it can be dropped; done at a start."""
    runtime = current()
    if not runtime.vault.rotates:
        return
    async with runtime.db.write() as tx:
        for workspace_id, name, sealed in await keys.everything(tx):
            place = _place(workspace_id, name)
            try:
                renewed = runtime.vault.seal(runtime.vault.open(sealed, place=place), place=place)
            except ConfigError:
                logger.warning("the stored key %s of %s can't be opened and stays as it is", name, workspace_id)
            else:
                await keys.reseal(tx, workspace_id, name, sealed=renewed)


def _opens(vault: Vault, workspace_id: str, name: str, sealed: str) -> bool:
    try:
        vault.open(sealed, place=_place(workspace_id, name))
    except ConfigError:
        return False
    return True


def _place(workspace_id: str, name: str) -> str:
    """Where a key belongs: neither part has a slash in it."""
    return f"keys/{workspace_id}/{name}"
