"""The light rule that people choose, with its date."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table('light_choice',
    sa.Column('since', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('rule', sa.String(length=64), nullable=False),
    sa.Column('chosen_by', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('since')
    )


def downgrade() -> None:
    op.drop_table('light_choice')
