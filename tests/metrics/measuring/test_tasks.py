"""Measures of tasks: what each counts, as of any instant, in whatever order its facts were told."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from services.metrics.measuring import service
from services.metrics.measuring.domain import Scope
from shared.database import Database
from shared.errors import NotFound
from shared.events import supervision
from shared.events.envelope import Envelope, Event
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW
from tests.metrics.measuring.asked import listed, measured, told


def five_done(late: int = 1) -> list[Envelope]:
    """Tell of five tasks that are done, the first of them late."""
    names = [f"t{number}" for number in range(5)]
    begun: list[tuple[datetime, Event]] = [(NOW - 30 * DAY, make.registered(name)) for name in names]
    done: list[tuple[datetime, Event]] = [
        (NOW - DAY, make.closed(name, at=NOW - DAY, late=number < late)) for number, name in enumerate(names)
    ]
    return told(*begun, *done)


def step(kind: type[supervision.TaskEvent], state: str, task: str = "t0") -> Event:
    return kind(task_id=task, state=state)


async def test_on_time_counts_what_was_done_by_its_due_instant(db: Database) -> None:
    await make.tell(db, *five_done())

    found = await measured(db, "tasks.on_time", Scope(NOW))

    assert (found.value, found.unit, found.numerator, found.denominator) == (Decimal(80), "%", 4, 5)
    assert (found.why, found.minimum, found.exclusions) == ("已测量", 5, {})


async def test_what_was_told_later_does_not_count(db: Database) -> None:
    await make.tell(db, *five_done())

    found = await measured(db, "tasks.on_time", Scope(NOW - 2 * DAY))

    assert (found.value, found.why, found.exclusions) == (None, "没有数据", {"not_due": 5})


async def test_below_the_minimum_a_share_says_that_the_sample_is_small(db: Database) -> None:
    await make.tell(db, *five_done()[1:])

    found = await measured(db, "tasks.on_time", Scope(NOW))

    assert (found.value, found.why, found.denominator) == (None, "样本不足", 4)


@pytest.mark.parametrize(
    ("scope", "denominator"),
    [
        (Scope(NOW, unit_id="u1"), 5),
        (Scope(NOW, unit_id="u2"), 0),
        (Scope(NOW, plan_id="p01"), 5),
        (Scope(NOW, plan_id="p02"), 0),
        (Scope(NOW, first=date(2023, 7, 1)), 0),
        (Scope(NOW, first=date(2023, 6, 30), last=date(2023, 6, 30)), 5),
        (Scope(NOW, last=date(2023, 6, 29)), 0),
    ],
)
async def test_a_scope_narrows_to_unit_plan_and_due_day(
    scope: Scope, denominator: int, file_db: Database
) -> None:
    await make.tell(file_db, *five_done())

    assert (await measured(file_db, "tasks.on_time", scope)).denominator == denominator


async def test_an_exemption_takes_a_task_out_and_says_by_whose_approval(db: Database) -> None:
    await make.tell(db, *five_done())
    scope = Scope(NOW, left_out={"t0": "容错1号"})

    found = await measured(db, "tasks.on_time", scope)
    (row,) = await listed(db, "tasks.on_time", scope, "excluded")

    assert (found.numerator, found.denominator, found.exclusions) == (4, 4, {"exempted": 1})
    assert (row.subject, row.reason) == ("t0", "exempted 容错1号")


async def test_rows_lead_to_the_events_that_told_the_tasks_last(db: Database) -> None:
    await make.tell(db, *five_done())

    rows = await listed(db, "tasks.on_time", Scope(NOW), "denominator", ("t0", 2))

    assert [(row.subject, row.part, row.stream, row.sequence) for row in rows] == [
        ("t1", "numerator", "supervision", 7),
        ("t2", "numerator", "supervision", 8),
    ]


async def test_a_step_counts_for_the_unit_that_answered_then(db: Database) -> None:
    other = make.registered("t0", answering_unit="u2")
    back = step(supervision.TaskReturned, "returned")
    await make.tell(
        db, *told((NOW, make.registered("t0")), (NOW, back), (NOW, back), (NOW, other), (NOW, back))
    )

    scopes = [Scope(NOW, unit_id=unit) for unit in ("u1", "u2", "u3")]
    found = [await measured(db, "tasks.returned", scope) for scope in scopes]

    assert [(one.value, one.unit) for one in found] == [
        (Decimal(2), "次"),
        (Decimal(1), "次"),
        (Decimal(0), "次"),
    ]
    rows = await listed(db, "tasks.returned", scopes[0], "numerator", ("", 1))
    assert [row.sequence for row in rows] == [2, 3]


async def test_a_cancelled_task_counts_nowhere(db: Database) -> None:
    gone = step(supervision.TaskCancelled, "cancelled")
    back = step(supervision.TaskReturned, "returned")
    await make.tell(db, *told((NOW, make.registered("t0")), (NOW, back), (NOW, gone)))

    names = ["tasks.completed", "tasks.overdue", "tasks.returned", "tasks.on_time", "goals.progress"]
    found = [await measured(db, name, Scope(NOW)) for name in names]

    assert {(one.numerator, one.denominator, one.exclusions["cancelled"]) for one in found} == {(0, 0, 1)}


async def test_measures_taken_are_counted_by_kind(db: Database) -> None:
    taken = [
        supervision.MeasureTaken(task_id="t0", measure_id=f"m{n}", measure=kind)
        for n, kind in enumerate(["urge", "urge", "talk", "circular", "plate"])
    ]
    await make.tell(db, *told((NOW, make.registered("t0")), *((NOW, one) for one in taken)))

    names = ["measures.taken", "measures.urge", "measures.talk", "measures.circular", "measures.plate"]

    assert [(await measured(db, name, Scope(NOW))).value for name in names] == [5, 2, 1, 1, 1]


async def test_only_extensions_of_the_date_that_were_granted_count(db: Database) -> None:
    decided = [
        make.extension_decided(1, granted_on=date(2023, 8, 1), task="t0"),
        make.extension_decided(2, task="t0"),
        make.extension_decided(3, outcome="void", task="t0"),
    ]
    asked = make.extension_asked(task="t0")
    await make.tell(db, *told((NOW, make.registered("t0")), (NOW, asked), *((NOW, one) for one in decided)))

    assert (await measured(db, "tasks.extended", Scope(NOW))).value == 1


async def test_overdue_goes_by_the_clock_in_force(db: Database) -> None:
    early = make.clock_started("t0", due_at=NOW - DAY)
    later = make.clock_started("t0", due_at=NOW + DAY)
    await make.tell(db, *told((NOW - 3 * DAY, make.registered("t0")), (NOW - 2 * DAY, early), (NOW, later)))

    found = [(await measured(db, "tasks.overdue", Scope(at))).value for at in (NOW - DAY / 2, NOW)]

    assert found == [1, 0]


async def test_what_was_handed_in_in_time_waits_for_the_supervisor(db: Database) -> None:
    clock = make.clock_started("t0", due_at=NOW - DAY)
    handed_in = make.submitted("t0")
    steps = told((NOW - 3 * DAY, make.registered("t0")), (NOW - 2 * DAY, clock), (NOW - 2 * DAY, handed_in))
    await make.tell(db, *steps)

    overdue = await measured(db, "tasks.overdue", Scope(NOW))
    on_time = await measured(db, "tasks.on_time", Scope(NOW))

    assert (overdue.value, overdue.denominator, on_time.exclusions) == (Decimal(0), 1, {"handed_in": 1})


async def test_done_late_and_the_date_before_any_extension(db: Database) -> None:
    done = supervision.TaskClosed(task_id="t0", state="closed", closed_at=NOW, late_by_original=True)
    await make.tell(db, *told((NOW, make.registered("t0")), (NOW, done)))

    found = [await measured(db, name, Scope(NOW)) for name in ("tasks.late", "tasks.on_time_original")]

    assert [(one.numerator, one.denominator) for one in found] == [(0, 1), (0, 1)]


async def test_a_stage_goal_counts_what_was_done_by_its_day(db: Database) -> None:
    out = make.registered("t9", in_year_scope=False)
    late = make.closed("t8", at=NOW)
    routine = supervision.TaskNormalised(task_id="t7", state="standing", since=NOW, closed_at=NOW - 9 * DAY)
    facts: list[tuple[datetime, Event]] = [(NOW - 30 * DAY, make.registered(f"t{n}")) for n in (7, 8)]
    await make.tell(db, *told(*facts, (NOW, out), (NOW, late), (NOW, routine)))

    found = await measured(db, "goals.progress", Scope(NOW, last=date(2023, 6, 19)))

    assert (found.numerator, found.denominator, found.exclusions) == (1, 2, {"out_of_scope": 1})
    assert found.value == Decimal(50)
    assert (await measured(db, "goals.progress", Scope(NOW))).value == Decimal(100)


async def test_completed_leaves_out_what_has_no_date_only_in_a_span(db: Database) -> None:
    await make.tell(db, *told((NOW, make.registered("t0", due_on=None)), (NOW, make.registered("t1"))))

    found = [
        await measured(db, "tasks.completed", scope)
        for scope in (Scope(NOW), Scope(NOW, last=date(2023, 7, 1)))
    ]

    assert [(one.denominator, one.exclusions) for one in found] == [(2, {}), (1, {"undated": 1})]


async def test_instructions_are_measured_apart(db: Database) -> None:
    await make.tell(db, *told((NOW, make.registered("t0", kind="instruction")), (NOW, make.registered("t1"))))

    found = [await measured(db, name, Scope(NOW)) for name in ("instructions.completed", "tasks.completed")]

    assert [one.denominator for one in found] == [1, 2]


async def test_a_step_of_a_task_that_was_not_registered_counts_nowhere(db: Database) -> None:
    await make.tell(db, *told((NOW, make.closed("t0"))))

    assert (await measured(db, "tasks.completed", Scope(NOW))).denominator == 0


async def test_a_measure_that_is_not_there_is_named_with_those_that_are(db: Database) -> None:
    with pytest.raises(NotFound, match=r"tasks\.on_time"):
        await measured(db, "nothing", Scope(NOW))
    with pytest.raises(NotFound, match=r"tasks\.on_time"):
        await listed(db, "nothing", Scope(NOW), "numerator")


def test_every_measure_says_how_it_is_counted() -> None:
    said = {name: service.about(name) for name in service.names()}

    assert len(said) == 34
    assert all(one.title and len(one.text) > 15 for one in said.values())
    assert "截取两位小数" in said["tasks.on_time"].text
