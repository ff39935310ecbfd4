"""A project behind its plan is told of once for each week that is over, with by how much."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.tasks.daybreak import Daybreak
from services.tasks.models import ProjectLagRow
from services.tasks.projects.domain_pace import LagRule, last_week
from services.tasks.projects.service_invest import Investment, report_investment
from services.tasks.projects.service_lag import tell_lags
from shared.clock import at_local
from shared.database import Database
from shared.events.supervision import ProjectLagged
from shared.testing import FakeClock, events_of, published
from tests.tasks import factories as make
from tests.tasks.projects import made

APRIL = date(
    2023, 4, 12
)  # A Wednesday; the week before ended on the 99th day: 0.99 亿元 of the 3.65 are planned.
SUNDAY = date(2023, 4, 9)


async def report(db: Database, task_id: str, on: date, completed: str) -> None:
    async with db.transaction() as tx:
        said = Investment(on=on, completed=Decimal(completed))
        await report_investment(tx, task_id, said, make.act(at=tx.now))


async def tell(db: Database, rule: LagRule | None = None) -> int:
    async with db.transaction() as tx:
        return await tell_lags(tx, rule)


@pytest.mark.parametrize(
    ("today", "week", "sunday"),
    [
        (date(2023, 4, 10), "2023-W14", SUNDAY),
        (date(2023, 4, 16), "2023-W14", SUNDAY),
        (date(2023, 4, 17), "2023-W15", date(2023, 4, 16)),
        (date(2023, 1, 1), "2022-W51", date(2022, 12, 25)),
        (date(2023, 1, 4), "2022-W52", date(2023, 1, 1)),
    ],
)
def test_the_week_that_is_over_ended_on_the_sunday_before(today: date, week: str, sunday: date) -> None:
    assert last_week(today) == (week, sunday)


async def test_a_lag_says_by_how_much(ledger: Database, clock: FakeClock) -> None:
    clock.instant = at_local(APRIL, 9)
    task_id = await made.register(ledger)
    await report(ledger, task_id, date(2023, 3, 31), "0.5")

    assert await tell(ledger) == 1

    [event] = await events_of(ledger, ProjectLagged)
    assert event == ProjectLagged(
        task_id=task_id,
        week="2023-W14",
        on=SUNDAY,
        annual=3.65,
        planned=0.99,
        completed=0.5,
        behind=0.49,
        points=13.42,
        rule_version=1,
    )


async def test_a_lag_is_told_once_a_week_and_again_in_the_next(ledger: Database, clock: FakeClock) -> None:
    clock.instant = at_local(APRIL, 9)
    await made.register(ledger)
    first = [await tell(ledger), await tell(ledger)]
    clock.advance(timedelta(days=7))

    second = [await tell(ledger), await tell(ledger)]

    assert (first, second) == ([1, 0], [1, 0])
    assert [event.week for event in await events_of(ledger, ProjectLagged)] == ["2023-W14", "2023-W15"]
    assert [row.week for row in await make.rows(ledger, ProjectLagRow)] == ["2023-W14", "2023-W15"]


async def test_a_project_in_pace_or_within_the_margin_is_not_told_of(
    ledger: Database, clock: FakeClock
) -> None:
    clock.instant = at_local(APRIL, 9)
    in_pace = await made.register(ledger)
    await report(ledger, in_pace, date(2023, 3, 31), "0.95")
    await made.register(ledger)

    told = await tell(ledger, LagRule(version=2, margin_points=Decimal(30), weeks=2))

    assert told == 0
    assert [event.task_id for event in await events_of(ledger, ProjectLagged)] == []


async def test_a_project_that_was_not_yet_on_the_list_is_not_told_of(
    ledger: Database, clock: FakeClock
) -> None:
    clock.instant = at_local(APRIL, 9)
    await made.register(ledger, listed_on=SUNDAY + timedelta(days=1))

    assert await tell(ledger) == 0


async def test_a_new_day_tells_of_lags(ledger: Database, clock: FakeClock) -> None:
    clock.instant = at_local(APRIL, 9)
    task_id = await made.register(ledger)

    await Daybreak(ledger).step()
    await Daybreak(ledger).step()

    found = [one for one in await published(ledger) if isinstance(one.data, ProjectLagged)]
    task = (await made.get(ledger, task_id)).task
    assert [(one.subject, one.revision) for one in found] == [(task_id, task.revision)]
