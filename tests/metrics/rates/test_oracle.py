"""Every rate equals a count from the raw events, digit for digit, whatever came when, how often and in which order."""

import random
from datetime import date, timedelta
from itertools import product

import pytest

from services.metrics.rates.domain import Part
from services.metrics.rates.functions import rules_of_file
from services.metrics.rates.questions import DIMENSIONS, PERIODS
from services.metrics.rates.service import Asked
from shared.database import Database
from shared.events import supervision
from shared.events.envelope import Envelope, Event
from shared.testing import envelope
from tests.metrics import factories as make
from tests.metrics.factories import NOW
from tests.metrics.rates import made
from tests.metrics.rates.made import A, B
from tests.metrics.rates.oracle import Oracle

RATES = [
    rate for rate in rules_of_file() if not rate.startswith("orders.")
]  # Those have an oracle of their own.

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TYPES = {"i1": "01", "i2": "20"}
CODES = {A: "u1"}  # The registry does not know B.
YEAR = date(2023, 1, 1), date(2023, 12, 31)
SPANS = (YEAR, (date(2023, 5, 1), date(2023, 6, 5)))
UNIT = supervision.UnitRegistered(unit_id="u1", name="政务中心", kind="centre", codes=(A,))


class World:
    """Makes up what was told, in the order of the streams."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a test that can be repeated.
        self.told: list[Envelope] = []

    def tell(self, event: Event, at: object) -> None:
        number = len(self.told) + 1
        self.told.append(envelope(event, sequence=number, revision=number, time=at))  # type: ignore[arg-type]

    def place(self) -> dict[str, object]:
        pick = self.chance.choice
        where: dict[str, object] = {
            "unit_code": pick([A, B]),
            "item_code": pick(["i1", "i2"]),
            "source_id": "src",
        }
        codes = {
            "hall": pick(["", "h1", "h2"]),
            "window": pick(["", "w1", "w2"]),
            "clerk": pick(["c1", "c2"]),
        }
        return where | codes | {"region_code": pick(["610100000000", "610102000000"])}

    def a_service(self, name: str) -> None:
        pick, at = self.chance.choice, NOW - self.chance.randrange(60 * 24) * HOUR
        where = self.place()
        limit = {"promised": pick([0, 1, 5, 20, None]), "kind": pick(["promised", "promised", "instant"])}
        more = {"item_type": TYPES[str(where["item_code"])], "place": pick(["online", "offline", ""])}
        self.tell(made.accepted(name, accepted_at=at, **where, **limit, **more), at)
        for number in (1, 2):
            at += self.chance.randrange(1, 200) * HOUR
            if at < NOW and pick([True, False]):
                self.tell(made.paused(name, at, number), at)
                at += self.chance.randrange(1, 100) * HOUR
                if at < NOW and pick([True, True, False]):
                    self.tell(made.resumed(name, at, number), at)
        at += self.chance.randrange(1, 300) * HOUR
        if at < NOW and pick([True, True, True, False]):
            self.tell(made.completed(name, at), at)

    def a_rating(self, number: int) -> None:
        pick, at = self.chance.choice, NOW - self.chance.randrange(60 * 24) * HOUR
        level = pick([5, 5, 4, 3, 2, 1])
        sort = {
            "level": level,
            "is_default": level > 3 and pick([True, False]),
            "channel": pick(["pc", "qr"]),
        }
        event = make.rating(number, rated_at=at, assessment_number=pick([1, 1, 2]), **sort, **self.place())
        self.tell(event, at + HOUR)
        if level <= 2:
            self.a_rectification(f"t{number}", event.rating_id, at + 2 * HOUR)

    def a_rectification(self, task: str, rating: str, at: object) -> None:
        pick, steps = self.chance.choice, self.chance.randrange(7)
        self.tell(made.opened(task, rating, is_named=pick([True, False])), at)
        kinds = [
            made.judged(
                task, rating, stands=pick([True, False]), verdict=pick(["malicious", "unreasonable"])
            ),
            made.rectified(task, rating, late=pick([True, False])),
            made.called_back(task, rating, reached=pick([True, False])),
            supervision.TaskReopened(task_id=task, state="reopened"),
            made.judged(task, rating, stands=True),
        ]
        for _ in range(steps):
            at = min(at + self.chance.randrange(1, 400) * HOUR, NOW)  # type: ignore[operator]
            self.tell(pick(kinds), at)

    def events(self) -> list[Envelope]:
        for number in range(40):
            self.a_service(f"s{number:03d}")
            self.a_rating(number)
        return self.told


async def arrive(db: Database, world: World) -> None:
    """Bring the events in any order, some of them again, with rolls in between."""
    chance = world.chance
    arriving = world.told + chance.sample(world.told, len(world.told) // 4)
    chance.shuffle(arriving)
    await make.tell(db, *make.told(UNIT, time=make.BEGINNING))
    for number, batch in enumerate(made.batches(arriving, 40)):
        await make.hand_over(db, batch)
        if number % 3 == 1:
            await made.roll_all(db)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
async def test_every_rate_equals_a_count_from_the_raw_events(db: Database, seed: int) -> None:
    world = World(seed)
    world.events()
    await arrive(db, world)
    past = NOW - world.chance.randrange(10, 40 * 24) * HOUR

    for until, as_of in ((NOW, None), (past, past)):
        oracle = Oracle(world.told, until, CODES, TYPES)
        for rate, by, (first, last) in product(RATES, DIMENSIONS + PERIODS, SPANS):
            answer = await made.ask(db, rate, by=by, first=first, last=last, as_of=as_of)
            assert made.shown(answer) == oracle.answer(rate, by, first, last), (rate, by, first, as_of)


@pytest.mark.parametrize("rolled", [True, False])
async def test_the_rows_behind_each_part_are_as_many_as_the_figure_says(
    db: Database, *, rolled: bool
) -> None:
    world = World(9)
    world.events()
    await arrive(db, world)
    if rolled:
        await made.roll_all(db)

    for rate in RATES:
        whole = (await made.ask(db, rate, by="window", first=YEAR[0], last=YEAR[1])).whole
        asked = Asked(rate, "window", NOW, first=YEAR[0], last=YEAR[1])
        counts = [await listed(db, asked, part) for part in Part]
        excluded = sum(one.count for one in whole.exclusions.values())
        numerator = whole.denominator if rate == "ratings.level" else whole.numerator
        assert counts == [numerator, whole.denominator, excluded], rate


async def listed(db: Database, asked: Asked, part: Part) -> int:
    """Count the rows of a part, page by page; none may come twice."""
    ids: list[str] = []
    after: str | None = ""
    while after is not None:
        page = await made.rows(db, asked, part, (after, 7))
        names = {"ratings": "rating_id", "services": "service_id", "rectifications": "task_id"}
        ids += [getattr(row.fact, names[row.family]) for row in page.rows]
        after = page.after
    assert len(ids) == len(set(ids))
    return len(ids)
