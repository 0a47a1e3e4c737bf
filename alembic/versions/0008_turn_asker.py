"""Store who asked for a turn, and delete links that their makers may no longer grant."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("turn", sa.Column("asker_id", sa.Text))
    # Only turns that have not ended need it.
    op.execute(
        """
        UPDATE turn SET asker_id = (SELECT author_id FROM chat_message WHERE chat_message.id = turn.user_message_id)
        WHERE status IN ('queued', 'running', 'waiting')
        """
    )
    op.execute(
        """
        DELETE FROM link WHERE created_by IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM member
            WHERE member.workspace_id = link.workspace_id AND member.user_id = link.created_by AND (
                member.role = 'owner' OR (member.role = 'admin' AND link.purpose = 'invite' AND link.role <> 'owner')
            )
        )
        """
    )


def downgrade() -> None:
    op.drop_column("turn", "asker_id")
