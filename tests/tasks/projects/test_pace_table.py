"""The weekly pace table over the ledger: a line for each project, by unit, in all; and funds of a past day."""

from datetime import date, timedelta
from decimal import Decimal

from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import Move
from services.tasks.ledger.service import move_task
from services.tasks.projects.domain_pace import LagRule, shipped_rule
from services.tasks.projects.repository import Wanted, get_project
from services.tasks.projects.service_invest import FundReport, Investment, report_fund, report_investment
from services.tasks.projects.views import ShareView
from services.tasks.projects.views_pace import FundSum, PaceTable, show_funds, show_pace
from shared.database import Database
from tests.tasks import factories as make
from tests.tasks.factories import A, B, unit_id
from tests.tasks.projects import made
from tests.tasks.projects.made import JUNE, MARCH, MAY

APRIL = date(2023, 4, 10)  # The hundredth day: 1 亿元 of the 3.65 are planned.


def both(share: ShareView) -> str:
    """Write down both numbers of a share."""
    return f"{share.numerator}/{share.denominator}"


async def report(db: Database, task_id: str, on: date, completed: str) -> None:
    async with db.transaction() as tx:
        said = Investment(on=on, completed=Decimal(completed))
        await report_investment(tx, task_id, said, make.act(at=tx.now))


async def pace(db: Database, on: date, rule: LagRule | None = None) -> PaceTable:
    async with db.reading() as session:
        return await show_pace(session, Wanted(dropped=True), on, rule or shipped_rule())


async def funds(db: Database, on: date) -> list[FundSum]:
    async with db.reading() as session:
        return await show_funds(session, on)


async def test_every_project_has_a_line_with_both_numbers_of_each_share(ledger: Database) -> None:
    task_id = await made.started(ledger)
    await report(ledger, task_id, MARCH, "0.73")

    [line] = (await pace(ledger, APRIL)).lines

    assert (line.id, line.unit_name, line.stage_word, line.node) == (task_id, A, "开工一批", "start")
    assert both(line.planned) == "1.00/3.65"
    assert (both(line.completed), line.completed.percent) == ("0.73/3.65", Decimal("20.00"))
    assert (line.ahead, line.points, line.reported_on) == (Decimal("-0.27"), Decimal("-7.40"), MARCH)


async def test_projects_add_up_by_unit_and_in_all(ledger: Database) -> None:
    await made.started(ledger)
    other = (("lead", unit_id(B)),)
    task_id = await made.register(ledger, units=other, annual=Decimal("7.3"), starts_on=MARCH)
    await report(ledger, task_id, APRIL, "2.5")

    table = await pace(ledger, APRIL)

    seen = {one.unit_name: (one.projects, one.annual, one.ahead) for one in table.by_unit}
    assert seen == {A: (1, Decimal("3.65"), -1), B: (1, Decimal("7.30"), Decimal("0.50"))}
    assert (both(table.in_all.planned), both(table.in_all.completed)) == ("3.00/10.95", "2.50/10.95")
    assert both(table.in_all.begun) == "1.00/2.00"
    assert both(table.in_all.reported) == "1.00/2.00"


async def test_a_lag_of_two_weeks_running_is_warned_of(ledger: Database) -> None:
    behind, caught_up = await made.register(ledger), await made.register(ledger)
    await report(ledger, caught_up, APRIL, "0.9")

    table = await pace(ledger, APRIL)

    assert {one.id: one.lagging for one in table.lines} == {behind: True, caught_up: False}
    assert [week.on for week in table.lines[0].weeks] == [APRIL, APRIL - timedelta(weeks=1)]
    assert both(table.in_all.lagging) == "1.00/2.00"


async def test_a_wider_margin_warns_of_less(ledger: Database) -> None:
    await made.register(ledger)

    table = await pace(ledger, APRIL, LagRule(version=2, margin_points=Decimal(30), weeks=2))

    assert (table.rule.version, table.lines[0].lagging) == (2, False)


async def test_what_is_reported_later_does_not_show_on_an_earlier_day(ledger: Database) -> None:
    task_id = await made.started(ledger, MAY)
    await report(ledger, task_id, MAY, "3")

    [line] = (await pace(ledger, APRIL)).lines

    assert (both(line.completed), line.reported_on, line.node) == ("0.00/3.65", None, "")


async def drop(db: Database, task_id: str) -> None:
    async with db.transaction() as tx:
        listed = await get_project(tx.session, task_id)
        listed.row.dropped_on = MAY
        command = MoveCommand(task_id=task_id, move=Move.CANCEL, reason="停建")
        await move_task(tx, command, make.act(at=tx.now))


async def test_a_project_is_on_the_table_from_its_listing_until_it_is_dropped(ledger: Database) -> None:
    dropped, cancelled = await made.register(ledger, listed_on=MARCH), await made.register(ledger)
    await drop(ledger, dropped)
    async with ledger.transaction() as tx:
        command = MoveCommand(task_id=cancelled, move=Move.CANCEL, reason="重复登记")
        await move_task(tx, command, make.act(at=tx.now))

    days = (MARCH - timedelta(days=1), MARCH, MAY - timedelta(days=1), MAY, JUNE)
    assert [(await pace(ledger, day)).in_all.projects for day in days] == [0, 1, 1, 0, 0]


async def test_a_project_without_a_plan_for_the_year_has_no_line(ledger: Database) -> None:
    await made.register(ledger, year=2024)

    table = await pace(ledger, JUNE)

    assert (table.lines, table.in_all.projects, table.in_all.completed.percent) == ([], 0, None)


async def test_funds_have_a_share_started_and_a_share_paid_as_of_a_day(ledger: Database) -> None:
    first, second = await made.started(ledger), await made.register(ledger)
    await made.register(ledger, units=(("lead", unit_id(B)),))
    for task_id, on, paid in ((first, MARCH, "1"), (first, MAY, "1.5"), (second, MAY, "0")):
        said = FundReport(fund="bond", on=on, allocated=Decimal(2), paid=Decimal(paid))
        async with ledger.transaction() as tx:
            await report_fund(tx, task_id, said, make.act(at=tx.now))

    in_march, in_june = await funds(ledger, MARCH), await funds(ledger, JUNE)

    assert [(one.fund, one.unit_name) for one in in_june] == [("bond", ""), ("central", ""), ("bond", A)]
    assert [both(one.started) for one in (in_march[0], in_june[0])] == ["1.00/1.00", "1.00/2.00"]
    assert [both(one.paid) for one in (in_march[0], in_june[0])] == ["1.00/2.00", "1.50/4.00"]
    assert in_june[1].paid.percent is None
