"""Lights follow the business day without anybody touching a task."""

import asyncio
from datetime import date

from services.tasks.daybreak import Daybreak
from services.tasks.ledger.domain import Move
from services.tasks.ledger.relighting import relight_open
from services.tasks.models import LightRow
from shared.clock import at_local
from shared.database import Database
from shared.events.supervision import TaskLit
from shared.testing import FakeClock, events_of
from tests.tasks import factories as make


async def colours(db: Database, number: str) -> list[str]:
    return [event.light for event in await events_of(db, TaskLit) if event.task_id == make.task_id(number)]


async def test_a_task_turns_yellow_and_red_as_days_go_by(ledger: Database, clock: FakeClock) -> None:
    for day in (date(2023, 6, 22), date(2023, 6, 23), date(2023, 7, 1)):
        clock.instant = at_local(day, 0, 5)
        await relight_open(ledger)

    assert await colours(ledger, "1") == ["green", "yellow", "red"]
    assert await colours(ledger, "3") == ["undated"]


async def test_lighting_twice_on_one_day_says_nothing_new(ledger: Database, clock: FakeClock) -> None:
    clock.instant = at_local(date(2023, 7, 1))

    assert [await relight_open(ledger), await relight_open(ledger)] == [1, 0]


async def test_every_light_is_kept_with_its_inputs(ledger: Database, clock: FakeClock) -> None:
    clock.instant = at_local(date(2023, 7, 1))
    await relight_open(ledger)

    kept = [row for row in await make.rows(ledger, LightRow) if row.task_id == make.task_id("1")]

    assert [(row.number, row.light) for row in kept] == [(1, "green"), (2, "red")]
    assert (kept[1].inputs["date"], kept[1].lit_at) == ("2023-07-01", clock.now())


async def test_closed_tasks_keep_their_light(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)
    clock.instant = at_local(date(2023, 7, 1))
    await relight_open(ledger)

    assert (await colours(ledger, "1"))[-1] == "done"


async def test_the_day_breaks_once_and_the_next_look_is_at_midnight(
    ledger: Database, clock: FakeClock
) -> None:
    clock.instant = at_local(date(2023, 6, 30), 23, 59)
    daybreak = Daybreak(ledger)

    waits = [await daybreak.step(), await daybreak.step()]

    assert (waits, await colours(ledger, "1")) == ([60.0, 60.0], ["green", "yellow"])


async def test_a_new_day_relights_without_a_restart(ledger: Database, clock: FakeClock) -> None:
    clock.instant = at_local(date(2023, 6, 30), 12)
    daybreak = Daybreak(ledger)
    await daybreak.step()
    clock.instant = at_local(date(2023, 7, 1))
    await daybreak.step()

    assert await colours(ledger, "1") == ["green", "yellow", "red"]


async def test_the_wait_is_never_nothing(ledger: Database, clock: FakeClock) -> None:
    clock.instant = at_local(date(2023, 7, 1)).replace(microsecond=0)
    clock.instant = clock.instant.replace(second=59, minute=59, hour=15, microsecond=999_999)

    assert await Daybreak(ledger).step() == 0.05


async def test_who_writes_waits_for_some_lights_and_not_for_all(ledger: Database, clock: FakeClock) -> None:
    for number in ("11", "12", "13"):
        await make.register(ledger, number=number, deadline=date(2023, 6, 30))
    clock.instant = at_local(date(2023, 7, 1))
    before = len(await events_of(ledger, TaskLit))

    async def write() -> int:
        """Come first in the queue of those who write; give how many lights were kept then."""
        async with ledger.transaction():
            return len(await events_of(ledger, TaskLit)) - before

    lighting = asyncio.create_task(relight_open(ledger, at_once=1))
    seen = []
    while not lighting.done():
        await asyncio.sleep(0)
        seen.append(await write())
    await lighting

    assert {1, 2, 3} & set(seen)
    assert [(await make.get(ledger, number)).light for number in ("1", "11", "12", "13")] == ["red"] * 4
