"""Measures of tasks against a count by hand over random facts, told in any order, as of any instant."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.metrics.domain import goal_progress, on_time
from services.metrics.measuring import registry
from services.metrics.measuring.domain import Scope
from services.metrics.measuring.domain_counting import answered, rows_of, without
from services.metrics.measuring.domain_history import Step, histories
from services.metrics.measuring.steps import KINDS
from shared.database import Database
from shared.events import supervision
from shared.events.envelope import Envelope, Event
from shared.testing import FakeClock, envelope, sqlite_database
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW
from tests.metrics.measuring.asked import measured

BEGIN = NOW - 60 * DAY
UNITS, PLANS = ("u1", "u2"), ("p01", "p02")
MOVES: list[tuple[type[supervision.TaskEvent], str]] = [
    (supervision.TaskAssigned, "assigned"),
    (supervision.TaskProgressed, "in_progress"),
    (supervision.TaskSubmitted, "submitted"),
    (supervision.TaskReturned, "returned"),
    (supervision.TaskReopened, "reopened"),
    (supervision.TaskCancelled, "cancelled"),
]


def random_event(dice: random.Random, task: str) -> Event:
    """Make up a word on a task."""
    roll = dice.randrange(9)
    if roll == 0:
        return make.registered(task, answering_unit=dice.choice(UNITS), plan_id=dice.choice(PLANS))
    if roll in {1, 2}:
        return make.closed(task, at=BEGIN + dice.randrange(60) * DAY, late=dice.random() < 0.4)
    if roll == 3:
        return make.clock_started(task, due_at=BEGIN + dice.randrange(80) * DAY)
    if roll == 4:
        kind = dice.choice(["urge", "talk", "circular", "plate"])
        return supervision.MeasureTaken(task_id=task, measure_id=f"m{dice.random()}", measure=kind)
    kind_, state = dice.choice(MOVES)
    return kind_(task_id=task, state=state)


def random_feed(seed: int, tasks: int = 12, words: int = 140) -> list[Envelope]:
    """Tell random words on some tasks; time goes on with the sequence."""
    dice = random.Random(seed)  # noqa: S311 - no secret.
    names = [f"t{number}" for number in range(tasks)]
    events: list[Event] = [make.registered(name, answering_unit=dice.choice(UNITS)) for name in names]
    events += [random_event(dice, dice.choice(names)) for _ in range(words)]
    return [
        envelope(event, sequence=n, revision=n, time=BEGIN + n * timedelta(hours=8))
        for n, event in enumerate(events, 1)
    ]


Pile = list[tuple[datetime, Any]]
Count = tuple[int, int, int]


def by_hand(feed: list[Envelope], scope: Scope) -> Count:
    """Count on time, due, and returns, as a clerk would with a pile of slips for each task."""
    piles: dict[str, Pile] = {}
    for cause in sorted(feed, key=lambda one: one.sequence):
        if cause.time <= scope.as_of:
            data: Any = cause.data
            piles.setdefault(data.task_id, []).append((cause.time, data))
    counts = [count_of(pile, scope) for pile in piles.values()]
    return sum(one[0] for one in counts), sum(one[1] for one in counts), sum(one[2] for one in counts)


def slips(pile: Pile, kind: type[Event]) -> Pile:
    return [(at, one) for at, one in pile if isinstance(one, kind)]


def count_of(pile: Pile, scope: Scope) -> Count:
    known, moves = slips(pile, supervision.TaskRegistered), slips(pile, supervision.TaskEvent)
    if scope.plan_id not in {None, known[-1][1].plan_id} or (moves and moves[-1][1].state == "cancelled"):
        return 0, 0, 0
    returns = 0
    for place, (_, one) in enumerate(pile):
        if isinstance(one, supervision.TaskReturned):
            then = slips(pile[:place], supervision.TaskRegistered)[-1][1].answering_unit
            returns += scope.unit_id in {None, then}
    if scope.unit_id not in {None, known[-1][1].answering_unit}:
        return 0, 0, returns
    return (*lateness_of(pile, moves, scope), returns)


def lateness_of(pile: Pile, moves: Pile, scope: Scope) -> tuple[int, int]:
    clocks, handed = slips(pile, supervision.ClockStarted), slips(pile, supervision.TaskSubmitted)
    limit = clocks[-1][1].due_at if clocks else make.utc(2023, 6, 30, 16) - timedelta(seconds=1)
    last = moves[-1][1] if moves else None
    if isinstance(last, supervision.TaskClosed):
        return int(not last.late), 1
    waits = last is not None and last.state == "submitted" and handed[-1][0] <= limit
    return 0, int(limit < scope.as_of and not waits)


SCOPES = [
    {"unit_id": None, "plan_id": None},
    {"unit_id": "u1", "plan_id": None},
    {"unit_id": None, "plan_id": "p02"},
    {"unit_id": "u2", "plan_id": "p01"},
]


@pytest.mark.parametrize("seed", range(3))
async def test_measures_are_what_a_clerk_would_count(seed: int, tmp_path: Path) -> None:
    db, feed = sqlite_database("metrics", tmp_path, FakeClock()), random_feed(seed)
    await make.hand_over(db, random.Random(seed).sample(feed, len(feed)))  # noqa: S311

    for days in (5, 20, 60):
        for narrowed in SCOPES:
            scope = Scope(BEGIN + days * DAY, **narrowed)  # type: ignore[arg-type]
            found = await measured(db, "tasks.on_time", scope)
            returns = await measured(db, "tasks.returned", scope)
            assert (found.numerator, found.denominator, returns.numerator) == by_hand(feed, scope)
    await db.close()


def steps_of(feed: list[Envelope]) -> list[Step]:
    """Give the steps of a feed without a database."""
    found = []
    for cause in feed:
        data: Any = cause.data
        kind, said = KINDS[type(data)]
        row: dict[str, Any] = {
            "state": "",
            "due_at": None,
            "late": False,
            "late_by_original": None,
            "word": "",
        }
        row |= {"task_kind": "", "plan_id": None, "unit_id": None, "in_year_scope": False, "at": cause.time}
        own = {"task_id": data.task_id, "sequence": cause.sequence, "kind": kind, "told_at": cause.time}
        found.append(Step(**(row | own | said(data))))
    return found


FEED = steps_of(random_feed(99, tasks=4, words=40))


@settings(max_examples=60, deadline=None)
@given(st.permutations(FEED), st.integers(0, len(FEED)), st.sampled_from(sorted(registry.OF_TASKS)))
def test_what_comes_later_in_whatever_order_changes_no_answer(
    shuffled: list[Step], known: int, name: str
) -> None:
    measure, scope = registry.OF_TASKS[name], Scope(FEED[known - 1].told_at if known else BEGIN)

    def answer(steps: list[Step]) -> object:
        told = histories(one for one in steps if one.told_at <= scope.as_of)
        said = [finding for task in told for finding in measure.judge(task, scope)]
        findings = list(without(said, {"t1": "1号"}))
        figure = answered(name, measure.unit, findings, minimum=measure.minimum, version=1)
        return figure, rows_of(findings, "denominator", ("", 500))

    assert answer(shuffled) == answer(FEED[:known])


async def test_facts_told_twice_and_out_of_order_are_the_same_facts(db: Database) -> None:
    feed = random_feed(7, tasks=5, words=25)
    await make.hand_over(db, [*reversed(feed), *feed])

    found = await measured(db, "tasks.returned", Scope(NOW))

    assert found.numerator == by_hand(feed, Scope(NOW))[2]


async def test_what_is_exported_is_what_the_measures_say(tmp_path: Path) -> None:
    db, at = sqlite_database("metrics", tmp_path, FakeClock()), BEGIN + 60 * DAY
    goal = make.stage_goal("p01-m1", due_on=date(2023, 6, 1))
    await make.hand_over(db, [*random_feed(5), envelope(goal, sequence=999)])

    picture = await make.pictured(db, now=at)
    found = [
        await measured(db, "tasks.on_time", Scope(at)),
        await measured(db, "goals.progress", Scope(at, plan_id="p01", last=date(2023, 6, 1))),
    ]

    exported = [on_time(picture.tasks, as_of=at), goal_progress(picture.goals[0], as_of=at)]
    assert [(one.numerator, one.denominator) for one in found] == [
        (one.numerator, one.denominator) for one in exported
    ]
    await db.close()
