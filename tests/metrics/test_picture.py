"""What is counted from the facts equals a plain count over the same tasks."""

import random
from collections import Counter
from datetime import date, datetime, timedelta

from services.metrics import domain, service
from services.metrics.domain import GoalCell
from shared.clock import end_of_day
from shared.database import Database
from shared.events import supervision
from shared.events.envelope import Event
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW


async def goals(db: Database, *, now: datetime = NOW) -> list[GoalCell]:
    async with db.reading() as session:
        return [counted for _goal, counted in await service.stage_goals(session, now=now)]


async def test_a_task_that_was_only_registered_stands_as_registered(db: Database) -> None:
    await make.tell(db, *make.told(make.registered()))

    (cell,) = (await make.pictured(db)).tasks
    assert (cell.plan, cell.state, cell.count, cell.dated) == ("p01", "registered", 1, True)


async def test_the_finish_clock_decides_over_the_printed_date(db: Database) -> None:
    extended = NOW + 40 * DAY

    await make.tell(db, *make.told(make.registered(), make.assigned(), make.clock_started(due_at=extended)))

    (cell,) = (await make.pictured(db)).tasks
    assert cell.due_at == extended


async def test_another_clock_of_the_task_does_not_make_it_due(db: Database) -> None:
    sign = make.clock_started(due_at=NOW - DAY, clock="sign")

    await make.tell(db, *make.told(make.registered(), sign))

    assert domain.overdue((await make.pictured(db)).tasks, now=NOW) == 0


async def test_what_was_handed_in_in_time_is_not_overdue_while_it_waits(db: Database) -> None:
    verified = supervision.TaskVerified(task_id="p01-1", state="verified")
    later = end_of_day(date(2023, 6, 30)) + DAY

    await make.tell(db, *make.told(make.registered(), make.submitted(), verified))

    assert domain.overdue((await make.pictured(db, now=later)).tasks, now=later) == 0


async def test_a_task_of_no_plan_is_counted_under_an_empty_plan(db: Database) -> None:
    await make.tell(db, *make.told(make.registered(plan_id=None)))

    assert [cell.plan for cell in (await make.pictured(db)).tasks] == [""]


async def test_lights_are_counted_for_every_role_of_a_unit(db: Database) -> None:
    roles = [{"unit_id": "u1", "role": "lead"}, {"unit_id": "u2", "role": "cooperating"}]
    tasks = [make.registered("a", units=roles), make.registered("b", units=roles[:1])]

    await make.tell(db, *make.told(*tasks, make.lit("a", "red"), make.lit("b", "red")))

    lights = (await make.pictured(db)).lights
    assert set(lights) == {("u1", "lead", "red", 2), ("u2", "cooperating", "red", 1)}


async def test_a_stage_goal_counts_the_tasks_of_its_plan_in_year_scope(db: Database) -> None:
    tasks = [make.registered("a"), make.registered("b"), make.registered("c", plan_id="p02")]
    out_of_scope = make.registered("d", in_year_scope=False)

    await make.tell(db, *make.told(make.stage_goal(), *tasks, out_of_scope, make.closed("a")))

    assert [(goal.done, goal.total) for goal in await goals(db)] == [(1, 2)]


async def test_a_closing_after_the_goals_date_does_not_count_for_it(db: Database) -> None:
    too_late = end_of_day(date(2023, 6, 30)) + timedelta(seconds=1)

    await make.tell(db, *make.told(make.stage_goal(), make.registered(), make.closed(at=too_late)))

    assert [goal.done for goal in await goals(db, now=too_late + DAY)] == [0]


async def test_a_stage_goal_can_be_read_as_of_an_earlier_day(db: Database) -> None:
    await make.tell(db, *make.told(make.stage_goal(), make.registered(), make.closed(at=NOW)))

    assert [goal.done for goal in await goals(db, now=NOW - DAY)] == [0]


async def test_cancelled_tasks_are_no_part_of_a_stage_goal(db: Database) -> None:
    cancelled = supervision.TaskProgressed(task_id="p01-1", state="cancelled")

    await make.tell(db, *make.told(make.stage_goal(), make.registered(), cancelled))

    assert [(goal.done, goal.total) for goal in await goals(db)] == [(0, 0)]


async def test_a_withdrawn_goal_and_target_are_gone(db: Database) -> None:
    withdrawn = [make.stage_goal(withdrawn=True), make.target(withdrawn=True)]

    await make.tell(db, *make.told(make.stage_goal(), make.target(), *withdrawn))

    picture = await make.pictured(db)
    assert (picture.goals, {one.indicator.kind for one in picture.indicators}) == ((), {"frame"})


def life(task: str, chance: random.Random) -> list[Event]:
    """Make up the events of one task; its end is one of the states that the rates tell apart."""
    due = chance.choice([None, date(2023, 6, 19), date(2023, 6, 25), date(2023, 9, 30)])
    plan = chance.choice(["p01", "p02"])
    begun: list[Event] = [make.registered(task, plan_id=plan, due_on=due), make.assigned(task)]
    ends: list[list[Event]] = [
        [],
        [make.closed(task)],
        [make.closed(task, late=True)],
        [make.submitted(task)],
        [supervision.TaskReturned(task_id=task, state="returned")],
    ]
    return begun + chance.choice(ends)


async def test_two_hundred_events_are_counted_as_by_hand(db: Database) -> None:
    chance = random.Random(11)  # noqa: S311 - a test that can be repeated.
    lives = {f"t{number}": life(f"t{number}", chance) for number in range(80)}
    events = make.told(*(event for steps in lives.values() for event in steps))
    await make.tell(db, *chance.sample(events, len(events)), times=1)

    picture = await make.pictured(db)

    by_hand = Counter((registration(steps).plan_id, state(steps)) for steps in lives.values())
    assert Counter((cell.plan, cell.state) for cell in picture.tasks for _ in range(cell.count)) == by_hand
    assert domain.overdue(picture.tasks, now=NOW) == sum(overdue(steps) for steps in lives.values())


def registration(steps: list[Event]) -> supervision.TaskRegistered:
    first = steps[0]
    assert isinstance(first, supervision.TaskRegistered)
    return first


def state(steps: list[Event]) -> str:
    last = steps[-1]
    assert isinstance(last, supervision.TaskEvent)
    return last.state


def overdue(steps: list[Event]) -> bool:
    """Say by hand whether the task is overdue; a submission at NOW comes after each due instant before NOW."""
    due_on = registration(steps).due_on
    return due_on is not None and end_of_day(due_on) < NOW and state(steps) != "closed"
