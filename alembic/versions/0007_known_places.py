"""Remember the browsers and networks in which people sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "known_place",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.CheckConstraint("kind IN ('device', 'network')", name="ck_kind"),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "kind", "key_hash"),
    )
    op.create_index("ix_known_place_key", "known_place", ["key_hash"])
    op.create_index("ix_known_place_used", "known_place", ["used_at"])


def downgrade() -> None:
    op.drop_index("ix_known_place_used", table_name="known_place")
    op.drop_index("ix_known_place_key", table_name="known_place")
    op.drop_table("known_place")
