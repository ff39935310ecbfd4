"""Daily anchors of the archive, and where it begins once retention has removed its oldest entries."""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables and the columns."""
    with op.batch_alter_table("archive_chain") as table:
        table.add_column(sa.Column("base_position", sa.BigInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("base_hash", sa.LargeBinary(32), nullable=True))
    chain = sa.table("archive_chain", sa.column("base_hash", sa.LargeBinary()))
    op.execute(chain.update().values(base_hash=bytes(32)))
    with op.batch_alter_table("archive_chain") as table:
        table.alter_column("base_hash", existing_type=sa.LargeBinary(32), nullable=False)
    op.create_table(
        "archive_anchor",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False, unique=True),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "archive_trimmed",
        sa.Column("stream", sa.String(32), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "archive_trim",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("archive_trim", "archive_trimmed", "archive_anchor"):
        op.drop_table(table)
    with op.batch_alter_table("archive_chain") as table:
        table.drop_column("base_hash")
        table.drop_column("base_position")
