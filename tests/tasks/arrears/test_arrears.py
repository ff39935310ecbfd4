"""Debts in the ledger: registered, planned, paid, in court, complained about and looked back at."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.tasks.arrears import dealings, service
from services.tasks.arrears.dealings import TotalOrder, report_total
from services.tasks.arrears.service import DebtOrder, Dispute, Payment, agree_plan, pay, register_debt
from services.tasks.arrears.views import DebtView, LedgerView, show_debt, show_ledger
from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.service import move_task
from services.tasks.models import ArrearsReportRow, ClockRow, DebtRow, PaymentRow, RevisionRow, TaskRow
from shared.clock import at_local, end_of_day, local_date
from shared.database import Database
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound
from shared.testing import FakeClock
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, A, B, head, unit_id, worker

CREDITOR = "91610000MA6TEST00X"
PART = Decimal("400.50")


def order(**said: Any) -> DebtOrder:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {
        "unit": unit_id(A),
        "creditor": CREDITOR,
        "amount": Decimal("1000.50"),
        "arisen_on": date(2023, 5, 1),
        "source": "arrears_check",
    }
    return DebtOrder(**given | said)


async def register(db: Database, actor: Actor = OFFICE, **said: Any) -> str:  # noqa: ANN401 - any field.
    async with db.transaction() as tx:
        return (await register_debt(tx, order(**said), make.act(actor, tx.now))).id


async def clear(
    db: Database, task: str, amount: Decimal, voucher: str = "v-1", actor: Actor = OFFICE
) -> None:
    async with db.transaction() as tx:
        said = Payment(amount=amount, paid_on=local_date(tx.now), voucher=voucher)
        await pay(tx, task, said, make.act(actor, tx.now))


async def plan(db: Database, task: str, *instalments: tuple[date, str], actor: Actor = OFFICE) -> None:
    async with db.transaction() as tx:
        wanted = [(day, Decimal(amount)) for day, amount in instalments]
        await agree_plan(tx, task, wanted, make.act(actor, tx.now))


async def deal(db: Database, name: str, task: str, *said: Any, actor: Actor = OFFICE, **more: Any) -> DebtRow:  # noqa: ANN401 - any words.
    async with db.transaction() as tx:
        row: DebtRow = await getattr(dealings, name)(tx, task, *said, make.act(actor, tx.now), **more)
        return row


async def total(db: Database, actor: Actor = OFFICE, **said: Any) -> ArrearsReportRow:  # noqa: ANN401 - any field.
    async with db.transaction() as tx:
        given: dict[str, Any] = {"unit": unit_id(A), "month": "2023-06"}
        return await report_total(tx, TotalOrder(**given | said), make.act(actor, tx.now))


async def ledger_of(db: Database, month: str, on: date) -> LedgerView:
    async with db.reading() as session:
        return await show_ledger(session, month, on)


async def see(db: Database, task: str, clock: FakeClock) -> DebtView:
    async with db.reading() as session:
        return await show_debt(session, task, local_date(clock.now()))


async def walk(db: Database, task: str, *moves: Move) -> TaskRow:
    async with db.transaction() as tx:
        for move in moves:
            command = MoveCommand(task_id=task, move=move, report=Report(evidence=("a1",)))
            row = await move_task(tx, command, make.act(at=tx.now))
        return row


CLOSING = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)


async def test_a_debt_is_a_task_with_amounts(ledger: Database, clock: FakeClock) -> None:
    task = await register(ledger, assign=True, client_ref="oa-1")
    again = await register(ledger, assign=True, client_ref="oa-1")

    [row], seen = await make.rows(ledger, DebtRow), await see(ledger, task, clock)
    finish = [one for one in await make.rows(ledger, ClockRow) if (one.task_id, one.name) == (task, "finish")]
    assert (again, row.amount, row.creditor) == (task, 100_050, CREDITOR)
    assert (seen.unit_name, seen.state, seen.balance, seen.source_word) == (
        A,
        "assigned",
        "1000.50",
        "欠款排查",
    )
    assert [one.due_at for one in finish] == [end_of_day(date(2023, 8, 21))]  # 60 days end on a Saturday.


async def test_payments_reduce_the_balance_and_are_entered_once(ledger: Database, clock: FakeClock) -> None:
    task = await register(ledger)
    for _ in range(2):
        await clear(ledger, task, PART, actor=head(A))

    seen, history = await see(ledger, task, clock), await make.rows(ledger, RevisionRow)
    assert (seen.paid, seen.balance, len(seen.payments)) == ("400.50", "600.00", 1)
    assert [one.move for one in history if one.task_id == task] == ["register", "arrears.pay"]
    with pytest.raises(Conflict, match="超过欠款余额 600"):
        await clear(ledger, task, Decimal("600.01"), "v-2")
    with pytest.raises(Conflict, match="已登记过"):
        await clear(ledger, task, Decimal(1))
    with pytest.raises(Invalid, match="凭证"):
        await clear(ledger, task, Decimal(1), " ")
    with pytest.raises(Forbidden):
        await clear(ledger, task, Decimal(1), "v-3", actor=head(B))
    assert len(await make.rows(ledger, PaymentRow)) == 1


async def test_an_agreement_that_expires_unpaid_is_flagged(ledger: Database, clock: FakeClock) -> None:
    task = await register(ledger)
    await clear(ledger, task, PART)
    await plan(ledger, task, (date(2023, 6, 30), "100.00"), (date(2023, 7, 31), "500.00"), actor=head(A))
    before = await see(ledger, task, clock)
    clock.instant = at_local(date(2023, 7, 1), 9)

    after = await see(ledger, task, clock)
    await clear(ledger, task, Decimal(100), "v-2")

    assert [one.amount for one in before.instalments] == ["100.00", "500.00"]
    assert (before.flags, [one.word for one in after.flags]) == ([], ["清偿协议到期未落实"])
    assert (await see(ledger, task, clock)).flags == []


async def test_a_new_plan_takes_the_place_of_the_old(ledger: Database, clock: FakeClock) -> None:
    task = await register(ledger)
    await plan(ledger, task, (date(2023, 6, 30), "1000.50"))
    await plan(ledger, task, (date(2023, 7, 31), "1000.50"))

    [_, _, last] = [one for one in await make.rows(ledger, RevisionRow) if one.task_id == task]
    assert last.changes["instalments"] == [[["2023-06-30", "1000.50"]], [["2023-07-31", "1000.50"]]]
    assert len((await see(ledger, task, clock)).instalments) == 1
    with pytest.raises(Invalid, match="60 天"):
        await plan(ledger, task, (date(2023, 8, 22), "1000.50"))


async def test_a_verified_complaint_is_due_in_a_month_and_has_a_reply(
    ledger: Database, clock: FakeClock
) -> None:
    task = await register(ledger, source="arrears_complaint", assign=True)
    before = await see(ledger, task, clock)
    await deal(ledger, "verify_complaint", task)
    await deal(ledger, "reply", task, "已列入还款计划", actor=head(A))

    seen = await see(ledger, task, clock)
    finish = [one for one in await make.rows(ledger, ClockRow) if (one.task_id, one.name) == (task, "finish")]
    assert [one.flag for one in before.flags] == ["not_replied", "no_plan"]
    assert (seen.deadline, seen.replied_on, seen.reply) == (
        date(2023, 7, 20),
        date(2023, 6, 20),
        "已列入还款计划",
    )
    assert [one.due_at for one in finish] == [end_of_day(date(2023, 7, 20))]
    with pytest.raises(Conflict, match="已于"):
        await deal(ledger, "verify_complaint", task)


async def test_a_disputed_or_earlier_debt_keeps_its_date_when_verified(ledger: Database) -> None:
    said: dict[str, Any] = {"source": "arrears_complaint", "disputed": True, "dispute_reason": "工程量未核定"}
    disputed = await register(ledger, **said)
    early = await register(ledger, source="arrears_complaint", deadline=date(2023, 7, 1))

    for task in (disputed, early):
        await deal(ledger, "verify_complaint", task)

    dates = {row.id: row.deadline for row in await make.rows(ledger, TaskRow)}
    assert (dates[disputed], dates[early]) == (None, date(2023, 7, 1))


async def test_a_debt_in_court_is_left_out_with_proof_and_taken_back(
    ledger: Database, clock: FakeClock
) -> None:
    task, plain = await register(ledger, assign=True), await register(ledger)
    for one in (task, plain):
        await deal(ledger, "leave_out", one, "（2023）示例民初1号")
    out = await ledger_of(ledger, "2023-06", date(2023, 6, 20))
    state = (await see(ledger, task, clock)).state

    for one in (task, plain):
        await deal(ledger, "take_back", one, "已撤诉")

    back = await ledger_of(ledger, "2023-06", date(2023, 6, 20))
    assert (out.total.debts, out.total.left_out, out.total.balance, state) == (0, 2, "0.00", "suspended")
    assert (back.total.debts, back.total.balance) == (2, "2001.00")
    assert (await see(ledger, task, clock)).state == "assigned"


async def test_a_look_back_keeps_what_it_found_and_reopens(ledger: Database, clock: FakeClock) -> None:
    task = await register(ledger)
    await clear(ledger, task, Decimal("1000.50"))
    await walk(ledger, task, *CLOSING)
    await deal(ledger, "look_back", task, "已到账", recurred=False)
    kept = await see(ledger, task, clock)

    await deal(ledger, "look_back", task, "又被扣回", recurred=True)

    assert (kept.state_word, kept.look_back, kept.looked_back_on) == ("销号", "已到账", date(2023, 6, 20))
    assert (await see(ledger, task, clock)).state == "reopened"


async def test_a_debt_found_after_a_zero_report_is_flagged_for_good(
    ledger: Database, clock: FakeClock
) -> None:
    await total(ledger, head(A), month="2023-05")
    task, later = await register(ledger), await register(ledger, arisen_on=date(2023, 6, 1))
    await total(ledger, month="2023-05", debts=1, amount=Decimal("1000.50"))

    seen = await see(ledger, task, clock)

    assert (seen.found_after, "after_zero_report" in {one.flag for one in seen.flags}) == ("2023-05", True)
    assert (await see(ledger, later, clock)).found_after is None


async def test_new_arrears_of_a_unit_that_clears_are_flagged(ledger: Database, clock: FakeClock) -> None:
    old = await register(ledger)
    await clear(ledger, old, PART)
    clock.instant = at_local(date(2023, 7, 3), 9)

    new = await register(ledger, arisen_on=date(2023, 7, 1))
    others = await register(ledger, unit=unit_id(B), arisen_on=date(2023, 7, 1))

    found = [{flag.flag for flag in (await see(ledger, one, clock)).flags} for one in (old, new, others)]
    assert ["new_while_clearing" in one for one in found] == [False, True, False]


async def test_the_total_is_held_against_the_details(ledger: Database) -> None:
    await register(ledger)
    cancelled = await register(ledger, unit=unit_id(B))
    async with ledger.transaction() as tx:
        command = MoveCommand(task_id=cancelled, move=Move.CANCEL, reason="重复登记")
        await move_task(tx, command, make.act(at=tx.now))
    await total(ledger, debts=1, amount=Decimal("1000.50"))
    right = await ledger_of(ledger, "2023-06", date(2023, 6, 30))

    await total(ledger, debts=1, amount=Decimal("900.00"))
    wrong = await ledger_of(ledger, "2023-06", date(2023, 6, 30))

    assert (right.agrees, right.difference, [one.unit_name for one in right.units]) == (True, "0.00", [A])
    assert (wrong.agrees, wrong.difference) == (False, "-100.50")
    assert wrong.units[0].message == "总账 900.00 元与明细合计 1000.50 元相差 -100.50 元"


async def test_a_past_month_is_shown_as_it_was_owed_then(ledger: Database, clock: FakeClock) -> None:
    task = await register(ledger)
    clock.instant = at_local(date(2023, 7, 3), 9)
    await clear(ledger, task, PART)
    await register(ledger, arisen_on=date(2023, 7, 2))

    june = await ledger_of(ledger, "2023-06", date(2023, 6, 30))

    assert (june.total.debts, june.total.balance, june.units[0].message) == (
        1,
        "1000.50",
        "本月未报送（含零报告）",
    )


async def test_a_unit_does_not_correct_its_own_report(ledger: Database) -> None:
    await total(ledger, head(A))
    same = await total(ledger, head(A))

    with pytest.raises(Conflict, match="由督查人员更正"):
        await total(ledger, head(A), debts=1, amount=Decimal(5))

    assert (same.debts, same.amount) == (0, 0)


@pytest.mark.parametrize(
    ("said", "actor", "error"),
    [
        ({}, head(B), Forbidden),
        ({"unit": "u-none"}, OFFICE, Invalid),
        ({"month": "2023-07"}, OFFICE, Invalid),
        ({"debts": 1}, OFFICE, Invalid),
    ],
)
async def test_a_total_that_makes_no_sense_is_refused(
    ledger: Database, said: dict[str, Any], actor: Actor, error: type[DubanError]
) -> None:
    with pytest.raises(error):
        await total(ledger, actor, **said)

    assert await make.rows(ledger, ArrearsReportRow) == []


@pytest.mark.parametrize(
    ("name", "said", "more", "error"),
    [
        ("verify_complaint", (), {}, Conflict),
        ("verify_complaint", (), {"actor": head(A)}, Forbidden),
        ("leave_out", (" ",), {}, Invalid),
        ("leave_out", ("案号",), {"actor": head(A)}, Forbidden),
        ("take_back", ("撤诉",), {}, Conflict),
        ("take_back", (" ",), {}, Invalid),
        ("reply", ("已回复",), {}, Conflict),
        ("look_back", ("已到账",), {"recurred": False}, Conflict),
    ],
)
async def test_what_does_not_fit_the_debt_is_refused(
    ledger: Database, name: str, said: tuple[str, ...], more: dict[str, Any], error: type[DubanError]
) -> None:
    task = await register(ledger)

    with pytest.raises(error):
        await deal(ledger, name, task, *said, **more)


async def test_words_are_asked_for_where_they_count(ledger: Database) -> None:
    complaint = await register(ledger, source="arrears_complaint")
    settled, court = await register(ledger), await register(ledger)
    await walk(ledger, settled, *CLOSING)
    await deal(ledger, "leave_out", court, "案号")

    with pytest.raises(Invalid, match="回复"):
        await deal(ledger, "reply", complaint, " ")
    with pytest.raises(Invalid, match="回头看"):
        await deal(ledger, "look_back", settled, " ", recurred=False)
    with pytest.raises(Conflict, match="已于"):
        await deal(ledger, "leave_out", court, "案号")
    with pytest.raises(Invalid, match="分歧所在"):
        await register(ledger, disputed=True)


async def test_a_dispute_is_set_and_settled_by_the_unit(ledger: Database, clock: FakeClock) -> None:
    task = await register(ledger)
    async with ledger.transaction() as tx:
        said = Dispute(disputed=True, reason="工程量未核定")
        await service.set_dispute(tx, task, said, make.act(head(A), tx.now))

    seen = await see(ledger, task, clock)

    assert (seen.disputed, seen.dispute_reason, seen.flags) == (True, "工程量未核定", [])


@pytest.mark.parametrize(
    ("said", "actor", "error"),
    [
        ({}, worker(A), Forbidden),
        ({"creditor": "某某公司"}, OFFICE, Invalid),
        ({"unit": "u-none"}, OFFICE, Invalid),
    ],
)
async def test_a_debt_that_makes_no_sense_is_not_registered(
    ledger: Database, said: dict[str, Any], actor: Actor, error: type[DubanError]
) -> None:
    with pytest.raises(error):
        await register(ledger, actor, **said)

    assert await make.rows(ledger, DebtRow) == []


async def test_a_task_that_is_no_debt_is_not_found(ledger: Database) -> None:
    with pytest.raises(NotFound, match="欠款"):
        await clear(ledger, make.task_id("1"), PART)
