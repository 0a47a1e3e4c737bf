"""Runs migrations on the connection that `chat_app.db.migrate` hands over."""

from __future__ import annotations

from alembic import context

from chat_app.db.tables import SQLModel

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
