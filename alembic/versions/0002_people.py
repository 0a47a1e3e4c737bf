"""People: accounts, workspaces and members, what lets them in, groups, the journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("CURRENT_TIMESTAMP")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_account_email", "account", ["email"], unique=True)
    op.create_index("ux_account_identity", "account", ["identity"], unique=True)
    op.create_table(
        "journal_entry",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_age", "journal_entry", ["created_at"], unique=False)
    op.create_index("ix_journal_type", "journal_entry", ["workspace_id", "type", "position"], unique=False)
    op.create_index("ix_journal_workspace", "journal_entry", ["workspace_id", "position"], unique=False)
    op.create_table(
        "workspace",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint("scope IN ('read', 'write', 'admin')", name="ck_scope"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_api_token_account", "api_token", ["account_id", "workspace_id", "created_at"], unique=False)
    op.create_index("ux_api_token_token", "api_token", ["token_hash"], unique=True)
    op.create_table(
        "link",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint("purpose IN ('set_up', 'invite', 'reset')", name="ck_purpose"),
        sa.CheckConstraint("role IN ('owner', 'admin', 'member', 'viewer')", name="ck_role"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_link_account", "link", ["account_id"], unique=False)
    op.create_index("ix_link_workspace", "link", ["workspace_id", "purpose", "created_at"], unique=False)
    op.create_index("ux_link_token", "link", ["token_hash"], unique=True)
    op.create_table(
        "login",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("used_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_login_account", "login", ["account_id", "created_at"], unique=False)
    op.create_index("ix_login_expires", "login", ["expires_at"], unique=False)
    op.create_index("ux_login_token", "login", ["token_hash"], unique=True)
    op.create_table(
        "member",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("joined_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint("role IN ('owner', 'admin', 'member', 'viewer')", name="ck_role"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace_id", "account_id"),
    )
    op.create_index("ix_member_account", "member", ["account_id", "workspace_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="member", nullable=False),
        sa.Column("joined_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint("role IN ('owner', 'member')", name="ck_role"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["chat_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "account_id"),
    )
    op.create_index("ix_participant_account", "participant", ["account_id", "session_id"], unique=False)
    # The one person and the one workspace of an installation without a login: what they have stays theirs.
    op.execute("INSERT INTO account (id, name) VALUES ('usr_local', 'Owner')")
    op.execute("INSERT INTO workspace (id, name) VALUES ('wsp_local', 'Workspace')")
    op.execute("INSERT INTO member (workspace_id, account_id, role) VALUES ('wsp_local', 'usr_local', 'owner')")


def downgrade() -> None:
    op.drop_index("ix_participant_account", table_name="participant")
    op.drop_table("participant")
    op.drop_index("ix_member_account", table_name="member")
    op.drop_table("member")
    op.drop_index("ux_login_token", table_name="login")
    op.drop_index("ix_login_expires", table_name="login")
    op.drop_index("ix_login_account", table_name="login")
    op.drop_table("login")
    op.drop_index("ux_link_token", table_name="link")
    op.drop_index("ix_link_workspace", table_name="link")
    op.drop_index("ix_link_account", table_name="link")
    op.drop_table("link")
    op.drop_index("ux_api_token_token", table_name="api_token")
    op.drop_index("ix_api_token_account", table_name="api_token")
    op.drop_table("api_token")
    op.drop_table("workspace")
    op.drop_index("ix_journal_workspace", table_name="journal_entry")
    op.drop_index("ix_journal_type", table_name="journal_entry")
    op.drop_index("ix_journal_age", table_name="journal_entry")
    op.drop_table("journal_entry")
    op.drop_index("ux_account_identity", table_name="account")
    op.drop_index("ux_account_email", table_name="account")
    op.drop_table("account")
