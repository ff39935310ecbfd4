"""Plays the year: sources send day by day, people work on the planted cases, and the clock moves when all was read.

Every record that is sent is also written to `raw.ndjson` with the instant at which it arrived: what the oracle reads.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

import httpx

from services.tasks.models import UnitRow
from services.tasks.units.codes import CodesEdit, set_codes
from shared.clock import SHANGHAI
from shared.database import Database
from shared.testing import FakeClock
from tests.drill.feeds import ledger, made, planted
from tests.drill.feeds.desk import Desk
from tests.drill.feeds.house import PATIENCE_S, SERVICES, House, Usage
from tests.drill.feeds.ledger import Deed
from tests.drill.feeds.made import ONE_DAY, Record, Size, Year, line_of
from tests.drill.feeds.persons import Person
from tests.drill.feeds.planted import OFFICE, Office
from tests.gateway.processes import until
from tests.tasks import factories
from tests.tasks.rectifications import made as rectifying
from tests.tasks.rectifications.made import CODES

BEGINS, ENDS = datetime(2022, 12, 31, 23, tzinfo=SHANGHAI), datetime(2024, 1, 5, 23, tzinfo=SHANGHAI)
MERGED, WAITING = date(2023, 7, 1), "SELECT 1 FROM unit_change WHERE state = 'pending'"
SUNDAY = 6
UPLOAD = 23  # The hour at which sources send what the day brought.
BATCH, SENDERS = 2_000, 2
IN_TURN = {
    made.HOTLINE
}  # Orders and what is told of them stay in their order: a recall that overtakes undoes dispatch.
NDJSON = "application/x-ndjson"
PlantedDeed = tuple[datetime, str, int, str, str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """What each process had used when so many records were sent and read.

    Attributes:
        sent: 办件, ratings and all other records so far.
    """

    day: date
    sent: int
    ratings: int
    used: dict[str, Usage]


@dataclass
class Play:
    """A year on stage.

    Attributes:
        marks: One for each week.
        services: Records of the planted services by day.
    """

    house: House
    size: Size
    people: Sequence[Person]
    office: Office
    desk: Desk
    raw: TextIO
    marks: list[Mark] = field(default_factory=list)
    sent: int = 0
    ratings: int = 0

    def run(self) -> None:
        """Play from the first day to the last, and wait until everything is decided and counted."""
        self.office.prepare()
        deeds: list[PlantedDeed | Deed] = sorted([*planted.deeds(), *ledger.deeds()], key=itemgetter(0))
        for day, bulk in _with_tail(Year(self.size, list(self.people)).days()):
            today = [one for one in deeds if one[0].date() == day]
            upload = datetime.fromisoformat(f"{day}T{UPLOAD}:00")
            if day == ledger.HAND_OVER[0]:
                self._move(datetime.fromisoformat(f"{day}T00:30"))
                self.desk.hand_over()
            for one in today:
                if one[0] < upload:
                    self._deed(one)
            self._upload(upload, bulk, _planted_on(day))
            for one in today:
                if one[0] >= upload:
                    self._deed(one)
        self._end()

    def _deed(self, deed: PlantedDeed | Deed) -> None:
        self._move(deed[0])
        if isinstance(deed, Deed):
            self.desk.do(deed)
        else:
            self._planted(deed)

    def _planted(self, deed: PlantedDeed) -> None:
        at, name, number, word, argument, person = deed
        if word in {"rate", "again"}:
            self._send(planted.SOURCE, at, [self.office.rating(at, name, word, argument)])
            self.house.settle("tasks", "ratings")
        else:
            self.office.do(name, number, (at, word, argument, person))

    def _move(self, at: datetime) -> None:
        self.house.clock.move(at.replace(tzinfo=SHANGHAI).astimezone(UTC))

    def _upload(self, at: datetime, bulk: Sequence[Record], ours: Sequence[Record]) -> None:
        self._move(at)
        self._send(planted.SOURCE, at, ours)
        self._send(made.HOTLINE, at, [one for one in bulk if "order_no" in one])
        self._send(made.SOURCE, at, [one for one in bulk if "order_no" not in one])
        self.house.relayed(
            "ratings", "hotline"
        )  # What notify reads before it decides anything of a later day.
        if any("order_no" in one for one in bulk):
            self._all_read()  # Orders are dispatched on the day on which the ledger reads them.
        if at.date() == MERGED:
            until(lambda: not self.house.rows("tasks", WAITING), patience=PATIENCE_S)
        if at.weekday() == SUNDAY:
            self._mark(at.date())

    def _mark(self, day: date) -> None:
        """Wait until all have read all, and note what they have used."""
        for name in SERVICES[1:]:
            self.house.settle(name, "ratings")
        used = {name: self.house.usage(name) for name in SERVICES}
        self.marks.append(Mark(day, self.sent, self.ratings, used))

    def _send(self, source: str, at: datetime, records: Sequence[Record]) -> None:
        """Send in batches, some at a time or in turn, once the last ones are answered; nothing may be refused."""
        for record in records:
            told = {"at": at.isoformat(), "source": source, "record": record}
            self.raw.write(json.dumps(told, ensure_ascii=False) + "\n")
        self.sent += len(records)
        self.ratings += sum("satisfaction" in one for one in records)
        with ThreadPoolExecutor(1 if source in IN_TURN else SENDERS) as pool:
            list(
                pool.map(
                    lambda at: self._post(source, records[at : at + BATCH]), range(0, len(records), BATCH)
                )
            )

    def _post(self, source: str, batch: Sequence[Record]) -> None:
        url = f"{self.house.url}/api/v1/feeds/{source}"
        headers = {"authorization": f"Bearer {self.house.key}", "content-type": NDJSON}
        body = "\n".join(map(line_of, batch)).encode()
        answer = self.house.client.post(url, content=body, headers=headers)
        assert answer.is_success, answer.text[:1000]
        said = answer.json()
        refused = [one for one in said["records"] if one["reject_id"]]
        assert not refused, (refused[:3], [batch[one["line"] - 1] for one in refused[:3]])

    def _end(self) -> None:
        self.raw.flush()
        self._mark(ENDS.date())
        self._all_read()
        until(lambda: not self._uncounted(), patience=PATIENCE_S)

    def _all_read(self) -> None:
        """Wait until all have read all and what is due is decided: nobody has minutes for a real day of orders."""
        self.house.settle("tasks", "hotline")
        self.house.settle("notify", "ratings", "supervision")
        until(lambda: not self._undecided(), patience=PATIENCE_S)
        self.house.settle("tasks", "deadlines")
        self.house.settle("metrics", "ratings", "hotline", "supervision", "deadlines")

    def _undecided(self) -> int:
        now = self.house.clock.now().strftime("%Y-%m-%d %H:%M:%S.%f")
        ((count,),) = self.house.rows("notify", "SELECT count(*) FROM clocks WHERE next_at <= ?", now)
        return int(count)

    def _uncounted(self) -> int:
        ((touched,),) = self.house.rows(
            "metrics", "SELECT count(*) FROM (SELECT 1 FROM service_touched LIMIT 1)"
        )
        behind = """SELECT (SELECT coalesce(max(position), 0) FROM rating) - (SELECT min(counted_to) FROM rating_roll
            WHERE name <> 'services')"""
        ((rolled,),) = self.house.rows("metrics", behind)
        return int(touched) + int(rolled or 0)


def _with_tail(days: Iterator[tuple[date, list[Record]]]) -> Iterator[tuple[date, list[Record]]]:
    """Let the first days of the next year pass with nothing to send."""
    for day, records in days:
        yield day, records
    while day < ENDS.date():
        day += ONE_DAY
        yield day, []


def _planted_on(day: date) -> list[Record]:
    every = [one for _, records, _ in planted.services() for one in records]
    return [one for one in every if made.time_of(one)[:10] == day.isoformat()]


def open_house(folder: Path) -> House:
    """Start the services with 44 units, their codes, sources and the directory of orders."""
    return House(folder, BEGINS.astimezone(UTC))


async def register_units(house: House) -> tuple[dict[str, str], Desk]:
    """Register the units in the ledger before it starts, with the plans; give the id of each unit by its code."""
    db = Database(house.database_url("tasks"), service="tasks", clock=house.clock)
    await rectifying.Desk(db, FakeClock(house.clock.now())).open()
    desk = Desk(house)
    await desk.load(db)
    found = {code: factories.unit_id(name) for name, code in CODES.items()}
    for code, name in names_of_codes().items():
        async with db.transaction() as tx:
            unit = desk.units.get(name, factories.unit_id(name))
            if name not in desk.units:
                tx.session.add(UnitRow(id=unit, name=name, kind="department", collective=False, revision=1))
                await tx.session.flush()
            await set_codes(tx, CodesEdit(unit_id=unit, codes=(code,)), factories.act(at=tx.now))
        found[code] = unit
    await db.close()
    return found, desk


def names_of_codes() -> dict[str, str]:
    """Give the names of the units by their codes: those of the catalogue, then some that are made up."""
    names = ledger.bodies()
    made_up = (f"第{number}单位" for number in range(len(names) + 1, len(made.codes()) + 1))
    return dict(zip(made.codes(), [*names, *made_up], strict=True))


def register_sources(house: House, units: dict[str, str]) -> None:
    """Register the three sources, and who answers for which category of orders."""
    headers = {"authorization": f"Bearer {house.key}"}
    for source in (made.SOURCE, made.HOTLINE, planted.SOURCE):
        said = {"name": source, "form": "duban", "per_minute": 0}
        url = f"{house.url}/api/v1/feed-sources/{source}"
        httpx.put(url, json=said, headers=headers, timeout=30).raise_for_status()
    ids = list(units.values())
    rows: list[dict[str, Any]] = [
        {"category": category.split("->"), "unit_id": ids[3 + place], "starts_on": "2023-01-01"}
        for place, category in enumerate(made.CATEGORIES)
    ]
    house.call("tasks", "POST", "/order-directory", OFFICE, {"rows": rows}).raise_for_status()
