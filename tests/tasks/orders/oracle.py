"""Works out from the script alone what should have become of its orders; nothing of the service is used here.

The calendar is written down by hand: 中秋 and 国庆 2023 are off from 29 September to 6 October, made up for on 7 and 8
October. The limits: 5 working days for an answer, 24 hours when urgent, one working day for the first contact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.tasks.orders.script import BEIJING, Happening

OFF = {date(2023, 9, 29), date(2023, 9, 30), *(date(2023, 10, day) for day in range(1, 7))}
FAR = datetime.max.replace(tzinfo=BEIJING)
MADE_UP = {date(2023, 10, 7), date(2023, 10, 8)}


def works(day: date) -> bool:
    return day in MADE_UP or (day.weekday() < 5 and day not in OFF)


def later(day: date, workdays: int) -> date:
    while workdays:
        day += timedelta(days=1)
        workdays -= works(day)
    return day


def end(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), BEIJING)


@dataclass
class Expected:
    """What should have become of an order; `due` and `contact_due` are far in the future before a dispatch."""

    urgent: bool = False
    units: list[str] = field(default_factory=list)
    due: datetime = FAR
    contact_due: datetime = FAR
    contact_late: bool | None = None
    answer_late: bool | None = None
    answered: datetime | None = None
    resolved: str | None = None
    state: str = ""
    urged: int = 0
    visit: str = ""
    reopened: int = 0
    misrouted: bool = False
    recalled: bool = False
    merged_into: "Expected | None" = None

    def begin(self, instant: datetime, unit: str | None) -> None:
        """Owe an answer from now on."""
        day = instant.date()
        self.due = instant + timedelta(hours=24) if self.urgent else end(later(day, 5))
        self.contact_due = end(later(day, 1))
        self.contact_late, self.answer_late, self.answered, self.resolved = None, None, None, None
        self.state = "open"
        if unit is not None:
            self.units.append(unit)

    def received(self, instant: datetime, urgent: bool) -> None:  # noqa: FBT001 - as the script has it.
        self.urgent, self.state = urgent, "cancelled"
        if not self.recalled:
            self.begin(instant, "u-city")

    def contact(self, instant: datetime, _unit: str) -> None:
        self.contact_late = instant > self.contact_due

    def answer(self, instant: datetime, _unit: str, resolved: str) -> None:
        self.answer_late, self.answered, self.resolved = instant > self.due, instant, resolved
        if self.merged_into is None:
            self.state = "closed"
            self.contact_late = instant > self.contact_due if self.contact_late is None else self.contact_late

    def grant(self, instant: datetime, unit: str | None) -> None:
        self.misrouted = True
        if unit is not None:
            self.begin(instant, unit)

    def extend(self, _instant: datetime, _unit: str, workdays: int) -> None:
        self.due = end(later(self.due.date(), workdays))

    def revisited(self, instant: datetime, _number: int, _resolved: str, _level: int) -> None:
        self.visit = "owed"
        if self.answered is not None and instant >= self.answered:
            self.reopened += 1
            self.begin(instant, None)

    def urge(self, _instant: datetime, _number: int) -> None:
        self.urged += 1

    def recall(self, _instant: datetime) -> None:
        self.recalled, self.state = True, "cancelled"

    def refuse(self, _instant: datetime) -> None:
        self.state = "cancelled"

    def visited(self, _instant: datetime, _resolved: str, _level: int) -> None:
        self.visit = "done"

    def nothing(self, _instant: datetime, *_said: object) -> None:
        """Stay as it is."""


STEPS: dict[str, Callable[..., None]] = {
    "received": Expected.received,
    "contact": Expected.contact,
    "answer": Expected.answer,
    "return": Expected.nothing,
    "refuse_return": Expected.nothing,
    "industry": Expected.nothing,
    "grant": Expected.grant,
    "dispatch": Expected.begin,
    "handler": Expected.begin,
    "extend": Expected.extend,
    "urged": Expected.urge,
    "recalled": Expected.recall,
    "refused": Expected.refuse,
    "revisited": Expected.revisited,
    "visit": Expected.visited,
}


def run(told: Sequence[Happening]) -> dict[int, Expected]:
    """Read the script."""
    found = {number: Expected() for _, number, _, _ in told}
    for instant, number, what, said in told:
        one = found[number]
        if what == "merge":
            one.state, one.merged_into = "cancelled", found[number + said[0]]
            continue
        STEPS[what](one, instant, *said)
        if what == "answer":
            follow(found.values(), one, instant, said)
    return found


def follow(orders: Any, main: Expected, instant: datetime, said: tuple[Any, ...]) -> None:  # noqa: ANN401 - values.
    """Let an answer serve what was merged in."""
    for one in orders:
        if one.merged_into is main:
            one.answer(instant, *said)
