"""What the rates of rectifications 差评整改 and of 12345 orders must be, from the raw input and what people did.

As `oracle.py`: nothing of our code is asked. What becomes of a planted case says the oracle of the planted cases.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.drill.feeds.oracle import OF_UNITS, PERIODS, Bad, Question, Span, worked_after
from tests.tasks.rectifications import oracle as of_cases

LIMIT = 5  # 工作日 of a 差评 that nobody classed.
Record = dict[str, Any]
Groups = dict[tuple[str, str], list[Any]]


@dataclass(frozen=True, slots=True)
class Rectified:
    """A bad rating with what came of it.

    Attributes:
        done: `in`, `out` for late, or empty while it is not put right.
        why: Why it is left out of every rate.
    """

    unit: str
    opened: date
    due: date | None
    done: str = ""
    why: str = ""
    named: bool = False
    reached: bool = False


def of_bulk(bad: Iterable[Bad], units: Mapping[str, str]) -> Iterator[Rectified]:
    """Give the bad ratings that nobody worked on."""
    for day, code, named in bad:
        yield Rectified(units[code], day, worked_after(day, LIMIT), named=named)


def of_planted(
    raw: Mapping[str, list[tuple[datetime, str, str, str]]],
    ids: Callable[[str], str],
    codes: Mapping[str, str],
    units: Mapping[str, str],
) -> Iterator[Rectified]:
    """Give the planted cases; `codes` are those of the units that the list names by letters."""
    for name, deeds in raw.items():
        said = of_cases.expect(ids(name), deeds)
        why = "" if said["stands"] else "not_standing"
        why = "unreasonable" if said["verdict"] == "unreasonable" else why
        done = "" if said["late"] is None else "out" if said["late"] else "in"
        reached = any(one[1] == "reached" and place not in said["refused"] for place, one in enumerate(deeds))
        # Another bad rating of the same service joins its case, which stays one.
        told = [(at, argument) for at, word, argument, _ in deeds if word in {"rate", "again"}]
        named = any(argument.split(" ")[-1].partition(":")[0] == "named" for _, argument in told)
        code = codes.get(told[0][1].split(" ")[0], "nobody")
        unit, opened = units.get(code, code), told[0][0].date()
        due = said["due"] if said["unit"] else None  # Nobody owes what nobody was given.
        yield Rectified(unit, opened, due, done, why, named, reached)


RATES: Mapping[str, Callable[[Rectified, date], str]] = {
    "rectifications.done": lambda one, _: one.why or ("in" if one.done else "out"),
    "rectifications.on_time": lambda one, today: one.why or one.done or _owed(one, today),
    "rectifications.called_back": lambda one, _: (
        "not_standing"
        if one.why == "not_standing"
        else "anonymous"
        if not one.named
        else "in"
        if one.reached
        else "out"
    ),
}


def _owed(one: Rectified, today: date) -> str:
    return "not_due" if one.due is None or one.due >= today else "out"


def count(said: Iterable[tuple[str, str, date]], by: str, span: Span | None = None) -> Groups:
    """Count (what it is, key or unit, day) by group."""
    found: Groups = {}
    for word, place, day in said:
        if span and not span[0] <= day <= span[1]:
            continue
        group = ("", PERIODS[by](day)) if by in PERIODS else (place, "") if by in OF_UNITS else ("", place)
        row = found.setdefault(group, [0, 0, defaultdict(int)])
        if word in {"in", "out"}:
            row[0] += word == "in"
            row[1] += 1
        else:
            row[2][word] += 1
    return found


def rectified(cases: Iterable[Rectified], question: Question, now: datetime) -> Groups:
    """Count a rate of rectifications by period."""
    judge = RATES[question.rate]
    return count(
        ((judge(one, now.date()), one.unit, one.opened) for one in cases), question.by, question.span
    )


@dataclass
class Orders:
    """The 12345 orders of the raw input.

    Attributes:
        unit_of: Who answers for a category.
        orders: By number: what was sent, and the day on which it arrived and was dispatched.
    """

    unit_of: Mapping[str, str]
    now: datetime

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.orders: dict[str, tuple[Record, date]] = {}
        self.recalled: set[str] = set()
        self.visits: dict[str, Record] = {}
        self._calls: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)

    def take(self, record: Record, arrived: datetime) -> None:
        """Read one record of the hotline."""
        number = record["order_no"]
        if "received_at" in record:
            self.orders[number] = record, arrived.date()
            self._calls[record["phone"], record["category"]].append((_instant(record["received_at"]), number))
        elif "recalled_at" in record:
            self.recalled.add(number)
        else:
            self.visits[number] = record

    def answer(self, question: Question) -> Groups:
        """Count a rate of orders."""
        judge = getattr(self, question.rate.partition(".")[2])
        said = []
        for number, (record, dispatched) in self.orders.items():
            for word, day in judge(number, record, dispatched):
                word_ = "recalled" if number in self.recalled else word
                said.append((word_, self._place(record, question.by), day))
        return count(said, question.by, question.span)

    def _place(self, record: Record, by: str) -> str:
        category = record["category"]
        places = {"unit": self.unit_of[category], "category": category.partition("->")[0]}
        return str(places.get(by) or record.get({"order_kind": "kind"}.get(by, by), ""))

    def accepted(self, _number: str, record: Record, _dispatched: date) -> Iterator[tuple[str, date]]:
        yield "in", _instant(record["received_at"]).date()

    def repeated(self, number: str, record: Record, _dispatched: date) -> Iterator[tuple[str, date]]:
        at = _instant(record["received_at"])
        earlier = [
            one
            for one in self._calls[record["phone"], record["category"]]
            if one < (at, number) and at - one[0] <= timedelta(days=30)
        ]
        yield "in" if earlier else "out", at.date()

    def finished(self, _number: str, _record: Record, dispatched: date) -> Iterator[tuple[str, date]]:
        yield "out", dispatched

    def on_time(self, _number: str, record: Record, dispatched: date) -> Iterator[tuple[str, date]]:
        due = worked_after(dispatched, 2 if record["kind"] == "consultation" else 5)
        yield "out" if due < self.now.date() else "not_due", dispatched

    def resolved(self, number: str, _record: Record, _dispatched: date) -> Iterator[tuple[str, date]]:
        if number in self.visits:
            visit = self.visits[number]
            yield "in" if visit["resolved"] == "yes" else "out", _instant(visit["revisited_at"]).date()

    def satisfaction(self, number: str, _record: Record, _dispatched: date) -> Iterator[tuple[str, date]]:
        if number in self.visits:
            visit = self.visits[number]
            yield "in" if int(visit["level"]) >= 3 else "out", _instant(visit["revisited_at"]).date()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)
