"""A registry of measures and an archive that honour the interface, and an app over them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any, Literal, TypeVar, cast

import httpx
from fastapi import FastAPI
from sqlalchemy import Connection, insert

from services.metrics.assessment.api import build_routers
from services.metrics.assessment.api_parts import Tools
from services.metrics.assessment.schemes.domain import Known
from services.metrics.measuring.domain import Measured, MeasuredRow, Scope
from services.metrics.models import Unit, UnitWord
from services.metrics.permissions import permit
from shared.clock import LiveClock
from shared.database import Database, SyncTx
from shared.errors import Unavailable
from shared.events.envelope import Envelope
from shared.principal import Principal, sign
from shared.streams.history import ArchiveHead
from shared.testing import FakeClock, published
from shared.web import create_app, principal_check
from tests.metrics.assessment import made

SECRET = "a secret that has at least thirty-two bytes"
SCOPES = frozenset({"indicators:read", "assessment:write"})
AFTER = datetime(2023, 7, 3, 1, tzinfo=UTC)
UNITS = ("u1", "u2", "u3", "u4", "u5", "u6")
BEGAN = datetime(2023, 1, 1, tzinfo=UTC)  # Since then the units are known.


@dataclass(frozen=True)
class Fact:
    """A case of a unit that was done, or not, and told then."""

    measure: str
    unit: str
    subject: str
    good: bool
    told_at: datetime = AFTER - timedelta(days=10)


@dataclass
class FakeMeasures:
    """Counts facts that a test puts in: per cent of the good ones, with a minimum of three."""

    facts: list[Fact] = field(default_factory=list)

    def known(self) -> Mapping[str, Known]:
        return {
            name: Known("测试", "%") for name in ("m.on_time", "m.late", "m.returned", "m.observation")
        } | {"m.count": Known("件数", "件")}

    def measure(self, _connection: Connection, name: str, scope: Scope) -> Measured:
        rows = self._rows(name, scope)
        good, there = (
            sum(row.part in parts for row in rows) for parts in (("numerator",), ("numerator", "denominator"))
        )
        enough = there >= 3
        value = Decimal(100 * good) / there if enough else None
        why = "已测量" if enough else "样本不足" if there else "没有数据"
        left = {"exempted": len(rows) - there} if len(rows) > there else {}
        return Measured(name, 1, "%", value, why, good, there, 3, left)

    def rows_behind(
        self,
        _connection: Connection,
        name: str,
        scope: Scope,
        *,
        part: Literal["numerator", "denominator", "excluded"],
        page: tuple[str, int],
    ) -> Sequence[MeasuredRow]:
        after, limit = page
        parts = ("numerator", "denominator") if part == "denominator" else (part,)
        rows = [row for row in self._rows(name, scope) if row.part in parts and row.subject > after]
        return rows[:limit]

    def _rows(self, name: str, scope: Scope) -> list[MeasuredRow]:
        found = [
            MeasuredRow(
                fact.subject,
                "excluded" if fact.subject in scope.left_out else "numerator" if fact.good else "denominator",
                f"exempted {scope.left_out[fact.subject]}" if fact.subject in scope.left_out else "",
                fact.told_at,
                "supervision",
                number,
            )
            for number, fact in enumerate(self.facts, 1)
            if (fact.measure, fact.unit) == (name, scope.unit_id) and fact.told_at <= scope.as_of
        ]
        return sorted(found, key=lambda row: row.subject)

    def tell(self, unit: str, good: int, bad: int, *, measure: str = "m.on_time", **more: Any) -> None:  # noqa: ANN401 - passed on.
        known = len(self.facts)
        for number in range(good + bad):
            subject = f"{unit}-{measure}-{known + number:03d}"
            self.facts.append(Fact(measure, unit, subject, number < good, **more))


@dataclass
class FakeArchive:
    """An archive whose head a test sets."""

    position: int = 7
    streams: dict[Any, int] = field(default_factory=dict)
    is_there: bool = True

    async def head(self) -> ArchiveHead:
        if not self.is_there:
            raise Unavailable("历史事件无法读取", code="history.unavailable")
        return ArchiveHead(self.position, f"{self.position:064x}", self.streams)


T = TypeVar("T")


class Inline:
    """A database whose synchronous work runs at once, not in a thread, where no coverage is traced."""

    def __init__(self, db: Database) -> None:
        self.clock = db.clock
        self._db = db

    async def look(self, work: Callable[[Connection], T]) -> T:
        with self._db._look_engine.begin() as connection:  # noqa: SLF001 - what `look` does in its thread.
            return work(connection)

    async def run_sync(self, work: Callable[[SyncTx], T]) -> T:
        with self._db._sync_transaction() as tx:  # noqa: SLF001 - as above.
            return work(tx)


# What the one app of this process works with: the tools of the desk that was made last.
HELD = SimpleNamespace()


@cache
def app() -> FastAPI:
    """Build the routes once: that takes longer than most tests."""
    return create_app("metrics", routers=build_routers(cast("Tools", HELD), permit(principal_check(SECRET))))


class Desk:
    """The routes of assessment over a database, asked by people of any role."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.measures = FakeMeasures()
        self.archive = FakeArchive()
        self.clock = db.clock
        vars(HELD).update(db=Inline(db), measures=self.measures, archive=self.archive)

    async def ask(  # noqa: PLR0913 - what a request has.
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: str = "supervisor",
        by: str = "s1",
        unit: str = "",
    ) -> httpx.Response:
        who = Principal(id=by, role=role, unit=unit, scopes=SCOPES)
        headers = {"x-duban-principal": sign(who, SECRET, now=LiveClock().real_now())}
        transport = httpx.ASGITransport(app())
        async with httpx.AsyncClient(transport=transport, base_url="http://metrics") as client:
            return await client.request(method, f"/assessment{path}", headers=headers, json=body)

    async def said(self, method: str, path: str, body: object = None, **who: Any) -> Any:  # noqa: ANN401 - JSON.
        answer = await self.ask(method, path, body, **who)
        assert answer.is_success, answer.text
        return answer.json()

    async def refused(self, method: str, path: str, body: object = None, **who: Any) -> tuple[int, str]:  # noqa: ANN401 - passed on.
        answer = await self.ask(method, path, body, **who)
        return answer.status_code, answer.json()["code"]

    def at(self, instant: datetime) -> None:
        """Move business time."""
        assert isinstance(self.clock, FakeClock)
        self.clock.instant = instant

    async def events(self) -> list[Envelope]:
        """List what was published, in order."""
        return await published(self.db)


def add_units(connection: Connection, units: Sequence[str] = UNITS) -> None:
    rows = [
        {
            "unit_id": unit,
            "name": f"部门{unit}",
            "kind": "department",
            "collective": False,
            "revision": 1,
            "sequence": 1,
        }
        for unit in units
    ]
    connection.execute(insert(Unit), rows)
    told = {"codes": [], "told_at": BEGAN}
    connection.execute(insert(UnitWord), [row | told for row in rows])


CASES = [
    {"code": "late", "name": "未按时", "measure": "m.on_time", "counts": "rest", "points": "-1", "cap": "5"},
    {"code": "returned", "name": "退回", "measure": "m.returned", "points": "-2", "cap": "6"},
]
LISTS = [
    {"code": "red", "kind": "red", "name": "红榜", "most": 2},
    {"code": "black", "kind": "black", "name": "黑榜", "most": 2},
]
PERIOD = "trial.2023-Q2"
CLOSE = f"/periods/{PERIOD}/closing"


async def opened(db: Database, **changes: object) -> Desk:
    """Set the trial scheme and open its second quarter of 2023, three days after that ended; six units have facts."""
    desk = Desk(db)
    await db.run_sync(lambda tx: add_units(tx.connection))
    desk.at(AFTER)
    content = made.content(cases=CASES, lists=LISTS) | changes
    body = {"content": content, "valid_from": "2023-Q1", "why": "试行"}
    await desk.said("PUT", "/schemes/trial", body)
    await desk.said("POST", "/periods", {"scheme": "trial", "period": "2023-Q2"})
    for number, unit in enumerate(UNITS):
        desk.measures.tell(unit, 10 - number, number)
    return desk


async def closed(db: Database, **changes: object) -> Desk:
    """Close that quarter."""
    desk = await opened(db, **changes)
    await desk.said("POST", f"/periods/{PERIOD}/preview")
    await desk.said("POST", CLOSE)
    return desk


async def final(db: Database, **changes: object) -> Desk:
    """Make that quarter final, when the window for appeals is over."""
    desk = await closed(db, **changes)
    desk.at(AFTER + timedelta(days=10))
    await desk.said("POST", f"/periods/{PERIOD}/final")
    return desk


async def totals(desk: Desk, run: int | None = None) -> dict[str, tuple[str, int | None]]:
    """Give the totals and ranks of a run."""
    query = "" if run is None else f"?run={run}"
    found = await desk.said("GET", f"/periods/{PERIOD}/scores{query}")
    return {one["unit"]: (one["total"], one["rank"]) for one in found["items"]}
