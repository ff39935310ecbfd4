"""Whether an order complains about an office itself 处投诉, and the limits of findings that a place set.

Nothing older says what an order complains about: those of before count as others.
"""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    no = sa.false()
    op.add_column("order_fact", sa.Column("about_office", sa.Boolean(), nullable=False, server_default=no))
    op.create_table(
        "finding_limit",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by", sa.String(64), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("finding_limit")
    with op.batch_alter_table("order_fact") as table:
        table.drop_column("about_office")
