"""The vault with the log of who looked, and publications of ratings."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0006"
down_revision = "0005"
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "vault_key",
        sa.Column("person", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(length=61), nullable=False),
        sa.PrimaryKeyConstraint("person"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vault_entry",
        sa.Column("subject_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person", sa.LargeBinary(length=16), nullable=False),
        sa.Column("closed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "kind"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_vault_entry_person", "vault_entry", ["person"])
    op.create_index("ix_vault_entry_kept_at", "vault_entry", ["kept_at"])
    op.create_table(
        "vault_deed",
        sa.Column("id", POSITION, autoincrement=True, nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.String(length=200), nullable=False),
        sa.Column("kinds", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "publication",
        sa.Column("rating_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("item_code", sa.String(length=64), nullable=False),
        sa.Column("reasons", sa.String(length=200), nullable=False),
        sa.Column("rated_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("published_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rating_id"),
    )
    op.create_index("ix_publication_state", "publication", ["state", "published_at", "rating_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("publication")
    op.drop_table("vault_deed")
    op.drop_table("vault_entry")
    op.drop_table("vault_key")
