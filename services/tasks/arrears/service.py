"""Use cases of a debt: registered, disputed, planned and paid, each written into the history of its task."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete

from services.tasks.acts import Act
from services.tasks.arrears import repository
from services.tasks.arrears.domain import (
    KIND,
    Instalment,
    check_debt,
    check_past,
    check_plan,
    proven_wrong,
    to_fen,
    to_yuan,
)
from services.tasks.arrears.repository import Account
from services.tasks.attachments.evidence import require_evidence
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.by_hand import Entry, register_by_hand
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_permits import unit_acting
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import Held
from services.tasks.ledger.service import move_task
from services.tasks.models import DebtRow, InstalmentRow, PaymentRow, TaskRow
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtOrder:
    """A debt as somebody enters it.

    Attributes:
        unit: Who owes it.
        creditor: Code of the enterprise; never its name, since titles and events carry none.
        amount: In yuan, two places.
        arisen_on: The day from which it was owed.
        source: Where it was found: a code of `domain.SOURCES`.
        assign: Hand it out 交办 at once.
        client_ref: A word of the sender by which a repeat is known.
    """

    unit: str
    creditor: str
    amount: Decimal
    arisen_on: date
    source: str
    source_ref: str | None = None
    body: str = ""
    disputed: bool = False
    dispute_reason: str = ""
    deadline: date | None = None
    assign: bool = False
    client_ref: str | None = None


async def register_debt(tx: Tx, said: DebtOrder, act: Act) -> TaskRow:
    """Register a debt, as a supervisor; a repeat under the same `client_ref` changes nothing.

    Raises:
        Conflict: `client_ref` stands for another task.
        Forbidden: Somebody else asks.
        Invalid: The amount, the creditor, the source, the unit or a day makes no sense.
    """
    check_debt(said.creditor, said.source, said.arisen_on, local_date(act.at))
    amount = to_fen(said.amount)
    _check_reason(said.dispute_reason, disputed=said.disputed)
    task = await register_by_hand(tx, _entry(said), act)
    await tx.session.flush()
    if await tx.session.get(DebtRow, task.id) is not None:
        return task
    row = DebtRow(task_id=task.id, creditor=said.creditor, amount=amount, disputed=said.disputed)
    row.dispute_reason, row.arisen_on, row.registered_at = said.dispute_reason.strip(), said.arisen_on, act.at
    row.found_after = proven_wrong(await repository.zero_months(tx.session, said.unit), said.arisen_on)
    row.judicial_proof = row.reply = row.look_back = ""
    tx.session.add(row)
    await tx.session.flush()
    if said.assign:
        await move_task(tx, MoveCommand(task_id=task.id, move=Move.ASSIGN), act)
    return task


def _entry(said: DebtOrder) -> Entry:
    return Entry(
        kind=KIND,
        title=f"清偿拖欠企业 {said.creditor} 账款",
        body=said.body,
        units=(("lead", said.unit),),
        source=said.source,
        source_ref=said.source_ref,
        deadline=said.deadline,
        client_ref=said.client_ref,
    )


def _check_reason(reason: str, *, disputed: bool) -> None:
    if disputed and not reason.strip():
        raise Invalid("有分歧的欠款须说明分歧所在", code="arrears.reason_missing", field="dispute_reason")


async def hold_debt(tx: Tx, task_id: str) -> tuple[Held, Account]:
    """Load a debt for a change, and lock its task.

    Raises:
        NotFound: There is none.
    """
    held = await ledger.hold(tx.session, task_id)
    return held, await repository.account(tx.session, task_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Whether a debt is disputed 有分歧, and where."""

    disputed: bool
    reason: str = ""
    on_behalf_of: str | None = None


async def set_dispute(tx: Tx, task_id: str, said: Dispute, act: Act) -> DebtRow:
    """Say whether a debt is disputed 有分歧 / 无分歧, and why, as the head of its unit or a supervisor.

    Raises:
        NotFound: There is no such debt.
        Forbidden: Somebody else asks.
        Invalid: A disputed debt lacks the reason.
    """
    held, account = await hold_debt(tx, task_id)
    unit = unit_acting(act.actor, held.task.answering_unit, said.on_behalf_of, word="认定欠款分歧")
    _check_reason(said.reason, disputed=said.disputed)
    row, deed = account.row, await begin(tx, act)
    changes = {"disputed": [row.disputed, said.disputed]}
    row.disputed, row.dispute_reason = said.disputed, said.reason.strip()
    note(deed, held, Note(step="arrears.dispute", unit=unit, reason=said.reason, changes=changes))
    settle(deed, held)
    return row


async def agree_plan(
    tx: Tx, task_id: str, plan: Sequence[tuple[date, Decimal]], act: Act, *, on_behalf_of: str | None = None
) -> None:
    """Put a plan of instalments 还款计划 for all that is still owed in the place of any earlier one.

    Raises:
        NotFound: There is no such debt.
        Forbidden: Somebody else than the unit's head or a supervisor asks.
        Invalid: The instalments do not add up to the balance, or end later than 60 days after the registration.
    """
    held, account = await hold_debt(tx, task_id)
    unit = unit_acting(act.actor, held.task.answering_unit, on_behalf_of, word="填报还款计划")
    deed = await begin(tx, act)
    paid = account.paid_by(local_date(act.at))
    wanted = [Instalment(day, to_fen(amount, field="instalments")) for day, amount in plan]
    row = account.row
    check_plan(
        wanted,
        balance=row.amount - paid,
        registered_at=row.registered_at,
        calendar=deed.terms.calendar,
    )
    before = [[one.due_on.isoformat(), to_yuan(one.amount)] for one in account.agreed]
    after = [[one.due_on.isoformat(), to_yuan(one.amount)] for one in wanted]
    await tx.session.execute(delete(InstalmentRow).where(InstalmentRow.task_id == task_id))
    tx.session.add_all(_instalments(task_id, wanted, paid))
    await tx.session.flush()
    note(deed, held, Note(step="arrears.plan", unit=unit, changes={"instalments": [before, after]}))
    settle(deed, held)


def _instalments(task_id: str, wanted: Sequence[Instalment], paid: int) -> list[InstalmentRow]:
    """Make the rows of a plan; what was paid before it counts as its part of the number 0, due then."""
    done = [InstalmentRow(task_id=task_id, number=0, due_on=wanted[0].due_on, amount=paid)] if paid else []
    return done + [
        InstalmentRow(task_id=task_id, number=number, due_on=one.due_on, amount=one.amount)
        for number, one in enumerate(wanted, 1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as somebody enters it; `voucher` is an attachment id or a paper's number, and is entered once."""

    amount: Decimal
    paid_on: date
    voucher: str
    on_behalf_of: str | None = None


async def pay(tx: Tx, task_id: str, said: Payment, act: Act) -> PaymentRow:
    """Enter a payment, as the head of the unit or a supervisor; the same voucher again changes nothing.

    Raises:
        NotFound: There is no such debt.
        Conflict: The voucher stands for another payment, or more is paid than is owed.
        Forbidden: Somebody else asks.
        Invalid: The amount, the day or the voucher makes no sense.
    """
    held, account = await hold_debt(tx, task_id)
    unit = unit_acting(act.actor, held.task.answering_unit, said.on_behalf_of, word="登记清偿")
    amount = to_fen(said.amount)
    check_past(said.paid_on, local_date(act.at), field="paid_on")
    if known := _known(account, said, amount):
        return known
    await require_evidence(tx.session, task_id, [said.voucher], field="voucher")
    paid = sum(one.amount for one in account.payments) + amount
    if paid > account.row.amount:
        owed = to_yuan(account.row.amount - paid + amount)
        message = f"清偿金额 {to_yuan(amount)} 元超过欠款余额 {owed} 元，请核对"
        raise Conflict(message, code="arrears.overpaid", field="amount", balance=owed)
    deed, number = await begin(tx, act), len(account.payments) + 1
    row = PaymentRow(task_id=task_id, number=number, paid_on=said.paid_on, amount=amount)
    row.voucher, row.entered_at, row.entered_by = said.voucher.strip(), act.entered_at, act.actor.id
    tx.session.add(row)
    old, held.task.progress = held.task.progress, paid * 100 // account.row.amount
    changes = {"paid": to_yuan(amount), "progress": [old, held.task.progress], "voucher": row.voucher}
    note(deed, held, Note(step="arrears.pay", unit=unit, changes=changes))
    settle(deed, held)
    return row


def _known(account: Account, said: Payment, amount: int) -> PaymentRow | None:
    voucher = said.voucher.strip()
    if not voucher:
        message = "登记清偿须附凭证（附件编号或文号）"
        raise Invalid(message, code="arrears.voucher_missing", field="voucher")
    for one in account.payments:
        if one.voucher == voucher and (one.amount, one.paid_on) == (amount, said.paid_on):
            return one
        if one.voucher == voucher:
            message = f"凭证 {voucher} 已登记过另一笔清偿（{one.paid_on}，{to_yuan(one.amount)} 元）"
            raise Conflict(message, code="arrears.voucher_taken", field="voucher")
    return None
