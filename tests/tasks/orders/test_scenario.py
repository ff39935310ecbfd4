"""Planted orders, told twice and out of order, come out as an oracle says that reads only their script."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.tasks.ledger.domain_extensions import Answer as Granting
from services.tasks.ledger.extensions import Request, ask_extension, decide_extension
from services.tasks.models import OrderHopRow, TaskRow
from services.tasks.orders.dispatching import Dispatch, dispatch_by_hand
from services.tasks.orders.misroutes import MisroutesView, show_misroutes
from services.tasks.orders.service_answers import Answer, Contact, Visit, answer, contact, visit
from services.tasks.orders.service_returns import (
    Naming,
    Return,
    Ruling,
    decide_return,
    name_handler,
    name_industry,
    return_order,
)
from services.tasks.orders.service_side import merge, refuse
from shared.database import Database
from shared.events.hotline import OrderEvent, OrderRecalled, OrderRevisited, OrderUrged
from shared.testing import FakeClock
from tests.tasks.orders import made, oracle
from tests.tasks.orders.made import HOUSING, OFFICE, ORGANISATION, head, task
from tests.tasks.orders.oracle import Expected
from tests.tasks.orders.script import BEIJING, FIRST, MAIN, MERGED, ORDERS, PROFILES, Happening, script

# What people do: the use case with what it is told, and who does it.
DEEDS: dict[str, Callable[..., tuple[Any, ...]]] = {
    "contact": lambda _n, unit: (contact, Contact(), head(unit)),
    "answer": lambda _n, unit, resolved: (answer, Answer(text="已办理", resolved=resolved), head(unit)),
    "return": lambda _n, unit: (return_order, Return(reason="duty"), head(unit)),
    "grant": lambda _n, unit: (decide_return, Ruling(grant=True, opinion="属实", unit_id=unit), OFFICE),
    "refuse_return": lambda _n: (decide_return, Ruling(grant=False, opinion="属其职责"), OFFICE),
    "dispatch": lambda _n, unit: (dispatch_by_hand, Dispatch(unit_id=unit, reason="三定"), OFFICE),
    "industry": lambda _n, unit: (name_industry, Naming(unit_id=unit, reason="三定"), head(ORGANISATION)),
    "handler": lambda _n, unit: (name_handler, Naming(unit_id=unit, reason="三定"), head(HOUSING)),
    "merge": lambda number, by: (merge, task(number + by), "同一诉求人", OFFICE),
    "refused": lambda _n: (refuse, "petition", "", OFFICE),
    "visit": lambda _n, resolved, level: (visit, Visit(reached=True, resolved=resolved, level=level), OFFICE),
}


def event_of(number: int, instant: datetime, what: str, said: tuple[Any, ...]) -> OrderEvent | None:
    """Give what the platform says; None for what people do."""
    name = f"city-{number}"
    if what == "received":
        pair = number % len(PROFILES) in {MAIN, MERGED}
        caller = f"caller {number // len(PROFILES)}" if pair else f"other {number}"
        return made.order(number, urgent=said[0], received_at=instant, caller=caller)
    if what == "urged":
        return OrderUrged(order_id=name, number=said[0], urged_at=instant)
    if what == "recalled":
        return OrderRecalled(order_id=name, recalled_at=instant)
    if what == "revisited":
        told = dict(zip(("number", "resolved", "level"), said, strict=True))
        return OrderRevisited.model_validate(
            {"order_id": name, "reached": True, "revisited_at": instant} | told
        )
    return None


async def play(db: Database, clock: FakeClock, told: list[Happening]) -> None:
    """Let the script happen; every event comes twice, and again at the end in a random order."""
    events: list[OrderEvent] = []
    for instant, number, what, said in told:
        clock.instant = instant
        heard = event_of(number, instant, what, said)
        if heard is not None:
            events.append(heard)
            await made.hear(db, heard)
        elif what == "extend":
            await extend(db, number, *said)
        else:
            use_case, *words, by = DEEDS[what](number, *said)
            await made.do(db, use_case, task(number), *words, by=by)
    random.Random(12345).shuffle(events)  # noqa: S311 - no secret.
    await made.hear(db, *events)


async def extend(db: Database, number: int, unit: str, workdays: int) -> None:
    due = (await made.held(db, number)).due_at or datetime.max.replace(tzinfo=BEIJING)
    day = oracle.later(due.astimezone(BEIJING).date(), workdays)
    asked = Request(task_id=task(number), wanted_on=day, reason="情况复杂")
    await made.do(db, ask_extension, asked, by=head(unit))
    await made.do(db, decide_extension, task(number), 1, Granting(grant=True))


def seen(order: Any, found: TaskRow, units: list[str]) -> dict[str, Any]:  # noqa: ANN401 - a row.
    """Say what became of an order in the oracle's words."""
    words = ("contact_late", "answer_late", "resolved", "urged", "visit", "reopened")
    state = found.state if found.state in {"closed", "cancelled"} else "open"
    said = {word: getattr(order, word) for word in words} | {"state": state, "units": units}
    return said | ({"due": found.due_at} if state == "closed" else {})


def wanted(one: Expected) -> dict[str, Any]:
    words = ("contact_late", "answer_late", "resolved", "urged", "visit", "reopened", "state", "units")
    said = {word: getattr(one, word) for word in words}
    return said | ({"due": one.due} if one.state == "closed" else {})


async def look(db: Database) -> dict[int, dict[str, Any]]:
    hops: dict[str, list[str]] = {}
    for hop in await made.rows(db, OrderHopRow):
        hops.setdefault(hop.task_id, []).append(hop.unit_id)
    return {
        number: seen(await made.read(db, number), await made.held(db, number), hops.get(task(number), []))
        for number in range(ORDERS)
    }


async def misroutes(db: Database, clock: FakeClock) -> MisroutesView:
    async with db.reading() as session:
        return await show_misroutes(session, FIRST, FIRST + timedelta(days=60), clock.now())


@pytest.mark.slow
async def test_planted_orders_come_out_as_the_oracle_says(db: Database, clock: FakeClock) -> None:
    await made.set_up(db, organisation_unit=ORGANISATION)
    told = script()

    await play(db, clock, told)

    expected = oracle.run(told)
    assert await look(db) == {number: wanted(one) for number, one in expected.items()}
    sent = [one for one in expected.values() if one.units]
    wrong, shown = sum(one.misrouted for one in sent), await misroutes(db, clock)
    assert (shown.numerator, shown.denominator, len(shown.rows)) == (wrong, len(sent), wrong)
    assert shown.percent == f"{wrong * 100 / len(sent):.2f}"


def test_the_script_is_long_enough_and_holds_every_kind_of_step() -> None:
    told = script()

    assert ORDERS >= 40
    assert {what for _, _, what, _ in told} == {*oracle.STEPS, "merge"}
    assert len({number for _, number, _, _ in told}) == ORDERS
