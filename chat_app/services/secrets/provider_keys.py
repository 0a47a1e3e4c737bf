"""Provider keys of a workspace: stored encrypted, decrypted for the turns that need them, and never shown."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from chat_app.agents.models.key_names import key_names_for
from chat_app.agents.run.ports import StoredKey
from chat_app.agents.run.redaction import remember_secret
from chat_app.db import keys
from chat_app.domain.actor import Actor
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import ConfigError, NotFound
from chat_app.domain.keys import ProviderKey, check_key_name, check_key_value
from chat_app.services import access, audit
from chat_app.services.limits.creation_checks import check_keys, take_change
from chat_app.services.runtime import current, now
from chat_app.services.secrets.vault import Vault

logger = logging.getLogger(__name__)


async def list_keys(actor: Actor) -> list[ProviderKey]:
    """Return the keys of the actor's workspace by name, without their values.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or the scope of their token is too narrow.
    """
    access.check_may_manage_workspace(actor)
    runtime = current()
    async with runtime.db.read() as tx:
        stored = await keys.all_of(tx, actor.workspace_id)
    return [
        ProviderKey(
            name=key.name,
            stored_by=key.stored_by,
            stored_by_name=key.stored_by_name,
            stored_at=key.stored_at,
            usable=_can_open(runtime.vault, key),
        )
        for key in stored
    ]


def wanted_key_names(actor: Actor) -> list[str]:
    """Return the names of the keys that the agents of this installation use.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or the scope of their token is too narrow.
    """
    access.check_may_manage_workspace(actor)
    names = (name for agent in current().agents.list() for name in key_names_for(agent, agent.model))
    return list(dict.fromkeys(names))


async def put_key(actor: Actor, name: str, value: str) -> None:
    """Store a key for the actor's workspace, or replace the one with the same name. The next turn uses it.

    Args:
        actor: An owner or an admin.
        name: Name of the key, like that of the environment variable it replaces.
        value: The key itself.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or the scope of their token is too narrow.
        Invalid: The name or the value breaks a rule.
        Conflict: The workspace has too many keys.
        TooMany: The actor has made too many changes.
        ConfigError: The key cannot be encrypted.
    """
    access.check_may_manage_workspace(actor)
    check_key_name(name)
    check_key_value(value)
    await take_change(actor)
    runtime = current()
    # Before it is stored, so that no log line about storing it can contain it.
    remember_secret(value)
    sealed = runtime.vault.seal(value, context=_context(actor.workspace_id, name))
    async with runtime.db.write() as tx:
        replaced = await keys.exists(tx, actor.workspace_id, name)
        if not replaced:
            await check_keys(tx, actor)
        await keys.put(tx, actor.workspace_id, name, sealed=sealed, stored_by=actor.user_id, stored_at=now())
        await audit.record(tx, actor, AuditType.KEY_STORED, subject=name, replaced=replaced)


async def remove_key(actor: Actor, name: str) -> None:
    """Delete a key of the actor's workspace.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or the scope of their token is too narrow.
        Invalid: The name breaks a rule.
        NotFound: There is no such key.
    """
    access.check_may_manage_workspace(actor)
    check_key_name(name)
    async with current().db.write() as tx:
        if not await keys.exists(tx, actor.workspace_id, name):
            raise NotFound("Key not found.", code="key_not_found")
        await keys.remove(tx, actor.workspace_id, name)
        await audit.record(tx, actor, AuditType.KEY_REMOVED, subject=name)


def stored_key_lookup(vault: Vault, workspace_id: str, sealed: Mapping[str, str]) -> StoredKey:
    """Return a function that decrypts a key of a workspace by its name.

    Args:
        vault: Decrypts the keys.
        workspace_id: Id of the workspace.
        sealed: The encrypted values by the names of the keys.
    """

    def stored_key(name: str) -> str | None:
        if name not in sealed:
            return None
        try:
            return vault.open(sealed[name], context=_context(workspace_id, name))
        except ConfigError as error:
            raise ConfigError(f"The stored key {name} cannot be decrypted. {error.message}", code=error.code) from None

    return stored_key


async def reseal_keys() -> None:
    """Encrypt all keys anew with the first key of the environment, so that the others can be removed from it."""
    runtime = current()
    if not runtime.vault.rotates:
        return
    async with runtime.db.write() as tx:
        for key in await keys.all_keys(tx):
            context = _context(key.workspace_id, key.name)
            try:
                sealed = runtime.vault.seal(runtime.vault.open(key.sealed, context=context), context=context)
            except ConfigError:
                logger.warning(
                    "the stored key %s of %s cannot be decrypted and was left unchanged", key.name, key.workspace_id
                )
            else:
                await keys.update_sealed(tx, key.workspace_id, key.name, sealed=sealed)


def _can_open(vault: Vault, key: keys.SealedKey) -> bool:
    try:
        vault.open(key.sealed, context=_context(key.workspace_id, key.name))
    except ConfigError:
        return False
    return True


def _context(workspace_id: str, name: str) -> str:
    """Return the vault's context of a key; neither part contains a slash."""
    return f"keys/{workspace_id}/{name}"
