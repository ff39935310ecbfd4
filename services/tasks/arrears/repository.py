"""Debts with their plans and payments, and the units' reports, in the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain import State
from services.tasks.ledger.repository import batches
from services.tasks.models import ArrearsReportRow, DebtRow, InstalmentRow, PaymentRow, TaskRow
from shared.errors import NotFound


@dataclass(slots=True)
class Account:
    """A debt with its task, its plan and its payments, in their order."""

    row: DebtRow
    task: TaskRow
    plan: list[InstalmentRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)

    @property
    def agreed(self) -> list[InstalmentRow]:
        """The instalments that people agreed on; number 0 is what had been paid before, so that both add up."""
        return [one for one in self.plan if one.number]

    def paid_by(self, day: date) -> int:
        """Give what was paid until the end of a day, in 分."""
        return sum(one.amount for one in self.payments if one.paid_on <= day)


async def accounts(session: AsyncSession, ids: Sequence[str] | None = None) -> list[Account]:
    """Read debts, or all that were not cancelled, in the ledger's order."""
    stated = select(DebtRow, TaskRow).join(TaskRow, TaskRow.id == DebtRow.task_id)
    stated = (
        stated.where(TaskRow.state != State.CANCELLED)
        if ids is None
        else stated.where(DebtRow.task_id.in_(ids))
    )
    found = {
        row.task_id: Account(row, task)
        for row, task in await session.execute(stated.order_by(TaskRow.sort_key))
    }
    for chunk in batches(found):
        plans = select(InstalmentRow).where(InstalmentRow.task_id.in_(chunk)).order_by(InstalmentRow.number)
        for instalment in await session.scalars(plans):
            found[instalment.task_id].plan.append(instalment)
        payments = select(PaymentRow).where(PaymentRow.task_id.in_(chunk)).order_by(PaymentRow.number)
        for payment in await session.scalars(payments):
            found[payment.task_id].payments.append(payment)
    return list(found.values())


async def account(session: AsyncSession, task_id: str) -> Account:
    """Read one debt.

    Raises:
        NotFound: There is none.
    """
    found = await accounts(session, [task_id])
    if not found:
        raise NotFound(f"没有编号为 {task_id} 的欠款，请核对", code="arrears.not_found", field="id")
    return found[0]


async def first_payments(session: AsyncSession) -> dict[str, list[tuple[str, date]]]:
    """Read by unit on which day it first paid which of its debts."""
    stated = (
        select(TaskRow.answering_unit, PaymentRow.task_id, func.min(PaymentRow.paid_on))
        .join(TaskRow, TaskRow.id == PaymentRow.task_id)
        .group_by(TaskRow.answering_unit, PaymentRow.task_id)
    )
    found: dict[str, list[tuple[str, date]]] = {}
    for unit, task_id, day in await session.execute(stated):
        found.setdefault(str(unit), []).append((task_id, day))
    return found


async def reports_of_month(session: AsyncSession, month: str) -> dict[str, ArrearsReportRow]:
    """Read what units reported for a month, by unit."""
    stated = select(ArrearsReportRow).where(ArrearsReportRow.month == month)
    return {row.unit_id: row for row in await session.scalars(stated)}


async def zero_months(session: AsyncSession, unit_id: str) -> Sequence[str]:
    """Read the months for which a unit reported no arrears."""
    stated = select(ArrearsReportRow.month).where(
        ArrearsReportRow.unit_id == unit_id, ArrearsReportRow.amount == 0
    )
    return (await session.scalars(stated)).all()
