"""What the year must come to, said by a script that reads the raw input alone and no code of ours.

It knows the rules as they are written down, in its own words; `chinese_calendar` says which days are worked. A line of
the raw input is what a source sent, with the Shanghai instant at which it arrived. Services are forgotten as soon as
they are done, so it can read millions.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import chinese_calendar

ONE_DAY, FOREVER = timedelta(days=1), datetime.fromisoformat("9999-01-01")
PERIODS: Mapping[str, Callable[[date], str]] = {
    "day": date.isoformat,
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day.year}",
}
OF_UNITS = {"unit", "hall", "window", "clerk"}
CHANNELS = dict(
    zip("1234567", ("pc", "mobile", "qr", "hall_tablet", "hall_other", "phone", "sms"), strict=True)
)
FOUR_DIGITS = 10_000
Record = dict[str, Any]
Span = tuple[date, date]


class Question(NamedTuple):
    """A rate, by what, over which days."""

    rate: str
    by: str
    span: Span | None = None


class Fact(NamedTuple):
    """One thing that counts in a rate: how (`in`, `out`, or why not), on which day, where."""

    said: str
    day: date
    place: Record
    weight: int = 1


@cache
def is_worked(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def worked_from(day: date) -> date:
    while not is_worked(day):
        day += ONE_DAY
    return day


@cache
def worked_after(day: date, count: int) -> date:
    for _ in range(count):
        day = worked_from(day + ONE_DAY)
    return day


def a_month_on(day: date) -> date:
    year, month = day.year + day.month // 12, day.month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError(day)


@dataclass(slots=True)
class Service:
    """A service 办件 that is not done yet."""

    said: Record
    accepted: date
    pauses: dict[int, list[datetime]] = field(default_factory=dict)

    def due(self) -> date | None:
        """Give the last day of the limit; None while a pause that does not end holds it."""
        if "due_on" in self.said:
            stated = date.fromisoformat(self.said["due_on"])
            return self._walk((stated - self.accepted).days, worked_only=False, moves=False)
        if self.said["kind"] == "instant":
            return worked_from(self.accepted)
        amount, unit = self.said["promised"], self.said["promised_unit"]
        if unit == "months":
            amount = (a_month_on(self.accepted) - self.accepted).days
        return self._walk(amount, worked_only=unit == "workdays", moves=True)

    def _walk(self, count: int, *, worked_only: bool, moves: bool) -> date | None:
        """Go on day by day; one at whose last second the limit is paused does not count, and is never the last."""
        if not self.pauses and worked_only:
            return worked_after(self.accepted, count)
        day, was_paused = self.accepted, False
        while count:
            day += ONE_DAY
            if day.year > 2100:
                return None
            if self._is_paused(day):
                was_paused = True
            elif not worked_only or is_worked(day):
                count -= 1
        while was_paused | moves and (self._is_paused(day) or not is_worked(day)):
            day += ONE_DAY
            if day.year > 2100:
                return None
        return day

    def _is_paused(self, day: date) -> bool:
        last_second = datetime.fromisoformat(f"{day}T23:59:59")
        return any(begins <= last_second < ends for begins, ends in self.pauses.values())


class Notice(NamedTuple):
    """A 超时通报 that somebody must get."""

    service: str
    due: date


class Bad(NamedTuple):
    """A 差评: when it arrived, the code of its unit, and whether the rater gave a name."""

    day: date
    unit_code: str
    named: bool


@dataclass
class Oracle:
    """Reads the raw input once.

    Attributes:
        now: Shanghai instant at which rates are asked and notices were decided.
        fallen: Ratings that do not stand, by what people found (of planted cases).
        figures: By question and group: numerator, denominator, and what was left out by reason.
        bad: Ratings that are 差评.
        overdue: What must have been told.
    """

    now: datetime
    units: Mapping[str, str]
    questions: Iterable[Question]
    fallen: frozenset[str] = frozenset()
    figures: dict[Question, dict[tuple[str, str], list[Any]]] = field(default_factory=dict)
    bad: dict[str, Bad] = field(default_factory=dict)
    overdue: set[Notice] = field(default_factory=set)
    ratings: int = 0
    _open: dict[str, Service] = field(default_factory=dict)
    _types: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the questions by their rate."""
        self._by_rate: dict[str, list[Question]] = defaultdict(list)
        for question in self.questions:
            self._by_rate[question.rate].append(question)
            self.figures[question] = {}

    def read(self, lines: Iterable[str]) -> None:
        """Read every line, then say what became of what is still open."""
        for line in lines:
            said = json.loads(line)
            self._take(said["source"], said["record"], _instant(said["at"]))
        while self._open:
            project, service = self._open.popitem()
            self._close(project, service, None)

    def _take(self, source: str, record: Record, arrived: datetime) -> None:
        record["source"] = source
        if "satisfaction" in record:
            self._rating(record, arrived)
        elif "accepted_at" in record:
            accepted = _instant(record["accepted_at"]).date()
            self._open[record["project_no"]] = Service(record, accepted)
            self._types[record["item_code"]] = record["item_type"]
        elif "paused_at" in record:
            pauses = self._open[record["project_no"]].pauses
            pauses[record["number"]] = [_instant(record["paused_at"]), FOREVER]
        elif "resumed_at" in record:
            self._open[record["project_no"]].pauses[record["number"]][1] = _instant(record["resumed_at"])
        elif "completed_at" in record:
            project = record["project_no"]
            self._close(project, self._open.pop(project), _instant(record["completed_at"]).date())

    def _close(self, project: str, service: Service, done: date | None) -> None:
        due = service.due()
        if due is not None and due < (done or self.now.date()):
            said, day = "out", due
        elif done is not None:
            said, day = "in", done
        elif due is not None:
            said, day = "not_due", due
        else:
            begun = max(begins for begins, ends in service.pauses.values() if ends == FOREVER)
            said, day = "paused", begun.date()
        if due is not None and said == "out":
            first = worked_from(due + ONE_DAY)
            if datetime.fromisoformat(f"{first}T09:00") <= self.now:
                self.overdue.add(Notice(f"{service.said['source']}.{project}", due))
        said = "instant" if service.said["kind"] == "instant" else said
        self._count(
            "services.on_time", Fact(said, day, service.said | {"channel": service.said.get("place", "")})
        )

    def _rating(self, record: Record, arrived: datetime) -> None:
        self.ratings += 1
        level, given = int(record["satisfaction"]), not record.get("is_default")
        name = f"{record['source']}.{record['project_no']}.{record['service_number']}"
        name += f".{record['assessment_number']}" if record.get("assessment_number", 1) > 1 else ""
        if level <= 2 and given:
            self.bad[name] = Bad(arrived.date(), record["unit_code"], bool(record.get("is_named")))
        fell = "not_standing" if name in self.fallen else ""
        left_out = fell or ("" if given else "default")
        day = _instant(record["rated_at"]).date()
        place = record | {
            "channel": CHANNELS[record["channel"]],
            "item_type": self._types.get(record["item_code"], ""),
        }
        self._count("ratings.satisfaction", Fact(left_out or ("in" if level > 2 else "out"), day, place))
        self._count("ratings.dissatisfaction", Fact(left_out or ("in" if level <= 2 else "out"), day, place))
        self._count("ratings.activity", Fact(fell or ("in" if given else "out"), day, place))
        self._count("ratings.level", Fact(left_out or "in", day, place, level))

    def _count(self, rate: str, fact: Fact) -> None:
        for question in self._by_rate[rate]:
            if question.span and not question.span[0] <= fact.day <= question.span[1]:
                continue
            row = self.figures[question].setdefault(self._group(question.by, fact), [0, 0, defaultdict(int)])
            if fact.said in {"in", "out"}:
                row[0] += fact.weight if fact.said == "in" else 0
                row[1] += 1
            else:
                row[2][fact.said] += 1

    def _group(self, by: str, fact: Fact) -> tuple[str, str]:
        if by in PERIODS:
            return "", PERIODS[by](fact.day)
        code = str(fact.place["unit_code"])
        region = fact.place.get("region_code", "")  # Six digits stand for twelve.
        hall, window = fact.place.get("hall", ""), fact.place.get("window", "")
        keys = {"unit": "", "hall": hall, "window": f"{hall}/{window}" if hall else window}
        keys |= {"item": fact.place.get("item_code", ""), "region": str(region and region.ljust(12, "0"))}
        key = keys.get(by, fact.place.get(by, ""))
        return (self.units.get(code, code) if by in OF_UNITS else ""), str(key)


def shown(numerator: int, denominator: int, least: int) -> float | None:
    """Give the rate, cut after four digits; nothing where that would rest on too little."""
    if denominator < least:
        return None
    return numerator * FOUR_DIGITS // denominator / FOUR_DIGITS


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)
