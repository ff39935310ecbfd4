"""Steps of tasks: every word, so that a measure can be read as of any instant; what is known goes over.

Of facts from before only the last word is left, and when it was told is not known: it counts as told when the task got
where it stands, a registration or a clock from the beginning. `duban rebuild metrics` finds the whole history.
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0010"
down_revision = "0009"

COLUMNS = (
    "task_id, sequence, revision, kind, told_at, at, state, due_at, late, late_by_original, word, task_kind, "
    "plan_id, unit_id, in_year_scope"
)
BEGINNING = "'2000-01-01 00:00:00'"
KNOWN = (
    f"""SELECT task_id, sequence, revision, 'registered', {BEGINNING}, {BEGINNING}, '', due_at, {{false}}, NULL, '',
    kind, plan_id, answering_unit, in_year_scope FROM task""",
    """SELECT task_id, sequence, revision, 'submitted', submitted_at, submitted_at, 'submitted', NULL, {false}, NULL,
    '', '', NULL, NULL, {false} FROM task_submission""",
    """SELECT task_id, sequence, revision, state, since, COALESCE(done_at, since), state, NULL, late, NULL, '', '',
    NULL, NULL, {false} FROM task_state""",
    f"""SELECT task_id, sequence, revision, 'clock_started', {BEGINNING}, started_at, '', due_at, {{false}}, NULL,
    clock, '', NULL, NULL, {{false}} FROM clock_start WHERE clock IN ('finish', 'rectify')""",
    """SELECT task_id, sequence, revision, 'clock_stopped', stopped_at, stopped_at, '', NULL, {false}, NULL, clock, '',
    NULL, NULL, {false} FROM clock_stop WHERE clock IN ('finish', 'rectify')""",
    f"""SELECT task_id, sequence, revision, 'extension_' || decision, {BEGINNING}, {BEGINNING}, '', NULL, {{false}},
    NULL, clock, '', NULL, NULL, {{false}} FROM task_extension""",
    f"""SELECT task_id, sequence, revision, 'measure_' || state, {BEGINNING}, {BEGINNING}, '', NULL, {{false}}, NULL,
    measure, '', NULL, NULL, {{false}} FROM task_measure""",
)


def upgrade() -> None:
    """Make the table, and write what is known into it."""
    op.create_table(
        "task_step",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("late_by_original", sa.Boolean(), nullable=True),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("task_kind", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=True),
        sa.Column("unit_id", sa.String(length=64), nullable=True),
        sa.Column("in_year_scope", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "sequence"),
    )
    op.create_index("ix_task_step_kind_unit", "task_step", ["kind", "unit_id"])
    op.create_index("ix_task_step_kind_plan", "task_step", ["kind", "plan_id"])
    false = "0" if op.get_bind().dialect.name == "sqlite" else "false"
    for known in KNOWN:
        # Our own tables and literals; a word that is there twice is one event.
        rows = known.format(false=false)
        op.execute(f"INSERT INTO task_step ({COLUMNS}) {rows}{_from(known)} ON CONFLICT DO NOTHING")  # noqa: S608


def _from(known: str) -> str:
    """SQLite takes ON CONFLICT after a SELECT only behind a WHERE."""
    return "" if " WHERE " in known else " WHERE true"


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_task_step_kind_plan", "task_step")
    op.drop_index("ix_task_step_kind_unit", "task_step")
    op.drop_table("task_step")
