"""Rename account_id to user_id, and the journal to the audit log."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = ("member", "login", "api_token", "link", "participant")
"""Tables that refer to an account."""
INDEXES = {
    "workspace": ["workspace_id", "position"],
    "type": ["workspace_id", "type", "position"],
    "age": ["created_at"],
}


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN account_id TO user_id")
    for name in INDEXES:
        op.drop_index(f"ix_journal_{name}", table_name="journal_entry")
    op.rename_table("journal_entry", "audit_entry")
    for name, columns in INDEXES.items():
        op.create_index(f"ix_audit_{name}", "audit_entry", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(f"ix_audit_{name}", table_name="audit_entry")
    op.rename_table("audit_entry", "journal_entry")
    for name, columns in INDEXES.items():
        op.create_index(f"ix_journal_{name}", "journal_entry", columns)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN user_id TO account_id")
