"""The table of encrypted provider keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from chat_app.db.tables.columns import moment, workspace_key


class ProviderKeyRow(SQLModel, table=True):
    """A provider key. `sealed` is encrypted, and bound to its workspace and name."""

    __tablename__: ClassVar[Any] = "provider_key"

    workspace_id: str = Field(sa_column=workspace_key(primary=True))
    name: str = Field(sa_column=Column(Text, primary_key=True))
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    stored_by: str | None = Field(default=None, sa_column=Column(Text))
    stored_at: datetime = Field(sa_column=moment())
