"""Rectifications of bad ratings, the dispatch directory, codes of units, and 办件 whose limit passed."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make their tables."""
    op.create_table('rectification_rule',
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('set_by', sa.Text(), nullable=False),
    sa.Column('set_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entered_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('region', 'version')
    )
    op.create_table('dispatch_rule',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('item', sa.String(length=64), nullable=False),
    sa.Column('unit_code', sa.String(length=64), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('set_by', sa.Text(), nullable=False),
    sa.Column('set_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_dispatch_rule_code', 'dispatch_rule', ['unit_code', 'starts_on'], unique=False)
    op.create_table('unit_code',
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('set_by', sa.Text(), nullable=False),
    sa.Column('set_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], ),
    sa.PrimaryKeyConstraint('code')
    )
    op.create_index(op.f('ix_unit_code_unit_id'), 'unit_code', ['unit_id'], unique=False)
    op.create_table('monitored_service',
    sa.Column('service_id', sa.Text(), nullable=False),
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('unit_code', sa.Text(), nullable=False),
    sa.Column('item_code', sa.Text(), nullable=False),
    sa.Column('due_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('noticed_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.PrimaryKeyConstraint('service_id'),
    sa.UniqueConstraint('task_id')
    )
    op.create_table('rectification',
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('rating_id', sa.Text(), nullable=False),
    sa.Column('source_id', sa.Text(), nullable=False),
    sa.Column('project_no', sa.Text(), nullable=False),
    sa.Column('service_number', sa.Integer(), nullable=False),
    sa.Column('unit_code', sa.Text(), nullable=False),
    sa.Column('item_code', sa.Text(), nullable=False),
    sa.Column('region_code', sa.Text(), nullable=False),
    sa.Column('hall', sa.Text(), nullable=False),
    sa.Column('window', sa.Text(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('is_named', sa.Boolean(), nullable=False),
    sa.Column('rated_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('opened_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('rated_unit', sa.String(length=64), nullable=True),
    sa.Column('dispatched_by', sa.String(length=64), nullable=False),
    sa.Column('call_back', sa.Boolean(), nullable=False),
    sa.Column('stage', sa.String(length=16), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('grade', sa.String(length=16), nullable=False),
    sa.Column('rules_region', sa.String(length=64), nullable=False),
    sa.Column('rules_version', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=16), nullable=True),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('proposed', sa.String(length=16), nullable=True),
    sa.Column('proposed_by', sa.Text(), nullable=True),
    sa.Column('first_judge', sa.Text(), nullable=True),
    sa.Column('judges', sa.JSON(), nullable=False),
    sa.Column('refused', sa.Boolean(), nullable=False),
    sa.Column('appeal_side', sa.String(length=16), nullable=True),
    sa.Column('stage_before', sa.String(length=16), nullable=True),
    sa.Column('mode', sa.String(length=16), nullable=True),
    sa.Column('measures', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('ledger_due', sa.Date(), nullable=True),
    sa.Column('rectified_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=True),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('replied_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.PrimaryKeyConstraint('task_id'),
    sa.UniqueConstraint('rating_id')
    )
    op.create_index(op.f('ix_rectification_rated_unit'), 'rectification', ['rated_unit'], unique=False)
    op.create_index('ix_rectification_service', 'rectification', ['project_no', 'service_number', 'source_id'], unique=False)
    op.create_index('ix_rectification_stage', 'rectification', ['stage', 'task_id'], unique=False)
    op.create_table('rectification_call_back',
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('reached', sa.Boolean(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['rectification.task_id'], ),
    sa.PrimaryKeyConstraint('task_id', 'number')
    )
    op.create_table('rectification_rating',
    sa.Column('rating_id', sa.Text(), nullable=False),
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('assessment_number', sa.Integer(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('is_named', sa.Boolean(), nullable=False),
    sa.Column('rated_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('joined_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['rectification.task_id'], ),
    sa.PrimaryKeyConstraint('rating_id')
    )
    op.create_index(op.f('ix_rectification_rating_task_id'), 'rectification_rating', ['task_id'], unique=False)
    op.create_table('rectification_step',
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('from_stage', sa.String(length=16), nullable=False),
    sa.Column('to_stage', sa.String(length=16), nullable=False),
    sa.Column('at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entered_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['rectification.task_id'], ),
    sa.PrimaryKeyConstraint('task_id', 'number')
    )
    op.add_column('task_clock', sa.Column('workdays', sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column('task_clock', 'workdays')
    op.drop_table('rectification_step')
    op.drop_index(op.f('ix_rectification_rating_task_id'), table_name='rectification_rating')
    op.drop_table('rectification_rating')
    op.drop_table('rectification_call_back')
    op.drop_index('ix_rectification_stage', table_name='rectification')
    op.drop_index('ix_rectification_service', table_name='rectification')
    op.drop_index(op.f('ix_rectification_rated_unit'), table_name='rectification')
    op.drop_table('rectification')
    op.drop_table('monitored_service')
    op.drop_index(op.f('ix_unit_code_unit_id'), table_name='unit_code')
    op.drop_table('unit_code')
    op.drop_index('ix_dispatch_rule_code', table_name='dispatch_rule')
    op.drop_table('dispatch_rule')
    op.drop_table('rectification_rule')
