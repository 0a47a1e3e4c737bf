"""People have preferences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("account", sa.Column("preferences", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("account", "preferences")
