"""Duties come back: registered once at the daybreak of their period, closed by their unit's one line."""

from datetime import date
from typing import Any

import pytest

from services.tasks.daybreak import Daybreak
from services.tasks.duties.registering import register_due
from services.tasks.duties.service import DutyOrder, DutyReport, adopt_duty, end_duty, report_duties
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import DutyRow, OccurrenceRow, PartRow, ReportRow, TaskRow, UnitRow
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound
from shared.events.supervision import TaskAssigned, TaskClosed, TaskSubmitted
from shared.testing import FakeClock, events_of
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, A, B, head, liaison, unit_id, worker

JULY = date(2023, 7, 1)


def order(**said: Any) -> DutyOrder:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {
        "title": "一把手走流程坐窗口跟执法处投诉",
        "frequency": "monthly",
        "units": (unit_id(A),),
        "starts_on": JULY,
        "post": "主要负责同志",
    }
    return DutyOrder(**given | said)


async def adopt(db: Database, said: DutyOrder, actor: Actor = OFFICE) -> list[DutyRow]:
    async with db.transaction() as tx:
        return await adopt_duty(tx, said, make.act(actor, tx.now))


async def dawn(db: Database, clock: FakeClock, day: date) -> int:
    clock.instant = at_local(day, 0, 1)
    async with db.transaction() as tx:
        return await register_due(tx, entered_at=tx.now)


async def report(db: Database, tasks: list[TaskRow], actor: Actor, **said: Any) -> None:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {"occurrences": tuple(task.id for task in tasks), "note": "已到窗口体验"}
    async with db.transaction() as tx:
        await report_duties(tx, DutyReport(**given | said), make.act(actor, tx.now))


async def duty_tasks(db: Database) -> list[TaskRow]:
    tasks = [task for task in await make.rows(db, TaskRow) if task.kind == "duty"]
    return sorted(tasks, key=lambda task: task.sort_key)


async def test_the_occurrence_of_a_period_is_registered_and_handed_out(
    ledger: Database, clock: FakeClock
) -> None:
    await adopt(ledger, order())

    registered = [await dawn(ledger, clock, day) for day in (date(2023, 6, 30), JULY, date(2023, 7, 2))]

    [task] = await duty_tasks(ledger)
    assert registered == [0, 1, 0]
    assert (task.state, task.answering_unit, task.plan_id) == ("assigned", unit_id(A), None)
    assert (task.title, task.body) == (
        "一把手走流程坐窗口跟执法处投诉（2023年7月）",
        "责任岗位：主要负责同志",
    )
    assert task.id in {event.task_id for event in await events_of(ledger, TaskAssigned)}


async def test_a_period_that_ends_on_a_day_off_moves_on_like_every_computed_limit(
    ledger: Database, clock: FakeClock
) -> None:
    await adopt(ledger, order(frequency="weekly", starts_on=date(2023, 7, 3)))

    await dawn(ledger, clock, date(2023, 7, 5))

    [task] = await duty_tasks(ledger)  # The week ends on a Sunday.
    assert task.due_at == end_of_day(date(2023, 7, 10))


async def test_two_visits_a_week_are_two_lines(ledger: Database, clock: FakeClock) -> None:
    await adopt(
        ledger, order(title="到项目现场服务", frequency="weekly", times=2, starts_on=date(2023, 7, 3))
    )
    await dawn(ledger, clock, date(2023, 7, 3))
    visits = await duty_tasks(ledger)

    await report(ledger, visits[:1], worker(A))

    titles = sorted(task.title for task in visits)
    assert [title[-4:-1] for title in titles] == ["第1次", "第2次"]
    assert sorted(task.state for task in await duty_tasks(ledger)) == ["assigned", "closed"]


async def test_one_line_closes_without_signing_or_review(ledger: Database, clock: FakeClock) -> None:
    await adopt(ledger, order())
    await dawn(ledger, clock, JULY)
    await report(ledger, await duty_tasks(ledger), liaison(A))

    [task] = await duty_tasks(ledger)
    [closed] = [event for event in await events_of(ledger, TaskClosed) if event.task_id == task.id]
    [said] = [row for row in await make.rows(ledger, ReportRow) if row.task_id == task.id]
    [part] = [row for row in await make.rows(ledger, PartRow) if row.task_id == task.id]
    assert (task.state, task.light, task.progress, task.closed_at) == ("closed", "done", 100, clock.now())
    assert (closed.late, closed.state, said.note, part.state) == (False, "closed", "已到窗口体验", "passed")
    assert task.id not in {event.task_id for event in await events_of(ledger, TaskSubmitted)}


async def test_one_report_serves_several_duties_or_none(ledger: Database, clock: FakeClock) -> None:
    for title, unit in (("每月报备案", A), ("每月汇总", A), ("每月通报", B)):
        await adopt(ledger, order(title=title, units=(unit_id(unit),)))
    await dawn(ledger, clock, JULY)
    mine = [task for task in await duty_tasks(ledger) if task.answering_unit == unit_id(A)]

    with pytest.raises(Forbidden):
        await report(ledger, await duty_tasks(ledger), worker(A))
    untouched = {task.state for task in await duty_tasks(ledger)}
    await report(ledger, mine, worker(A))

    assert (len(mine), untouched) == (2, {"assigned"})
    assert sorted(task.state for task in await duty_tasks(ledger)) == ["assigned", "closed", "closed"]
    with pytest.raises(Conflict):
        await report(ledger, mine, worker(A))


async def test_a_supervisor_may_enter_a_report_in_the_unit_s_stead(
    ledger: Database, clock: FakeClock
) -> None:
    await adopt(ledger, order())
    await dawn(ledger, clock, JULY)

    await report(ledger, await duty_tasks(ledger), OFFICE, on_behalf_of=unit_id(A))

    assert [task.state for task in await duty_tasks(ledger)] == ["closed"]


async def test_a_line_is_needed_and_only_duties_are_reported_so(ledger: Database, clock: FakeClock) -> None:
    await adopt(ledger, order())
    await dawn(ledger, clock, JULY)

    with pytest.raises(Invalid, match="一句话"):
        await report(ledger, await duty_tasks(ledger), worker(A), note=" ")
    with pytest.raises(Invalid, match="不是例行事项"):
        await report(ledger, [await make.get(ledger)], worker(A))


async def test_a_daily_duty_rests_on_days_off(ledger: Database, clock: FakeClock) -> None:
    await adopt(ledger, order(frequency="daily"))
    days = [date(2023, 7, day) for day in range(6, 11)]

    registered = [await dawn(ledger, clock, day) for day in days]

    assert registered == [1, 1, 0, 0, 1]


async def test_a_duty_that_ended_has_no_new_periods(ledger: Database, clock: FakeClock) -> None:
    [duty] = await adopt(ledger, order())
    await dawn(ledger, clock, JULY)
    async with ledger.transaction() as tx:
        await end_duty(tx, duty.id, date(2023, 7, 20), make.act(at=tx.now))

    assert await dawn(ledger, clock, date(2023, 8, 1)) == 0
    with pytest.raises(NotFound, match="例行事项"):
        async with ledger.transaction() as tx:
            await end_duty(tx, "du-none", JULY, make.act(at=tx.now))


async def test_the_successor_of_a_unit_has_its_duties(ledger: Database, clock: FakeClock) -> None:
    await adopt(ledger, order())
    async with ledger.transaction() as tx:
        unit = await tx.session.get_one(UnitRow, unit_id(A))
        unit.ended_on, unit.successor = JULY, unit_id(B)

    await dawn(ledger, clock, JULY)

    assert [task.answering_unit for task in await duty_tasks(ledger)] == [unit_id(B)]


async def test_adopting_twice_keeps_one_duty_for_each_unit(ledger: Database, clock: FakeClock) -> None:
    both = order(units=(unit_id(A), unit_id(B)))
    first, second = await adopt(ledger, both), await adopt(ledger, both)
    await dawn(ledger, clock, JULY)

    assert [row.id for row in first] == [row.id for row in second]
    assert len(await make.rows(ledger, OccurrenceRow)) == 2


@pytest.mark.parametrize(
    ("said", "actor", "error"),
    [
        ({}, head(A), Forbidden),
        ({"title": " "}, OFFICE, Invalid),
        ({"units": ()}, OFFICE, Invalid),
        ({"units": (unit_id(A), unit_id(A))}, OFFICE, Invalid),
        ({"units": ("u-none",)}, OFFICE, Invalid),
        ({"units": (unit_id(make.EVERYONE),)}, OFFICE, Invalid),
        ({"times": 0}, OFFICE, Invalid),
        ({"ends_on": date(2023, 6, 1)}, OFFICE, Invalid),
        ({"cadence_id": "c-none"}, OFFICE, NotFound),
    ],
)
async def test_a_duty_that_makes_no_sense_is_not_adopted(
    ledger: Database, said: dict[str, Any], actor: Actor, error: type[DubanError]
) -> None:
    with pytest.raises(error):
        await adopt(ledger, order(**said), actor)

    assert await make.rows(ledger, DutyRow) == []


async def test_a_day_that_breaks_again_after_a_crash_registers_nothing_twice(
    ledger: Database, clock: FakeClock
) -> None:
    await adopt(ledger, order(times=2))
    clock.instant = at_local(JULY, 0, 1)

    for _ in range(2):  # A daybreak that forgot that it had been.
        await Daybreak(ledger).step()

    assert [row.number for row in await make.rows(ledger, OccurrenceRow)] == [1, 2]
    assert len(await duty_tasks(ledger)) == 2


async def test_the_common_moves_of_a_duty_still_work(ledger: Database, clock: FakeClock) -> None:
    await make.register(ledger, kind="duty", number="7", units=(("lead", unit_id(A)),))

    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, number="7")
    refused = await make.refusal(ledger, Move.VERIFY, number="7")

    assert (refused.code, (await make.get(ledger, "7")).closed_at) == ("task.move_illegal", clock.now())
