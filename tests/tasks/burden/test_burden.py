"""What the system cost each unit in each week is counted from what really happened."""

from datetime import date

import pytest

from services.tasks.burden import repository
from services.tasks.burden.domain import Burden, Deed, Entry, count, fields_of, week_of, week_within
from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.domain import Move
from services.tasks.ledger.links import make_link
from services.tasks.ledger.service import move_linked
from services.tasks.models import ReportAskRow
from shared.clock import at_local
from shared.database import Database
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import A, B, unit_id, worker

MONDAY, SUNDAY, NEXT = date(2023, 6, 19), date(2023, 6, 25), date(2023, 6, 26)
BEGIN, END = at_local(date(2023, 6, 1)), at_local(date(2023, 7, 1))
SAID = Report(note="已完成前期工作", problem="", next_step="下月开工", evidence=("a1",))


async def burdens(db: Database, unit: str = "") -> dict[tuple[str, date], Burden]:
    async with db.reading() as session:
        return count(await repository.entries(session, BEGIN, END, unit))


async def test_sign_fors_reports_and_fields_count_for_the_unit_that_did_them(ledger: Database) -> None:
    at = at_local(date(2023, 6, 20), 10)
    await make.move(ledger, Move.ASSIGN, at=at)
    await make.move(ledger, Move.ACCEPT, worker(A), at=at)
    await make.move(ledger, Move.ACCEPT, worker(B), at=at)
    await make.move(ledger, Move.PROGRESS, worker(A), at=at_local(NEXT), progress=0, report=SAID)

    assert await burdens(ledger) == {
        (unit_id(A), MONDAY): Burden(sign_fors=1),
        (unit_id(A), NEXT): Burden(reports=1, fields=4),
        (unit_id(B), MONDAY): Burden(sign_fors=1),
    }


async def test_what_the_office_entered_for_a_unit_is_counted_and_said(ledger: Database) -> None:
    at = at_local(date(2023, 6, 20), 10)

    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, at=at)

    mine = (await burdens(ledger, unit_id(A)))[unit_id(A), MONDAY]
    assert (mine.sign_fors, mine.reports, mine.submissions, mine.entered_for) == (1, 1, 1, 3)


async def test_what_only_followed_a_linked_task_is_nobodys_work(ledger: Database) -> None:
    at = at_local(date(2023, 6, 20), 10)
    for number in ("1", "2"):
        await make.move(ledger, Move.ASSIGN, number=number, at=at)
    async with ledger.transaction() as tx:
        await make_link(tx, [make.task_id("1"), make.task_id("2")], "内容相同", make.act(at=at))
        await move_linked(
            tx, MoveCommand(task_id=make.task_id("1"), move=Move.ACCEPT), make.act(worker(A), at)
        )

    assert (await make.get(ledger, "2")).state == "accepted"
    assert await burdens(ledger) == {(unit_id(A), MONDAY): Burden(sign_fors=1)}


async def test_asks_count_and_what_lies_outside_the_period_does_not(ledger: Database) -> None:
    days = {"2023-05": date(2023, 5, 19), "2023-06": date(2023, 6, 20), "2023-07": date(2023, 7, 20)}
    async with ledger.transaction() as tx:
        for period, day in days.items():
            ask = {"task_id": make.task_id("1"), "unit_id": unit_id(A), "period": period}
            tx.session.add(ReportAskRow(**ask, asked_at=at_local(day), due_on=day))

    assert await burdens(ledger) == {(unit_id(A), MONDAY): Burden(asks=1)}
    assert await burdens(ledger, unit_id(B)) == {}


def test_a_step_that_is_no_report_counts_only_for_what_was_filled_in() -> None:
    said = [Entry("u1", MONDAY, Deed.OTHER, fields=2), Entry("u1", SUNDAY, Deed.SUBMISSION, fields=1)]

    assert count(said) == {("u1", MONDAY): Burden(submissions=1, fields=3)}


def test_a_progress_of_nothing_is_filled_in_and_an_empty_text_is_not() -> None:
    assert (fields_of(0, "", []), fields_of(None, "进展", ["a"]), fields_of(None, None)) == (1, 2, 0)


@pytest.mark.parametrize(("day", "monday"), [(MONDAY, MONDAY), (SUNDAY, MONDAY), (NEXT, NEXT)])
def test_weeks_begin_on_monday(day: date, monday: date) -> None:
    assert week_of(day) == monday


def test_a_week_at_the_edge_of_the_period_is_cut() -> None:
    assert week_within(MONDAY, date(2023, 6, 21), date(2023, 6, 30)) == (date(2023, 6, 21), SUNDAY)
    assert week_within(NEXT, MONDAY, date(2023, 6, 30)) == (NEXT, date(2023, 6, 30))


async def test_the_report_says_its_period_and_what_each_number_means(filled: Caller) -> None:
    task_id = make.task_id("1")
    for move in ("assign", "accept"):
        await filled.post(f"/tasks/{task_id}/moves", json={"move": move})

    found = (await filled.get("/burden", unit=unit_id(A))).json()
    (week,) = [one for one in found["items"] if one["sign_fors"]]

    assert (week["unit"], week["sign_fors"], week["entered_for"]) == (A, 1, 1)
    assert found["first"] <= week["week_from"] <= week["week_to"] <= found["last"]
    numbers = set(week) - {"unit_id", "unit", "week_from", "week_to"}
    assert numbers == set(found["definitions"])


@pytest.mark.parametrize("period", [("2023-07-02", "2023-07-01"), ("2022-01-01", "2023-07-01")])
async def test_a_period_that_makes_no_sense_is_refused(filled: Caller, period: tuple[str, str]) -> None:
    answer = await filled.get("/burden", **{"from": period[0], "to": period[1]})

    assert (answer.status_code, answer.json()["code"]) == (422, "burden.period")
