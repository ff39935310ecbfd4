"""Whatever people and the platform try, in whatever order: the invariants hold, and a refusal changes nothing.

`SEED=n` repeats a walk that failed.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.tasks.ledger.clocks import RUNS_IN
from services.tasks.ledger.domain import FINISH, State
from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import (
    ClockRow,
    OrderHopRow,
    OrderRow,
    OrderStepRow,
    OrderVisitRow,
    PartRow,
    RevisionRow,
    TaskRow,
    TaskUnitRow,
)
from services.tasks.orders.dispatching import Dispatch, dispatch_by_hand
from services.tasks.orders.service_answers import Answer, Contact, Visit, answer, close, contact, visit
from services.tasks.orders.service_returns import (
    Naming,
    Return,
    Ruling,
    decide_return,
    name_handler,
    name_industry,
    return_order,
)
from services.tasks.orders.service_side import Exclusion, exclude, merge, refuse
from shared.database import Database
from shared.errors import DubanError
from shared.events.hotline import OrderEvent, OrderRecalled, OrderRevisited, OrderUrged
from shared.tables import OUTBOX
from shared.testing import FakeClock, published
from tests.tasks.orders import made
from tests.tasks.orders.made import CITY, HOUSING, LEADER, OFFICE, ORGANISATION, STREET, WATER, head, task

SEED = int(os.environ.get("SEED", "12345"))
STEPS, ORDERS = 200, 12
TABLES = (
    OrderRow,
    OrderHopRow,
    OrderStepRow,
    OrderVisitRow,
    TaskRow,
    TaskUnitRow,
    ClockRow,
    PartRow,
    RevisionRow,
)
PEOPLE = (
    OFFICE,
    LEADER,
    Actor(id="insider", role="supervisor", unit=CITY),
    head(CITY),
    head(WATER),
    head(HOUSING),
)
UNITS = (CITY, WATER, HOUSING, STREET)
Dice = random.Random  # noqa: S311 - no secret.
# What people may try: the use case and what it is told.
DEEDS: tuple[Callable[[Dice], tuple[Any, ...]], ...] = (
    lambda dice: (dispatch_by_hand, Dispatch(unit_id=dice.choice(UNITS), reason="派")),
    lambda dice: (return_order, Return(reason=dice.choice(("duty", "duty", "region", "other", "whim")))),
    lambda dice: (decide_return, Ruling(grant=True, opinion="属实", unit_id=dice.choice((*UNITS, None)))),
    lambda _dice: (decide_return, Ruling(grant=False, opinion="属其职责")),
    lambda dice: (name_industry, Naming(unit_id=dice.choice(UNITS), reason="三定")),
    lambda dice: (name_handler, Naming(unit_id=dice.choice(UNITS), reason="三定")),
    lambda _dice: (contact, Contact()),
    lambda dice: (answer, Answer(text="已办", resolved=dice.choice((None, "yes", "no")))),
    lambda dice: (close, dice.choice(("yes", "partly", "maybe"))),
    lambda dice: (visit, Visit(reached=dice.random() < 0.7, level=dice.choice((None, 1, 5)))),
    lambda dice: (merge, task(dice.randrange(ORDERS)), "同一事项"),
    lambda dice: (refuse, dice.choice(("petition", "other")), ""),
    lambda dice: (exclude, Exclusion(excluded=dice.random() < 0.5, reason="repeated", note="说明")),
)
SELDOM = {merge, refuse}


@dataclass
class Walk:
    """One walk, and what was made and refused on it."""

    db: Database
    clock: FakeClock
    dice: Dice
    made: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    async def step(self) -> None:
        """Try one thing, by somebody who may or may not."""
        self.clock.advance(timedelta(hours=self.dice.choice((0, 0, 1, 5))))
        if self.dice.random() < 0.25:
            await made.hear(self.db, self._event())
            return
        use_case, *said = self.dice.choice(DEEDS)(self.dice)
        if use_case in SELDOM and self.dice.random() < 0.8:
            return
        number = await self._number(use_case)
        actor = OFFICE if self.dice.random() < 0.6 else self.dice.choice(PEOPLE)
        before = await dump(self.db)
        try:
            await made.do(self.db, use_case, task(number), *said, by=actor)
            self.made[use_case.__name__] += 1
        except DubanError as refusal:
            self.refused[refusal.code] += 1
            assert await dump(self.db) == before, f"{use_case.__name__} was refused and changed something"

    async def _number(self, use_case: Callable[..., Any]) -> int:
        """Choose an order; to decide a return mostly one where that waits, so that the walk gets about."""
        any_one = self.dice.randrange(ORDERS)
        if use_case is not decide_return or self.dice.random() < 0.2:
            return any_one
        waiting = {one.id for one in await made.rows(self.db, TaskRow) if one.state == State.OBJECTED}
        return next((number for number in range(ORDERS) if task(number) in waiting), any_one)

    def _event(self) -> OrderEvent:
        number = self.dice.randrange(ORDERS)
        name, now, times = f"city-{number}", self.clock.now(), self.dice.randint(1, 9)
        known = made.NOISE if number % 2 else ("未知",)
        match self.dice.randrange(12):
            case 0:
                return OrderRecalled(order_id=name, recalled_at=now)
            case 1 | 2 | 3:
                return OrderUrged(order_id=name, number=times, urged_at=now)
            case 4 | 5 | 6 | 7:
                said = {"order_id": name, "number": times, "reached": True, "revisited_at": now}
                return OrderRevisited.model_validate(said | {"level": self.dice.choice((1, 5))})
        return made.order(number, received_at=now, category=known)


async def dump(db: Database) -> list[Any]:
    """Read every row about orders and every event."""
    found: list[Any] = [len(await published(db))]
    async with db.reading() as session:
        for model in TABLES:
            columns = model.__table__.columns
            rows = await session.execute(select(*columns).order_by(*model.__table__.primary_key))
            found.append([tuple(row) for row in rows])
    return found


async def check(db: Database) -> None:
    """Hold every order against what must always be true of it."""
    tasks = {one.id: one for one in await made.rows(db, TaskRow)}
    clocks = {one.task_id: one for one in await made.rows(db, ClockRow) if one.name == FINISH}
    hops: dict[str, list[OrderHopRow]] = {}
    for hop in await made.rows(db, OrderHopRow):
        hops.setdefault(hop.task_id, []).append(hop)
    for order in await made.rows(db, OrderRow):
        found = tasks[order.task_id]
        theirs = hops.get(order.task_id, [])
        check_state(order, State(found.state), found, theirs)
        check_clock(State(found.state), clocks.get(order.task_id), theirs)


def check_state(order: OrderRow, state: State, found: TaskRow, hops: list[OrderHopRow]) -> None:
    assert [hop.number for hop in hops] == list(range(1, order.hop + 1))
    assert (order.blocked != "") == (state is State.REGISTERED)
    assert (found.answering_unit is None) <= (state in {State.REGISTERED, State.CANCELLED})
    if state not in {State.REGISTERED, State.CANCELLED}:
        assert found.answering_unit == hops[-1].unit_id
    waits = [hop for hop in hops if hop.returned_at and hop.granted is None]
    assert len(waits) == (state is State.OBJECTED) or state is State.CANCELLED
    ended = order.refusal or order.merged_into or order.recalled_at
    assert state is not State.CANCELLED or ended
    assert not any(hop.unit_id == STREET for hop in hops)
    assert order.hop <= 2 or order.hard == "settled"
    assert (order.closed_at is not None) <= (state in {State.CLOSED, State.CANCELLED})


def check_clock(state: State, clock: ClockRow | None, hops: list[OrderHopRow]) -> None:
    runs = clock is not None and clock.stopped_at is None
    assert runs == (state in RUNS_IN[FINISH])
    if clock is not None and runs:
        assert clock.started_at >= hops[-1].at


async def check_history(db: Database) -> None:
    """Hold the history of every task to be unbroken, and the outbox to be without gaps."""
    seen: dict[str, list[int]] = {}
    for row in await made.rows(db, RevisionRow):
        seen.setdefault(row.task_id, []).append(row.revision)
    assert all(found == list(range(1, len(found) + 1)) for found in seen.values())
    async with db.reading() as session:
        numbers = list(await session.scalars(select(OUTBOX.c.seq).order_by(OUTBOX.c.seq)))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.slow
async def test_whatever_is_tried_the_invariants_of_orders_hold(db: Database, clock: FakeClock) -> None:
    await made.set_up(db, organisation_unit=ORGANISATION, return_workdays=30)
    walk = Walk(db, clock, Dice(SEED))
    await made.hear(db, *(made.order(number) for number in range(ORDERS // 2)))

    for _ in range(STEPS):
        await walk.step()
        await check(db)

    await check_history(db)
    assert {"return_order", "decide_return", "answer", "contact", "dispatch_by_hand"} <= set(walk.made)
    assert len(walk.refused) > 8
