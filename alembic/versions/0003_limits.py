"""Sessions are counted by who made them."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_session_creator", "chat_session", ["creator_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_session_creator", table_name="chat_session")
