"""The registry in full: parts of units, reports, extensions, chains of reviews, snapshots.

What is assigned already gets the parts of its units; the snapshots begin with this version.
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0002"
down_revision = "0001"

PARTS_OF_ASSIGNED_TASKS = """
INSERT INTO task_part (task_id, unit_id, state, progress)
SELECT DISTINCT task.id, unit.id,
    CASE WHEN task.state = 'closed' THEN 'passed'
         WHEN unit.id <> task.answering_unit THEN 'assigned'
         WHEN task.state = 'verified' THEN 'submitted'
         ELSE task.state END,
    CASE WHEN unit.id = task.answering_unit THEN task.progress ELSE 0 END
FROM task JOIN task_unit ON task_unit.task_id = task.id JOIN unit ON unit.id = task_unit.unit_id
WHERE task.state <> 'registered' AND task_unit.role <> 'cooperating' AND NOT unit.collective
"""


def upgrade() -> None:
    op.create_table('plan_rule',
    sa.Column('plan_id', sa.String(length=64), nullable=False),
    sa.Column('reviews', sa.JSON(), nullable=False),
    sa.Column('authority', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['authority'], ['unit.id'], ),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], ),
    sa.PrimaryKeyConstraint('plan_id')
    )
    op.create_table('extension',
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('clock', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('asked_by', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('asked_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('old_due_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('wanted_on', sa.Date(), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('opinion', sa.Text(), nullable=False),
    sa.Column('granted_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.PrimaryKeyConstraint('task_id', 'number')
    )
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extension_state'), ['state'], unique=False)

    op.create_table('task_part',
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('progress', sa.Integer(), nullable=False),
    sa.Column('signed_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reported_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('submitted_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], ),
    sa.PrimaryKeyConstraint('task_id', 'unit_id')
    )
    with op.batch_alter_table('task_part', schema=None) as batch_op:
        batch_op.create_index('ix_task_part_unit', ['unit_id', 'state', 'task_id'], unique=False)

    op.create_table('task_report',
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('progress', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('next_step', sa.Text(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.PrimaryKeyConstraint('task_id', 'revision')
    )
    with op.batch_alter_table('task_report', schema=None) as batch_op:
        batch_op.create_index('ix_task_report_unit', ['unit_id', 'at'], unique=False)

    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source_ref', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('level', sa.String(length=16), server_default='normal', nullable=False))
        batch_op.add_column(sa.Column('parent_id', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('deadline_set', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('units_set', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('suspended_from', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('reviews_passed', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_index(batch_op.f('ix_task_parent_id'), ['parent_id'], unique=False)

    with op.batch_alter_table('task_revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('unit_id', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('snapshot', sa.JSON(none_as_null=True), nullable=True))
    op.execute(PARTS_OF_ASSIGNED_TASKS)


def downgrade() -> None:
    with op.batch_alter_table('task_revision', schema=None) as batch_op:
        batch_op.drop_column('snapshot')
        batch_op.drop_column('unit_id')

    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_parent_id'))
        batch_op.drop_column('reviews_passed')
        batch_op.drop_column('suspended_from')
        batch_op.drop_column('deadline_set')
        batch_op.drop_column('units_set')
        batch_op.drop_column('parent_id')
        batch_op.drop_column('level')
        batch_op.drop_column('source_ref')

    with op.batch_alter_table('task_report', schema=None) as batch_op:
        batch_op.drop_index('ix_task_report_unit')

    op.drop_table('task_report')
    with op.batch_alter_table('task_part', schema=None) as batch_op:
        batch_op.drop_index('ix_task_part_unit')

    op.drop_table('task_part')
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_extension_state'))

    op.drop_table('extension')
    op.drop_table('plan_rule')
