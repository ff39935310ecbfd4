"""Units that are renamed, merged or hand over: orders, names by date. Names known so far hold from the beginning."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0004"
down_revision = "0003"

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    op.create_table(
        "unit_change",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("to_unit", sa.String(length=64), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("ordered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("applied_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["to_unit"],
            ["unit.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("unit_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_change_state"), ["state"], unique=False)

    op.create_table(
        "unit_name",
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("since", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "since"),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("successor", sa.String(length=64), nullable=True))
    since = sa.bindparam("since", BEGINNING, type_=shared.tables.UtcDateTime())
    op.execute(
        sa.text("INSERT INTO unit_name (unit_id, since, name) SELECT id, :since, name FROM unit").bindparams(
            since
        )
    )


def downgrade() -> None:
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_column("successor")
        batch_op.drop_column("ended_on")

    op.drop_table("unit_name")
    with op.batch_alter_table("unit_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_change_state"))

    op.drop_table("unit_change")
