"""The ledger of arrears as the API shows it: totals by unit with their check, and every debt; amounts in yuan."""

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.arrears import repository
from services.tasks.arrears.domain import COMPLAINT, FLAG_WORDS, Debt, Flag, Instalment, flags, to_yuan
from services.tasks.arrears.domain_ledger import Line, Sums, Total, add_up, total_ledger
from services.tasks.arrears.repository import Account
from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_sources import source_word
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.repository_queries import unit_names

FirstPayments = Mapping[str, Sequence[tuple[str, date]]]


class InstalmentView(BaseModel):
    """An instalment of the plan."""

    due_on: date
    amount: str


class PaymentView(BaseModel):
    """A payment."""

    paid_on: date
    amount: str
    voucher: str


class FlagView(BaseModel):
    """Something that is wrong with a debt."""

    flag: Flag
    word: str


class DebtView(BaseModel):
    """A debt in the detail ledger 明细台账; amounts are those of the ledger's day."""

    id: str
    title: str
    unit_id: str | None
    unit_name: str
    creditor: str
    source: str
    source_word: str
    source_ref: str | None
    amount: str
    paid: str
    balance: str
    disputed: bool
    dispute_reason: str
    arisen_on: date
    found_after: str | None
    verified_on: date | None
    judicial_on: date | None
    judicial_proof: str
    replied_on: date | None
    reply: str
    looked_back_on: date | None
    look_back: str
    deadline: date | None
    state: str
    state_word: str
    light: str
    instalments: list[InstalmentView]
    payments: list[PaymentView]
    flags: list[FlagView]
    revision: int


class SumsView(BaseModel):
    """Sums over debts; `left_out` counts those in court."""

    debts: int
    amount: str
    paid: str
    balance: str
    undisputed: str
    disputed: str
    left_out: int


class LineView(SumsView):
    """A unit's line of the total ledger 总账, held against what it reported; `message` names what does not agree."""

    unit_id: str
    unit_name: str
    reported_debts: int | None
    reported: str | None
    zero_report: bool
    difference: str | None
    agrees: bool
    message: str


class LedgerView(BaseModel):
    """Both ledgers as of `on`; `agrees` when the units' totals are the sum of the details."""

    month: str
    on: date
    agrees: bool
    total: SumsView
    reported: str
    difference: str
    units: list[LineView]
    debts: list[DebtView]


async def show_ledger(session: AsyncSession, month: str, on: date) -> LedgerView:
    """Show both ledgers of a month as of the day `on`, with all debts that were owed by then."""
    found = [one for one in await repository.accounts(session) if one.row.arisen_on <= on]
    first = await repository.first_payments(session)
    debts = [debt_of(one, first, on) for one in found]
    rows = await repository.reports_of_month(session, month)
    reports = {unit: Total(row.debts, row.amount) for unit, row in rows.items()}
    lines, total = total_ledger(debts, reports), add_up(debts)
    names = await unit_names(session, {line.unit for line in lines})
    reported = sum(one.balance for one in reports.values())
    return LedgerView(
        month=month,
        on=on,
        agrees=not any(line.message for line in lines),
        total=SumsView.model_validate(_sums(total)),
        reported=to_yuan(reported),
        difference=to_yuan(reported - total.balance),
        units=[_line(line, names) for line in lines],
        debts=[_debt(one, debt, names, on) for one, debt in zip(found, debts, strict=True)],
    )


async def show_debt(session: AsyncSession, task_id: str, on: date) -> DebtView:
    """Show one debt as of today."""
    account = await repository.account(session, task_id)
    debt = debt_of(account, await repository.first_payments(session), on)
    return _debt(account, debt, await unit_names(session, [debt.unit]), on)


def debt_of(account: Account, first: FirstPayments, on: date) -> Debt:
    """Read a debt as of a day."""
    row, task = account.row, account.task
    unit = str(task.answering_unit)
    others = [day for task_id, day in first.get(unit, ()) if task_id != task.id]
    return Debt(
        unit=unit,
        amount=row.amount,
        paid=account.paid_by(on),
        disputed=row.disputed,
        arisen_on=row.arisen_on,
        complaint=task.source == COMPLAINT,
        replied=row.replied_on is not None,
        judicial=row.judicial_on is not None and row.judicial_on <= on,
        closed=task.state == State.CLOSED,
        found_after=row.found_after,
        cleared_since=min(others, default=None),
        plan=tuple(Instalment(one.due_on, one.amount) for one in account.plan),
    )


def _debt(account: Account, debt: Debt, names: Mapping[str, str], on: date) -> DebtView:
    row, task = account.row, account.task
    said = {name: getattr(row, name) for name in DebtView.model_fields if hasattr(row, name)}
    of_task = {name: getattr(task, name) for name in DebtView.model_fields if hasattr(task, name)}
    amounts = {"amount": to_yuan(debt.amount), "paid": to_yuan(debt.paid), "balance": to_yuan(debt.balance)}
    words = {
        "unit_id": task.answering_unit,
        "unit_name": names.get(debt.unit, ""),
        "source_word": source_word(task.source),
        "state_word": kind_of(task.kind).state_word(State(task.state)),
        "instalments": [{"due_on": one.due_on, "amount": to_yuan(one.amount)} for one in account.agreed],
        "payments": [
            {"paid_on": one.paid_on, "amount": to_yuan(one.amount), "voucher": one.voucher}
            for one in account.payments
            if one.paid_on <= on
        ],
        "flags": [{"flag": flag, "word": FLAG_WORDS[flag]} for flag in flags(debt, on)],
    }
    return DebtView.model_validate(said | of_task | amounts | words)


def _sums(sums: Sums) -> dict[str, object]:
    amounts = ("amount", "paid", "balance", "undisputed", "disputed")
    return {
        "debts": sums.debts,
        "left_out": sums.left_out,
        **{name: to_yuan(getattr(sums, name)) for name in amounts},
    }


def _line(line: Line, names: Mapping[str, str]) -> LineView:
    report, difference = line.report, line.difference
    said = {
        "unit_id": line.unit,
        "unit_name": names.get(line.unit, ""),
        "reported_debts": report.debts if report else None,
        "reported": to_yuan(report.balance) if report else None,
        "zero_report": report is not None and report.balance == 0,
        "difference": None if difference is None else to_yuan(difference),
        "agrees": not line.message,
        "message": line.message,
    }
    return LineView.model_validate(_sums(line.sums) | said)
