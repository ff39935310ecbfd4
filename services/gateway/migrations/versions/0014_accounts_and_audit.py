"""People with passwords, their sessions and second factors; the audit; keys with last use, rotation and a rate."""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0014"
down_revision = "0013"

_FORBIDDEN = "entries of the audit are only added"


def upgrade() -> None:
    """Make the tables."""
    _create_accounts()
    _create_sessions()
    _create_audit()
    for column in (
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("old_hash", sa.String(64), nullable=True),
        sa.Column("old_until", UtcDateTime(), nullable=True),
        sa.Column("per_minute", sa.Integer(), nullable=True),
    ):
        op.add_column("api_key", column)
    op.create_index("ix_api_key_old_hash", "api_key", ["old_hash"])


def _create_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("administrator", sa.String(20), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("password_set_at", UtcDateTime(), nullable=False),
        sa.Column("first_until", UtcDateTime(), nullable=True),
        sa.Column("first_used", sa.Boolean(), nullable=False),
        sa.Column("factor", sa.LargeBinary(), nullable=True),
        sa.Column("factor_new", sa.LargeBinary(), nullable=True),
        sa.Column("factor_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("last_login_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
        sa.UniqueConstraint("person"),
    )
    op.create_table(
        "account_former_password",
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "set_at"),
    )
    op.create_table(
        "account_recovery_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index("ix_account_recovery_code_account_id", "account_recovery_code", ["account_id"])
    op.create_table(
        "login_tries",
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_index("ix_login_tries_last_at", "login_tries", ["last_at"])


def _create_sessions() -> None:
    op.create_table(
        "login_session",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("factor_shown", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_login_session_account", "login_session", ["account_id", "expires_at"])


def _create_audit() -> None:
    entry = op.create_table(
        "audit_entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_entry_by", entry.name, ["by", "id"])
    op.create_index("ix_audit_entry_what", entry.name, ["what", "id"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.bulk_insert(head, [{"id": 1, "last_id": 0, "hash": ""}])
    _forbid_changes()


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_{deed.lower()} BEFORE {deed} ON audit_entry "
                f"BEGIN SELECT RAISE(ABORT, '{_FORBIDDEN}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_FORBIDDEN}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()"
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("ix_api_key_old_hash", "api_key")
    for name in ("per_minute", "old_until", "old_hash", "last_used_at"):
        op.drop_column("api_key", name)
    for name in (
        "audit_head",
        "audit_entry",
        "login_session",
        "login_tries",
        "account_recovery_code",
        "account_former_password",
        "account",
    ):
        op.drop_table(name)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_entry_stays()")
