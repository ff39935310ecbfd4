"""With which roots a platform's certificate is checked; since when, in real time, a refused record is kept."""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was refused before counts from its business time, which in a live system is the real one."""
    op.add_column("return_target", sa.Column("ca_file", sa.String(100), nullable=False, server_default=""))
    op.add_column("feed_reject", sa.Column("kept_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE feed_reject SET kept_at = at")
    op.create_index("ix_feed_reject_kept_at", "feed_reject", ["kept_at"])
    op.create_index("ix_return_attempt_age", "return_attempt", ["begun_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_return_attempt_age", "return_attempt")
    op.drop_index("ix_feed_reject_kept_at", "feed_reject")
    with op.batch_alter_table("feed_reject") as table:
        table.drop_column("kept_at")
    with op.batch_alter_table("return_target") as table:
        table.drop_column("ca_file")
