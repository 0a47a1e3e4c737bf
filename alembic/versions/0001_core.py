"""The core: sessions, messages and their parts, turns, events, read cursors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("CURRENT_TIMESTAMP")


def upgrade() -> None:
    op.create_table(
        "chat_event",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Text(), nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_workspace", "chat_event", ["workspace_id", "position"], unique=False)
    op.create_index("ux_event_seq", "chat_event", ["session_id", "seq"], unique=True)
    op.create_table(
        "chat_session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("agent_key", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("title_source", sa.Text(), server_default="none", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("visibility", sa.Text(), server_default="private", nullable=False),
        sa.Column("preview", sa.Text(), server_default="", nullable=False),
        sa.Column("preview_role", sa.Text(), nullable=True),
        sa.Column("last_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("last_activity_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint("origin IN ('UI', 'CLI', 'WEBHOOK', 'CRON', 'AGENT')", name="ck_origin"),
        sa.CheckConstraint("status IN ('active', 'archived')", name="ck_status"),
        sa.CheckConstraint("title_source IN ('none', 'words', 'model', 'person')", name="ck_title_source"),
        sa.CheckConstraint("visibility IN ('private', 'group', 'workspace')", name="ck_visibility"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_session_agent",
        "chat_session",
        ["workspace_id", "agent_key", "status", "last_activity_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_session_list", "chat_session", ["workspace_id", "status", "last_activity_at", "id"], unique=False
    )
    op.create_table(
        "chat_message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chat_session_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("arrived_seq", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="plain", nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint("kind IN ('plain', 'steer')", name="ck_kind"),
        sa.CheckConstraint("role IN ('user', 'assistant')", name="ck_role"),
        sa.ForeignKeyConstraint(["chat_session_id"], ["chat_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_message_arrived", "chat_message", ["chat_session_id", "arrived_seq"], unique=False)
    op.create_index(
        "ux_message_request",
        "chat_message",
        ["chat_session_id", "request_id"],
        unique=True,
        sqlite_where=sa.text("request_id IS NOT NULL"),
        postgresql_where=sa.text("request_id IS NOT NULL"),
    )
    op.create_index("ux_message_seq", "chat_message", ["chat_session_id", "seq"], unique=True)
    op.create_table(
        "read_cursor",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("read_seq", sa.Integer(), nullable=False),
        sa.Column("read_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["chat_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "user_id"),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("user_message_id", sa.Text(), nullable=False),
        sa.Column("assistant_message_id", sa.Text(), nullable=False),
        sa.Column("agent_key", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("agent_snapshot", JSON, nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("resumed_at", MOMENT, nullable=True),
        sa.Column("delay", JSON, nullable=True),
        sa.Column("usage", JSON, nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'waiting', 'completed', 'failed', 'cancelled')", name="ck_status"
        ),
        sa.ForeignKeyConstraint(["session_id"], ["chat_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_turn_answer", "turn", ["assistant_message_id"], unique=True)
    op.create_index("ix_turn_session", "turn", ["session_id", "id"], unique=False)
    op.create_index(
        "ix_turn_unfinished",
        "turn",
        ["session_id", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('queued', 'running', 'waiting')"),
        postgresql_where=sa.text("status IN ('queued', 'running', 'waiting')"),
    )
    op.create_index(
        "ux_turn_at_work",
        "turn",
        ["session_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('running', 'waiting')"),
        postgresql_where=sa.text("status IN ('running', 'waiting')"),
    )
    op.create_table(
        "message_part",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["chat_message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "id"),
    )
    op.create_table(
        "open_part",
        sa.Column("turn_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn_id", "id"),
    )


def downgrade() -> None:
    op.drop_table("open_part")
    op.drop_table("message_part")
    op.drop_index(
        "ux_turn_at_work",
        table_name="turn",
        sqlite_where=sa.text("status IN ('running', 'waiting')"),
        postgresql_where=sa.text("status IN ('running', 'waiting')"),
    )
    op.drop_index(
        "ix_turn_unfinished",
        table_name="turn",
        sqlite_where=sa.text("status IN ('queued', 'running', 'waiting')"),
        postgresql_where=sa.text("status IN ('queued', 'running', 'waiting')"),
    )
    op.drop_index("ix_turn_session", table_name="turn")
    op.drop_index("ix_turn_answer", table_name="turn")
    op.drop_table("turn")
    op.drop_table("read_cursor")
    op.drop_index("ux_message_seq", table_name="chat_message")
    op.drop_index(
        "ux_message_request",
        table_name="chat_message",
        sqlite_where=sa.text("request_id IS NOT NULL"),
        postgresql_where=sa.text("request_id IS NOT NULL"),
    )
    op.drop_index("ix_message_arrived", table_name="chat_message")
    op.drop_table("chat_message")
    op.drop_index("ix_session_list", table_name="chat_session")
    op.drop_index("ix_session_agent", table_name="chat_session")
    op.drop_table("chat_session")
    op.drop_index("ux_event_seq", table_name="chat_event")
    op.drop_index("ix_event_workspace", table_name="chat_event")
    op.drop_table("chat_event")
