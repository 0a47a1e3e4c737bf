"""Names of people, which differ within a workspace: nobody can pass for another member by taking their name."""

from __future__ import annotations

from chat_app.db import accounts, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account, name_with_mark
from chat_app.domain.errors import Conflict
from chat_app.domain.invisible import comparison_key


async def check_name_free(tx: Transaction, name: str, workspace_id: str, *, user_id: str) -> None:
    """Check that no other member of a workspace has a name that looks the same.

    Args:
        tx: The transaction.
        name: The name.
        workspace_id: The workspace.
        user_id: The person who wants the name.

    Raises:
        Conflict: Another member has such a name.
    """
    if await _is_taken(tx, name, workspace_id, user_id=user_id):
        raise Conflict(
            "Another member of the workspace has this name. Choose one that tells you apart, for example with a middle "
            "name or your team. If you have an account, change its name in the settings.",
            code="name_taken",
            details={"field": "name"},
        )


async def tell_apart(tx: Transaction, account: Account, workspace_id: str) -> Account:
    """Return the account of a person who joins a workspace, with the e-mail address in the name if it is taken.

    For people whose name comes from an identity provider: they can't choose another one before they have joined.
    """
    name = account.name
    # The id is the last resort, because another member may have chosen the name with the address.
    for mark in (account.email or account.id, account.id):
        if not await _is_taken(tx, name, workspace_id, user_id=account.id):
            break
        name = name_with_mark(account.name, mark)
    if name != account.name:
        await accounts.update_columns(tx, account.id, name=name)
    return account.model_copy(update={"name": name})


async def _is_taken(tx: Transaction, name: str, workspace_id: str, *, user_id: str) -> bool:
    key, names = comparison_key(name), await members.names(tx, workspace_id)
    return any(comparison_key(other) == key for other_id, other in names.items() if other_id != user_id)
