"""Whether an order complains about an office itself 处投诉; nothing older says so, and orders of before count as others."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    no = sa.false()
    op.add_column("order_fact", sa.Column("about_office", sa.Boolean(), nullable=False, server_default=no))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("order_fact") as table:
        table.drop_column("about_office")
