"""Orders of the hotline 12345, their directory and proposals, the knowledge base; limits of hours on clocks."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the tables."""
    op.create_table('hotline_order_fact',
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reached', sa.Boolean(), nullable=True),
    sa.Column('resolved', sa.String(length=8), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('order_id', 'kind', 'number')
    )
    op.create_table('order_rule',
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('set_by', sa.Text(), nullable=False),
    sa.Column('set_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entered_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('region', 'version')
    )
    op.create_table('knowledge',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('edited_by', sa.Text(), nullable=False),
    sa.Column('edited_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reviewed_by', sa.Text(), nullable=False),
    sa.Column('reviewed_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_knowledge_unit', 'knowledge', ['unit_id', 'title'], unique=False)
    op.create_table('order_directory',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('category_1', sa.Text(), nullable=False),
    sa.Column('category_2', sa.Text(), nullable=False),
    sa.Column('category_3', sa.Text(), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('cooperating', sa.JSON(), nullable=False),
    sa.Column('delegated', sa.Boolean(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('set_by', sa.Text(), nullable=False),
    sa.Column('set_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_order_directory_category', 'order_directory', ['category_1', 'starts_on'], unique=False)
    op.create_table('hotline_order',
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('source_id', sa.Text(), nullable=False),
    sa.Column('order_no', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('category_1', sa.Text(), nullable=False),
    sa.Column('region_code', sa.Text(), nullable=False),
    sa.Column('unit_code', sa.Text(), nullable=False),
    sa.Column('enterprise', sa.Boolean(), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('caller', sa.Text(), nullable=False),
    sa.Column('repeats', sa.Text(), nullable=False),
    sa.Column('is_named', sa.Boolean(), nullable=False),
    sa.Column('received_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('rules_region', sa.String(length=64), nullable=False),
    sa.Column('rules_version', sa.Integer(), nullable=False),
    sa.Column('hop', sa.Integer(), nullable=False),
    sa.Column('blocked', sa.String(length=16), nullable=False),
    sa.Column('dispatched_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('contact_due_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('return_due_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('contacted_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('contact_late', sa.Boolean(), nullable=True),
    sa.Column('answered_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answer_late', sa.Boolean(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('resolved', sa.String(length=8), nullable=True),
    sa.Column('closed_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('urged', sa.Integer(), nullable=False),
    sa.Column('recalled_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('refusal', sa.String(length=32), nullable=False),
    sa.Column('merged_into', sa.String(length=64), nullable=True),
    sa.Column('hard', sa.String(length=16), nullable=False),
    sa.Column('industry_unit', sa.String(length=64), nullable=True),
    sa.Column('visit', sa.String(length=16), nullable=False),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('excluded', sa.String(length=32), nullable=False),
    sa.Column('excluded_by', sa.Text(), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.PrimaryKeyConstraint('order_id'),
    sa.UniqueConstraint('task_id')
    )
    op.create_index('ix_hotline_order_blocked', 'hotline_order', ['blocked', 'received_at'], unique=False)
    op.create_index('ix_hotline_order_caller', 'hotline_order', ['caller', 'source_id'], unique=False)
    op.create_index('ix_hotline_order_category', 'hotline_order', ['category_1', 'received_at'], unique=False)
    op.create_index('ix_hotline_order_hard', 'hotline_order', ['hard', 'task_id'], unique=False)
    op.create_index('ix_hotline_order_merged', 'hotline_order', ['merged_into'], unique=False)
    op.create_index('ix_hotline_order_number', 'hotline_order', ['source_id', 'order_no'], unique=False)
    op.create_index('ix_hotline_order_received', 'hotline_order', ['received_at', 'kind'], unique=False)
    op.create_index('ix_hotline_order_visit', 'hotline_order', ['visit', 'task_id'], unique=False)
    op.create_table('hotline_order_hop',
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('cooperating', sa.JSON(), nullable=False),
    sa.Column('how', sa.String(length=16), nullable=False),
    sa.Column('rule_id', sa.String(length=64), nullable=True),
    sa.Column('at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('due_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('returned_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('returned_by', sa.Text(), nullable=False),
    sa.Column('return_reason', sa.String(length=32), nullable=False),
    sa.Column('return_note', sa.Text(), nullable=False),
    sa.Column('granted', sa.Boolean(), nullable=True),
    sa.Column('decided_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=False),
    sa.Column('opinion', sa.Text(), nullable=False),
    sa.Column('refusals', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], ),
    sa.PrimaryKeyConstraint('task_id', 'number')
    )
    op.create_index('ix_hotline_order_hop_first', 'hotline_order_hop', ['number', 'at'], unique=False)
    op.create_index('ix_hotline_order_hop_unit', 'hotline_order_hop', ['unit_id', 'at'], unique=False)
    op.create_table('hotline_order_step',
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entered_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.PrimaryKeyConstraint('task_id', 'number')
    )
    op.create_table('hotline_order_visit',
    sa.Column('task_id', sa.String(length=64), nullable=False),
    sa.Column('attempt', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('reached', sa.Boolean(), nullable=False),
    sa.Column('resolved', sa.String(length=8), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.PrimaryKeyConstraint('task_id', 'attempt')
    )
    op.create_table('order_proposal',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('orders', sa.JSON(), nullable=False),
    sa.Column('inputs', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('proposed_at', shared.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', shared.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=False),
    sa.Column('decided_by_name', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('task_id', sa.String(length=64), nullable=True),
    sa.Column('referred_to', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_order_proposal_about', 'order_proposal', ['kind', 'about', 'state'], unique=False)
    op.create_index('ix_order_proposal_state', 'order_proposal', ['state', 'proposed_at'], unique=False)
    op.add_column('task_clock', sa.Column('hours', sa.Integer(), nullable=True))
    op.add_column('task_clock', sa.Column('extension_workdays', sa.Integer(), nullable=True))
    op.add_column('task_clock', sa.Column('extensions', sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column('task_clock', 'extensions')
    op.drop_column('task_clock', 'extension_workdays')
    op.drop_column('task_clock', 'hours')
    op.drop_index('ix_order_proposal_state', table_name='order_proposal')
    op.drop_index('ix_order_proposal_about', table_name='order_proposal')
    op.drop_table('order_proposal')
    op.drop_table('hotline_order_visit')
    op.drop_table('hotline_order_step')
    op.drop_index('ix_hotline_order_hop_unit', table_name='hotline_order_hop')
    op.drop_index('ix_hotline_order_hop_first', table_name='hotline_order_hop')
    op.drop_table('hotline_order_hop')
    op.drop_index('ix_hotline_order_visit', table_name='hotline_order')
    op.drop_index('ix_hotline_order_received', table_name='hotline_order')
    op.drop_index('ix_hotline_order_number', table_name='hotline_order')
    op.drop_index('ix_hotline_order_merged', table_name='hotline_order')
    op.drop_index('ix_hotline_order_hard', table_name='hotline_order')
    op.drop_index('ix_hotline_order_category', table_name='hotline_order')
    op.drop_index('ix_hotline_order_caller', table_name='hotline_order')
    op.drop_index('ix_hotline_order_blocked', table_name='hotline_order')
    op.drop_table('hotline_order')
    op.drop_index('ix_order_directory_category', table_name='order_directory')
    op.drop_table('order_directory')
    op.drop_index('ix_knowledge_unit', table_name='knowledge')
    op.drop_table('knowledge')
    op.drop_table('order_rule')
    op.drop_table('hotline_order_fact')
