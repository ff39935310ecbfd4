"""A year that was played through real processes: what was seen of it, and what the oracles are told.

FEEDS says how many 办件 and ratings there are (20,000 unless set).
"""

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from tests.drill.feeds import made, planted
from tests.drill.feeds.assessed import FEEDS as FEEDS_OF_METRICS
from tests.drill.feeds.assessed import Assessed
from tests.drill.feeds.desk import Desk
from tests.drill.feeds.growth import Growth, keep
from tests.drill.feeds.ledger import HAND_OVER
from tests.drill.feeds.made import Size
from tests.drill.feeds.oracle import Bad, Oracle
from tests.drill.feeds.oracle_cases import Orders
from tests.drill.feeds.oracle_tasks import Event
from tests.drill.feeds.oracle_year import Planted, Told
from tests.drill.feeds.persons import planted as fifty
from tests.drill.feeds.planted import Office
from tests.drill.feeds.play import (
    ENDS,
    Play,
    names_of_codes,
    open_house,
    register_sources,
    register_units,
)
from tests.drill.feeds.seen import QUESTIONS, Seen
from tests.tasks.factories import B, C, unit_id
from tests.tasks.rectifications import oracle as of_cases
from tests.tasks.rectifications.made import CODES

FEEDS = int(os.environ.get("FEEDS") or 20_000)


@dataclass
class Year:
    """What was played, what was seen, and what the oracle says."""

    play: Play
    seen: Seen
    oracle: Oracle
    orders: Orders
    units: dict[str, str]
    cases: dict[str, of_cases.Facts]
    growth: Growth
    assessed: Assessed
    desk: Desk
    folder: Path

    @property
    def names(self) -> dict[str, str]:
        """Give the names of all units by their ids."""
        own = {one: name for name, one in self.desk.units.items()}
        made_up = {self.units[code]: name for code, name in names_of_codes().items()}
        return made_up | own | {unit_id(name): name for name in CODES}

    def answering(self, bad: Bad) -> str:
        """Say who answers for a bad rating that nobody works on: what a unit has open when it hands over goes along."""
        day, old, new = HAND_OVER
        unit = self.units[bad.unit_code]
        return self.desk.units[new] if unit == self.desk.units[old] and bad.day < day else unit

    @property
    def judged_units(self) -> list[str]:
        """Name the units whom judges scored: those with a code at the beginning."""
        return sorted({*self.units.values(), unit_id(B)})

    def told(self, now: datetime) -> Told:
        """Let the oracle know what had been told by a Shanghai instant."""
        raw, cases = self.folder / "raw.ndjson", Planted(planted.RAW, planted.rating_id, planted.codes())
        return Told(raw, now, self.units, self.categories, cases, self.events, self.names)

    @cached_property
    def categories(self) -> dict[str, str]:
        """Say who answers for a category of orders."""
        ids = list(self.units.values())
        return {one: ids[3 + place] for place, one in enumerate(made.CATEGORIES)}

    @cached_property
    def events(self) -> list[Event]:
        """Read what the ledger published, as the archive has it."""
        query = "SELECT payload FROM archive WHERE stream = 'supervision' ORDER BY sequence"
        with closing(sqlite3.connect(self.folder / "gateway.db")) as database:
            return [json.loads(payload) for (payload,) in database.execute(query)]


def play_year(folder: Path) -> Year:
    """Play the year in a folder of its own, look at everything, and stop."""
    house = open_house(folder)
    units, desk = asyncio.run(register_units(house))
    house.start()
    seen, assessed, people = Seen(), Assessed(), fifty()
    try:
        register_sources(house, units)
        with (folder / "raw.ndjson").open("w", encoding="utf-8") as raw:
            play = Play(house, Size(FEEDS), people, Office(house), desk, raw)
            play.run()
        growth = Growth(play.marks)
        seen.look(house)
        assessed.look(house, sorted(set(units.values())), desk.exempted())
        house.settle("gateway", *FEEDS_OF_METRICS)  # What is rebuilt comes from the archive.
        keep(growth, seen, FEEDS)
        cases = {name: play.office.seen(name) for name in planted.RAW}
        seen.search(house, people)
    finally:
        house.stop()
    units[CODES[B]] = unit_id(C)  # B was merged into it.
    oracle, orders = _told(folder / "raw.ndjson", units)
    return Year(play, seen, oracle, orders, units, cases, growth, assessed, desk, folder)


def _told(raw: Path, units: dict[str, str]) -> tuple[Oracle, Orders]:
    """Let the oracle read the raw input."""
    now = ENDS.replace(tzinfo=None)
    ids = list(units.values())
    orders = Orders({one: ids[3 + place] for place, one in enumerate(made.CATEGORIES)}, now)
    fallen = {
        f"planted.{name}.{number}"
        for name, deeds in planted.RAW.items()
        for number in ("1", "1.2")
        if not of_cases.expect(planted.rating_id(name), deeds)["stands"]
    }
    oracle = Oracle(now, units, QUESTIONS, frozenset(fallen))
    with raw.open(encoding="utf-8") as lines:
        oracle.read(line for line in lines if not _is_of_orders(line, orders))
    return oracle, orders


def _is_of_orders(line: str, orders: Orders) -> bool:
    if f'"source": "{made.HOTLINE}"' not in line[:80]:
        return False
    said = json.loads(line)
    orders.take(said["record"], datetime.fromisoformat(said["at"]))
    return True
