"""The tables: `SQLModel.metadata` has all of them once this package is imported."""

from sqlmodel import SQLModel

from chat_app.db.tables.columns import UtcDateTime
from chat_app.db.tables.core import (
    ChatEventRow,
    ChatMessageRow,
    ChatSessionRow,
    MessagePartRow,
    OpenPartRow,
    ReadCursorRow,
    TurnRow,
)
from chat_app.db.tables.keys import ProviderKeyRow
from chat_app.db.tables.people import (
    AccountRow,
    ApiTokenRow,
    AuditEntryRow,
    KnownPlaceRow,
    LinkRow,
    LoginRow,
    MemberRow,
    ParticipantChangeRow,
    ParticipantRow,
    WorkspaceRow,
)

__all__ = [
    "AccountRow",
    "ApiTokenRow",
    "AuditEntryRow",
    "ChatEventRow",
    "ChatMessageRow",
    "ChatSessionRow",
    "KnownPlaceRow",
    "LinkRow",
    "LoginRow",
    "MemberRow",
    "MessagePartRow",
    "OpenPartRow",
    "ParticipantChangeRow",
    "ParticipantRow",
    "ProviderKeyRow",
    "ReadCursorRow",
    "SQLModel",
    "TurnRow",
    "UtcDateTime",
    "WorkspaceRow",
]
