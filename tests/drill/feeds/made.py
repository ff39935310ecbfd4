"""Makes up the raw input of a year, day by day: only what is under way is ever held, and a seed gives it again.

What a record says is all that there is: nothing here says what ought to come of it.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from deploy.simulate import credit_code
from tests.drill.feeds.persons import Person, said_of

YEAR, SOURCE, HOTLINE = 2023, "year", "hotline"
BUSY, QUIET = 1.0, 0.15  # Of a weekday and of a Saturday or Sunday.
ORDERS_FROM, ORDER_DAYS = date(2023, 12, 4), 7
ORDERS_OF = 12_300 / 2_000_000  # Orders a day in that week by services and ratings of the year.
BAD_SHARE, FEWEST_BAD = 0.00012, 24
UNITS = 41  # Beside the three of the planted cases.
ONE_DAY = timedelta(days=1)
ITEM_TYPES = ("01", "05", "07", "10", "20")
PROMISES: tuple[tuple[int, str, int], ...] = (  # Amount, unit, natural days that it is about.
    (3, "workdays", 4),
    (5, "workdays", 7),
    (10, "workdays", 14),
    (20, "workdays", 28),
    (7, "days", 7),
    (15, "days", 15),
    (1, "months", 30),
)
PACES: tuple[tuple[float, float, float], ...] = (  # Share, and between which parts of the promise it is done.
    (0.70, 0.05, 0.40),
    (0.275, 0.40, 0.95),
    (0.02, 0.95, 1.10),
    (0.005, 1.10, 2.00),
)
CATEGORIES = (
    "城市管理->市容环境->占道经营",
    "城市管理->市政设施->路灯",
    "住房保障->物业管理->收费",
    "交通运输->公共交通->线路",
    "市场监管->消费维权",
    "社会保障->养老保险",
    "环境保护->噪声",
    "教育",
)
Record = dict[str, Any]


class Item(NamedTuple):
    """A 业务办理项 of a unit."""

    code: str
    kind: str


@dataclass(frozen=True, slots=True)
class Size:
    """How much a year is.

    Attributes:
        feeds: 办件 and ratings together.
    """

    feeds: int
    seed: int = 5

    @property
    def services(self) -> int:
        """办件 of the year; about as many ratings."""
        return self.feeds // 2

    @property
    def orders_a_day(self) -> int:
        """工单 on each day of the week that has some."""
        return round(self.feeds * ORDERS_OF)

    @property
    def bad_every(self) -> int:
        """Which rating is a bad one."""
        return max(1, round(self.services / max(FEWEST_BAD, self.services * BAD_SHARE)))


def codes() -> tuple[str, ...]:
    """Give the codes of the units that are not of the planted cases, the busiest first."""
    return tuple(credit_code(10_000 + 137 * number) for number in range(1, UNITS + 1))


def weight_of(day: date) -> float:
    """Say how busy a day is."""
    return BUSY if day.weekday() < 5 else QUIET


@dataclass
class Year:
    """The records of a year by the day on which their source sends them.

    Attributes:
        persons: Who is planted in texts; each is used once.
    """

    size: Size
    persons: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with the seed."""
        self._chance = random.Random(self.size.seed)  # noqa: S311 - made-up records are no secret.
        self._codes = codes()
        self._items = {
            code: [
                Item(f"{code}{kind}{place:04d}", kind)
                for place, kind in enumerate(self._chance.choices(ITEM_TYPES, k=8))
            ]
            for code in self._codes
        }
        self._later: dict[date, list[Record]] = defaultdict(list)
        self._number = self._rated = self._order = 0
        self._left = list(self.persons)

    def days(self) -> Iterator[tuple[date, list[Record]]]:
        """Give the days of the year, each with its records in the order of time."""
        every = [date(YEAR, 1, 1) + ONE_DAY * number for number in range(365)]
        whole, passed = sum(map(weight_of, every)), 0.0
        for day in every:
            passed += weight_of(day)
            while self._number < round(self.size.services * passed / whole):
                self._serve(day)
            if 0 <= (day - ORDERS_FROM).days < ORDER_DAYS:
                self._call(day)
            self._revisit(day)
            yield day, sorted(self._later.pop(day, []), key=time_of)

    def _at(self, day: date, first: int = 9, last: int = 17) -> datetime:
        hour, second = self._chance.randrange(first, last), self._chance.randrange(3600)
        return datetime.fromisoformat(f"{day}T{hour:02d}:{second // 60:02d}:{second % 60:02d}")

    def _put(self, at: datetime, record: Record) -> None:
        self._later[at.date()].append(record)

    def _serve(self, day: date) -> None:
        """Make up a service from 受理 to its rating."""
        self._number += 1
        chance = self._chance
        code = self._codes[int(len(self._codes) * chance.random() ** 2)]
        item, project = chance.choice(self._items[code]), f"6199{self._number:012d}"
        place = {
            "unit_code": code,
            "item_code": item.code,
            "region_code": f"6199{chance.randrange(1, 9):02d}",
        }
        if offline := chance.random() < 0.6:
            place |= {"hall": f"H{chance.randrange(1, 6)}", "window": f"W{chance.randrange(1, 13):02d}"}
            place |= {"clerk": f"{place['hall']}-{chance.randrange(1, 20):03d}"}
        accepted = self._at(day)
        record: Record = {"project_no": project, **place, "item_type": item.kind}
        record |= {"place": "offline" if offline else "online", "accepted_at": _text(accepted)}
        if chance.random() < 0.5:
            self._put(accepted, record | {"kind": "instant"})
            done: datetime | None = accepted + timedelta(minutes=chance.randrange(5, 90))
        else:
            done = self._promise(record, accepted)
        if done is not None:
            self._put(done, {"project_no": project, "completed_at": _text(done), "outcome": "granted"})
            self._rate(project, place, done)

    def _promise(self, record: Record, accepted: datetime) -> datetime | None:
        """Promise something, perhaps with a pause, and say when it is done; never, for a few."""
        chance = self._chance
        amount, unit, days = chance.choice(PROMISES)
        said: Record = {"kind": "promised", "promised": amount, "promised_unit": unit}
        if chance.random() < 0.05:
            said = {"kind": "promised", "due_on": (accepted.date() + ONE_DAY * days).isoformat()}
        self._put(accepted, record | said)
        shares = [share for share, _, _ in PACES]
        _, least, most = chance.choices(PACES, shares)[0]
        done = self._at(accepted.date() + ONE_DAY * max(1, round(days * chance.uniform(least, most))))
        if chance.random() < 0.08:
            done = self._pause(record["project_no"], accepted.date(), done)
        return None if chance.random() < 0.0005 else done

    def _pause(self, project: str, accepted: date, done: datetime) -> datetime:
        """Pause a service for some days before it is done, once or twice; a pause of one in fifty goes on for ever."""
        chance, day = self._chance, accepted
        for number in range(1, 3 if chance.random() < 0.2 else 2):
            begins = self._at(day + ONE_DAY * chance.randrange(1, 3))
            reason = chance.choice(("special_procedure", "correction"))
            record = {"project_no": project, "number": number, "paused_at": _text(begins), "reason": reason}
            self._put(begins, record)
            if chance.random() < 0.02:
                return max(done, begins + ONE_DAY * 2)
            ends = self._at(begins.date() + ONE_DAY * chance.randrange(1, 20))
            self._put(ends, {"project_no": project, "number": number, "resumed_at": _text(ends)})
            done, day = self._at(max(done + (ends - begins), ends + ONE_DAY).date()), ends.date()
        return done

    def _rate(self, project: str, place: Mapping[str, str], done: datetime) -> None:
        self._rated += 1
        chance = self._chance
        at = self._at(done.date() + ONE_DAY * chance.choice((0, 0, 0, 0, 1, 3)), 17, 21)
        record: Record = {"project_no": project, **place, "service_number": 1, "assessment_number": 1}
        record |= {"channel": str(chance.choices(range(1, 8), (20, 30, 14, 27, 5, 2, 2))[0])}
        record |= {"rated_at": _text(at), "satisfaction": str(chance.choices((5, 4, 3), (955, 40, 5))[0])}
        if self._rated % self.size.bad_every == 0:
            level = chance.choice((1, 2))
            record |= {"satisfaction": str(level), "reasons": ["114" if level == 1 else "214"]}
        elif chance.random() < 0.03:
            record |= {"is_default": True, "satisfaction": "5"}
        if "is_default" not in record and chance.random() < 0.02:
            self._name(record)
        self._put(at, record)
        if chance.random() < 0.005:
            later = self._at(at.date() + ONE_DAY * 2, 17, 21)
            more = {"assessment_number": 2, "rated_at": _text(later), "satisfaction": "5"}
            kept = {
                key: value for key, value in record.items() if key not in {"reasons", "is_default", "text"}
            }
            self._put(later, kept | more)

    def _name(self, record: Record) -> None:
        """Say who rated, with words; those who are planted first."""
        number = self._rated % 1_000_000
        record |= {"is_named": True, "name": f"评价人{number:06d}", "phone": f"199{number:08d}"}
        record |= {"text": f"第{number}件，办得还可以"}
        if len(self._left) > len(self.persons) // 2:
            record |= said_of(self._left.pop())

    def _call(self, day: date) -> None:
        """Make up the 12345 orders of a day; some are taken back, urged, or asked about again."""
        chance = self._chance
        for _ in range(self.size.orders_a_day):
            self._order += 1
            at, number = self._at(day, 7, 21), f"D{self._order:09d}"
            caller = chance.randrange(max(10, self.size.orders_a_day * 6))
            record: Record = {
                "order_no": number,
                "received_at": _text(at),
                "category": chance.choice(CATEGORIES),
            }
            record |= {"kind": chance.choice(("consultation", "help", "complaint", "report", "suggestion"))}
            record |= {"region_code": "619901", "channel": chance.choice(("电话", "微信", "网站"))}
            record |= {"phone": f"198{caller:08d}", "name": f"来电人{caller:07d}", "text": "请尽快处理"}
            if self._left:
                one = self._left.pop()
                record |= said_of(one) | {"certificate": one.certificate, "address": one.address}
            self._put(at, record)
            if chance.random() < 0.01:
                later = at + timedelta(hours=1)
                self._put(later, {"order_no": number, "recalled_at": _text(later)})
            elif chance.random() < 0.1:
                self._later[at.date() + ONE_DAY * chance.randrange(5, 9)].append({"order_no": number})

    def _revisit(self, day: date) -> None:
        """Let the hotline ask about orders again: whether it is resolved, and how satisfied they are."""
        for record in self._later.get(day, []):
            if len(record) == 1:
                record |= {"visit_number": 1, "revisited_at": _text(self._at(day)), "reached": True}
                record |= {"resolved": self._chance.choice(("yes", "yes", "partly", "no"))}
                record |= {"level": str(self._chance.choice((5, 5, 4, 3)))}


TIMES = (
    "accepted_at",
    "paused_at",
    "resumed_at",
    "completed_at",
    "rated_at",
    "received_at",
    "recalled_at",
    "revisited_at",
)


def time_of(record: Record) -> str:
    """Say when what a record tells happened."""
    return next(str(record[name]) for name in TIMES if name in record)


def _text(instant: datetime) -> str:
    return f"{instant.isoformat()}+08:00"


def line_of(record: Record) -> str:
    """Write a record as one line."""
    return json.dumps(record, ensure_ascii=False)
