"""Results of approvals in the database: the records with their steps, and the rules of claims."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.approvals.domain import UNCLAIMED, Known
from services.tasks.approvals.domain_rules import Rules, read_rules, shipped
from services.tasks.models import ApprovalRow, ApprovalRuleRow, ApprovalStepRow
from shared.errors import NotFound


async def get_record(session: AsyncSession, record_id: str, *, lock: bool = False) -> ApprovalRow:
    """Read a record, as it is under the lock where one is wanted.

    Raises:
        NotFound: There is none.
    """
    stated = select(ApprovalRow).where(ApprovalRow.id == record_id)
    if lock:
        stated = stated.with_for_update().execution_options(populate_existing=True)
    row = await session.scalar(stated)
    if row is None:
        message = f"没有编号为 {record_id} 的审批结果，请核对（GET /approvals）"
        raise NotFound(message, code="approval.not_found", field="id")
    return row


async def versions_of(session: AsyncSession, approval_id: str) -> Sequence[ApprovalRow]:
    """Read the results of an approval, the first version first; their rows are locked."""
    stated = select(ApprovalRow).where(ApprovalRow.approval_id == approval_id)
    return (await session.scalars(stated.order_by(ApprovalRow.version).with_for_update())).all()


async def amended_by(session: AsyncSession, approval_id: str) -> list[Known]:
    """Read what came of the approval that another one amends."""
    if not approval_id:
        return []
    stated = select(ApprovalRow).where(ApprovalRow.approval_id == approval_id)
    return [known_of(row, same=False) for row in await session.scalars(stated)]


def known_of(row: ApprovalRow, *, same: bool = True) -> Known:
    """Give a record as the decisions about others see it."""
    return Known(row.version, row.state, row.unit_id, row.claimed_at, same)


async def unclaimed(session: AsyncSession) -> Sequence[ApprovalRow]:
    """Read the records that wait for somebody; their rows are locked."""
    stated = select(ApprovalRow).where(ApprovalRow.state.in_([*UNCLAIMED]))
    return (await session.scalars(stated.order_by(ApprovalRow.id).with_for_update())).all()


async def steps_of(session: AsyncSession, record_id: str) -> Sequence[ApprovalStepRow]:
    """Read the steps of a record in order."""
    stated = select(ApprovalStepRow).where(ApprovalStepRow.record_id == record_id)
    return (await session.scalars(stated.order_by(ApprovalStepRow.number))).all()


async def rule_rows(session: AsyncSession) -> Sequence[ApprovalRuleRow]:
    """Read the versions of the rules that people set, in order."""
    return (await session.scalars(select(ApprovalRuleRow).order_by(ApprovalRuleRow.version))).all()


async def rules_now(session: AsyncSession) -> Rules:
    """Read the rules that hold."""
    stated = select(ApprovalRuleRow).order_by(ApprovalRuleRow.version.desc()).limit(1)
    row = await session.scalar(stated)
    return shipped() if row is None else read_rules(row.rules)
