"""Asked of the past, the catalogue is what was told by then: targets, goals, owners and plans that stood."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest

from services.metrics.indicators.catalogue import Changes
from services.metrics.indicators.domain import Standing
from services.metrics.indicators.service_values import change
from shared.database import Database
from shared.errors import NotFound
from shared.events import supervision
from shared.events.envelope import Event
from shared.testing import envelope
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW
from tests.metrics.indicators import made

BEFORE, THEN = NOW - 3 * DAY, NOW - 2 * DAY


async def told(db: Database, events: Sequence[Event], at: datetime, first: int) -> None:
    """Tell events, each as a further word on its subject."""
    told = [envelope(event, sequence=n, revision=n, time=at) for n, event in enumerate(events, first)]
    await make.tell(db, *told)


def target(**changes: object) -> supervision.TargetSet:
    return make.target("网上可办率", target_id=made.ID, plan_id=made.PLAN, task_id="p18-1", **changes)


def goal(**changes: object) -> supervision.StageGoalSet:
    return make.stage_goal("g1", plan_id=made.PLAN, **changes)


def first_words() -> list[Event]:
    plan = supervision.PlanConfirmed(plan_id=made.PLAN, title="政务服务", issued_on=made.ISSUED, tasks=1)
    units = [supervision.UnitRegistered(unit_id=one, name=one, kind="centre") for one in ("u1", "u2")]
    return [plan, *units, make.registered("p18-1", plan_id=made.PLAN), target(value=96), goal(value=60)]


def later_words() -> list[Event]:
    plan = supervision.PlanConfirmed(plan_id=made.PLAN, title="修订", issued_on=date(2024, 1, 5), tasks=1)
    task = make.registered("p18-1", plan_id=made.PLAN, answering_unit="u2")
    return [plan, task, target(value=98), goal(withdrawn=True)]


async def stood(db: Database, as_of: datetime) -> dict[str, Standing]:
    kinds = frozenset({"target", "goal"})
    return {one.indicator.indicator_id: one for one in await made.standings(db, as_of=as_of, kinds=kinds)}


async def test_before_it_was_corrected_a_target_stands_with_its_value_its_owner_and_its_plans_day(
    db: Database,
) -> None:
    await told(db, first_words(), BEFORE, 1)
    await told(db, later_words(), NOW - DAY, 21)

    was, now = [await made.stands(db, as_of=at) for at in (THEN, NOW)]

    one, other = was.indicator, now.indicator
    assert (one.value, one.setting.owner, one.begins_on) == (Decimal(96), "u1", made.ISSUED)
    assert (other.value, other.setting.owner, other.begins_on) == (Decimal(98), "u2", date(2024, 1, 5))
    assert other.ends_on == date(2024, 12, 31) != one.ends_on


async def test_a_goal_stands_until_it_is_withdrawn_and_nothing_before_it_is_told(db: Database) -> None:
    await told(db, first_words(), BEFORE, 1)
    await told(db, later_words(), NOW - DAY, 21)

    found = [set(await stood(db, at)) for at in (BEFORE - DAY, THEN, NOW)]

    assert found == [set(), {made.ID, "g1"}, {made.ID}]
    with pytest.raises(NotFound):
        await made.stands(db, as_of=BEFORE - DAY)


async def test_an_older_word_that_comes_late_changes_nothing(db: Database) -> None:
    await told(db, later_words(), BEFORE, 21)
    await told(db, first_words(), BEFORE, 1)

    was, now = [await made.stands(db, as_of=at) for at in (THEN, NOW)]

    assert (was.indicator.value, was.indicator.setting.owner) == (Decimal(98), "u2")
    assert was.indicator == now.indicator


async def test_what_planners_set_later_does_not_change_what_stood(db: Database) -> None:
    await told(db, first_words(), BEFORE, 1)
    await db.run_sync(
        lambda tx: change(tx, made.PLANNER, made.ID, Changes(owner="u2", stale_after=9), "调整")
    )

    was, now = [await made.stands(db, as_of=at) for at in (THEN, NOW)]

    assert (was.indicator.setting.owner, now.indicator.setting.owner) == ("u1", "u2")
    assert (now.indicator.setting.stale_after, was.indicator.setting.version) == (9, 0)
