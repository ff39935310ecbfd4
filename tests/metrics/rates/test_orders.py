"""Rates of hotline orders equal a count from the raw events, digit for digit, whatever came when and how often."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from sqlalchemy import func, select

from services.metrics.models import Order, OrderStep
from services.metrics.rates import repository_orders
from services.metrics.rates.domain import Part
from services.metrics.rates.functions import rule_of_file, rules_of_file
from services.metrics.rates.questions import OF_ORDERS, PERIODS, Question
from services.metrics.rates.repository_orders import OrderQuestion
from services.metrics.rates.service import Asked
from shared.database import Database
from shared.errors import Invalid
from shared.events import hotline, orders, supervision
from shared.events.envelope import Envelope, Event
from shared.testing import envelope
from tests.metrics import factories as make
from tests.metrics.factories import NOW
from tests.metrics.rates import made
from tests.metrics.rates.made import A, B
from tests.metrics.rates.oracle_orders import OrderOracle

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RATES = [rate for rate in rules_of_file() if rate.startswith("orders.")]
SPANS = ((date(2023, 1, 1), date(2023, 12, 31)), (date(2023, 5, 1), date(2023, 6, 5)))
UNIT = supervision.UnitRegistered(unit_id="u1", name="城管局", kind="department", codes=(A,))


def received(order: str = "o1", **changes: object) -> hotline.OrderReceived:
    content: dict[str, object] = {"order_id": order, "source_id": "src", "order_no": order, "kind": "help"}
    content |= {"category": ("城管", "噪声"), "received_at": NOW, "scheme": "s"}
    return hotline.OrderReceived.model_validate(content | changes)


def step(model: type[Event], order: str = "o1", **more: object) -> Event:
    return model.model_validate({"task_id": f"t-{order}", "order_id": order} | more)


def dispatched(order: str = "o1", hop: int = 1, **more: object) -> Event:
    content: dict[str, object] = {"unit_id": "u1", "by_directory": True, "due_at": NOW + DAY}
    return step(orders.OrderDispatched, order, hop=hop, **(content | more))


class World:
    """Makes up what was told; each feed numbers its own events."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a test that can be repeated.
        self.told: list[Envelope] = []
        self.numbers = Counter[str]()

    def tell(self, event: Event, at: datetime) -> None:
        self.numbers[event.feed()] += 1
        number = self.numbers[event.feed()]
        self.told.append(envelope(event, sequence=number, revision=number, time=at))

    def an_order(self, name: str) -> None:
        pick, at = self.chance.choice, NOW - self.chance.randrange(60 * 24) * HOUR
        what = {"kind": pick(["help", "complaint"]), "category": pick([(), ("城管",), ("城管", "噪声")])}
        where = {
            "unit_code": pick(["", A, B]),
            "region_code": pick(["61", "62"]),
            "channel": pick(["p", "w"]),
        }
        who = {"caller": pick(["", "c1", "c2"]), "repeats": pick(["", "", "", "x"])}
        event = received(name, received_at=at, source_id=pick(["src", "other"]), **what, **where, **who)
        self.tell(event, at)
        for hop in range(1, 1 + self.chance.randrange(9)):
            at = min(at + self.chance.randrange(1, 150) * HOUR, NOW)
            self.tell(pick(self.steps(name, hop, at)), at)

    def steps(self, name: str, hop: int, at: datetime) -> list[Event]:
        pick = self.chance.choice
        said: dict[str, object] = {
            "reached": pick([True, False]),
            "resolved": pick([None, "yes", "no", "partly"]),
        }
        said |= {"level": pick([None, 1, 2, 3, 4, 5])}
        late, unit = pick([True, False]), pick(["u1", "u2"])
        due_at, hop_before = at + self.chance.randrange(1, 200) * HOUR, max(hop - pick([1, 2]), 1)
        back = {"unit_id": unit, "reason": "r", "hop": hop_before, "granted": pick([None, True, False])}
        opened = step(orders.OrderOpened, name, refusal=pick(["", "", "x"]), about_office=hop % 3 == 0)
        visit = hotline.OrderRevisited.model_validate(
            {"order_id": name, "number": hop, "revisited_at": at - pick([0, 1, 50]) * HOUR} | said
        )
        often = [
            opened,
            dispatched(name, hop, unit_id=unit, due_at=due_at),
            step(orders.OrderContacted, name, unit_id=unit, late=late),
            step(orders.OrderAnswered, name, unit_id=unit, late=late),
            step(orders.OrderVisited, name, attempt=hop, **said),
            step(orders.OrderReturned, name, **back),
            visit,
        ]
        rare = [
            step(orders.OrderMerged, name, into="t9"),
            hotline.OrderRecalled(order_id=name, recalled_at=at),
            step(orders.OrderExcluded, name, reason="r", approved_by="王局", excluded=late),
        ]
        return often * 4 + rare


async def arrive(db: Database, seed: int) -> World:
    """Bring the events of some orders in any order, some of them again."""
    world = World(seed)
    for number in range(60):
        world.an_order(f"o{number:03d}")
    arriving = world.told + world.chance.sample(world.told, len(world.told) // 4)
    world.chance.shuffle(arriving)
    await make.tell(db, *make.told(UNIT, time=make.BEGINNING))
    await make.hand_over(db, arriving)
    return world


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
async def test_every_rate_of_orders_equals_a_count_from_the_raw_events(db: Database, seed: int) -> None:
    world = await arrive(db, seed)
    past = NOW - world.chance.randrange(10, 40 * 24) * HOUR

    for until, as_of in ((NOW, None), (past, past)):
        oracle = OrderOracle(world.told, until, {A: "u1"})
        for rate, by, (first, last) in product(RATES, OF_ORDERS + PERIODS, SPANS):
            answer = await made.ask(db, rate, by=by, first=first, last=last, as_of=as_of)
            assert made.shown(answer) == oracle.answer(rate, by, first, last), (rate, by, first, as_of)


@pytest.mark.slow
async def test_the_rows_behind_each_part_of_orders_are_as_many_as_the_figure_says(db: Database) -> None:
    await arrive(db, 9)

    for rate in RATES:
        whole = (await made.ask(db, rate)).whole
        pages = [(await made.rows(db, Asked(rate, "unit", NOW), part)).rows for part in Part]
        excluded = sum(one.count for one in whole.exclusions.values())
        assert [len(page) for page in pages] == [whole.numerator, whole.denominator, excluded], rate
        assert all(len({row.fact.fact_id for row in page}) == len(page) for page in pages)


async def test_a_fact_of_an_order_is_kept_once(db: Database) -> None:
    await made.tell(db, received(), dispatched(), hotline.OrderRecalled(order_id="o1", recalled_at=NOW))

    async with db.reading() as session:
        counts = [await session.scalar(select(func.count()).select_from(one)) for one in (Order, OrderStep)]
    assert counts == [1, 2]


async def test_what_a_person_excluded_counts_in_no_rate_and_says_who_approved(db: Database) -> None:
    out = step(orders.OrderExcluded, reason="force_majeure", approved_by="王局")
    await made.tell(db, received(), out, received("o2"))

    whole = (await made.ask(db, "orders.accepted")).whole

    assert (whole.numerator, whole.denominator) == (0, 1)
    assert whole.exclusions["excluded"].approved_by == {"王局": 1}


async def test_what_the_platform_took_back_is_left_out_by_the_rule(db: Database) -> None:
    await made.tell(db, received(), hotline.OrderRecalled(order_id="o1", recalled_at=NOW))

    left_out = (await made.ask(db, "orders.accepted")).whole.exclusions["recalled"]

    assert left_out.approved_by == {"规则 orders.accepted 第 1 版（系统默认）": 1}


async def test_a_unit_is_found_by_its_id_and_by_its_code(db: Database) -> None:
    await make.tell(db, *make.told(UNIT, time=make.BEGINNING))
    await made.tell(db, received(), dispatched(), received("o2", unit_code=A), received("o3", unit_code=B))

    for unit in ("u1", A):
        assert (await made.ask(db, "orders.accepted", unit=unit)).whole.denominator == 2


async def test_thirty_orders_have_a_value_and_one_less_has_none(db: Database) -> None:
    names = [f"o{number}" for number in range(30)]
    opened = [step(orders.OrderOpened, name) for name in names[:20]]
    await made.tell(db, *(received(name) for name in names), *opened)

    assert (await made.ask(db, "orders.accepted")).whole.value == Decimal("0.6666")
    await made.tell(db, step(orders.OrderExcluded, reason="r", approved_by="王局"), first=99)
    assert (await made.ask(db, "orders.accepted")).whole.value is None


async def test_orders_have_no_windows_and_ratings_no_kind_of_order(db: Database) -> None:
    for rate, by in (("orders.accepted", "window"), ("ratings.satisfaction", "order_kind")):
        with pytest.raises(Invalid, match=f"不能按 {by} 统计"):
            await made.ask(db, rate, by=by)


async def test_a_span_with_too_many_orders_is_refused(db: Database) -> None:
    await made.tell(db, received(), received("o2"))
    asked = OrderQuestion(Question("unit", NOW), rule_of_file("orders.accepted"), most=1)

    async with db.reading() as session:
        connection = await session.connection()
        with pytest.raises(Invalid, match="缩短"):
            await connection.run_sync(repository_orders.sorts_of, asked)
