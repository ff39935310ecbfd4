"""Sends the scripted year to the tasks service day by day, on a clock that this file moves, over its own API."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from deploy.catalogue import CATALOGUE
from services.tasks import catalogue
from services.tasks.app import build
from services.tasks.daybreak import Daybreak
from services.tasks.models import PlanRow, TaskRow, UnitRow
from shared.clock import at_local
from shared.database import Database
from shared.principal import Principal, sign
from shared.testing import sqlite_database
from tests.drill.post import Post, at_nine, open_post
from tests.tasks.apps import SECRET, FakeBus, settings

ISSUED = date(2023, 4, 25)
SCOPES = frozenset({"plans:read", "plans:write", "tasks:read", "tasks:write"})
OFFICE = Principal(id="office", role="supervisor", scopes=SCOPES)
REASONS = {"reason": "按年度剧本"}
MOVES = frozenset(
    [
        "accept",
        "progress",
        "submit",
        "verify",
        "return",
        "close",
        "normalise",
        "suspend",
        "resume",
        "cancel",
        "reopen",
        "carry_over",
    ]
)


@dataclass(slots=True)
class PlayClock:
    """Business time that the play sets; real time is real, since signatures are checked by it."""

    instant: datetime
    drill: bool = True

    def now(self) -> datetime:
        """Give the instant of the play."""
        return self.instant

    def real_now(self) -> datetime:
        """Give the present instant."""
        return datetime.now(UTC)

    def real_seconds_until(self, instant: datetime) -> float:
        """Give the seconds of business time until `instant`; the play waits for nothing."""
        return (instant - self.instant).total_seconds()


@dataclass
class Play:
    """The tasks service with the catalogue in it, and the ways to act on it.

    Attributes:
        ids: Ledger id by gold id.
        units: Unit id by canonical name.
        asked: Number of the last extension asked for, by gold id.
    """

    db: Database
    clock: PlayClock
    client: httpx.AsyncClient
    daybreak: Daybreak
    post: Post
    ids: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def call(self, method: str, path: str, who: Principal = OFFICE, **said: Any) -> Any:  # noqa: ANN401 - JSON.
        """Call the inner API as the gateway would; anything but success ends the play."""
        headers = {"x-duban-principal": sign(who, SECRET, now=self.clock.real_now())}
        answer = await self.client.request(method, path, headers=headers, **said)
        assert answer.is_success, f"{self.clock.instant} {method} {path} {said}: {answer.text}"
        return answer.json()

    def head_of(self, unit: str) -> Principal:
        """Give the head of a unit."""
        return Principal(id=f"head of {unit}", role="unit_lead", unit=self.units[unit], scopes=SCOPES)

    async def begin_day(self, day: date) -> None:
        """Let the day begin, let notices be sent at nine, and move on to ten o'clock."""
        self.clock.instant = at_local(day)
        await self.daybreak.step()
        self.clock.instant = at_nine(day)
        await self.post.morning()
        self.clock.instant = at_local(day, 10)

    async def act(self, action: Mapping[str, Any]) -> None:
        """Do what one line of the scenario says."""
        if action["do"] in MOVES:
            await self._move(action)
        else:
            await getattr(self, f"_{action['do']}")(action)

    async def _move(self, action: Mapping[str, Any]) -> None:
        said = {key: action[key] for key in ("progress", "deadline") if key in action}
        unit = action.get("unit")
        body = {"move": action["do"], **said} | ({} if unit else REASONS)
        who = self.head_of(unit) if unit else OFFICE
        await self.call("POST", f"/tasks/{self.ids[action['task']]}/moves", who, json=body)

    async def _ask(self, action: Mapping[str, Any]) -> None:
        self.asked[action["task"]] += 1
        body = {"wanted_on": action["wanted"], **REASONS}
        path = f"/tasks/{self.ids[action['task']]}/extensions"
        await self.call("POST", path, self.head_of(action["unit"]), json=body)

    async def _grant(self, action: Mapping[str, Any]) -> None:
        await self._decide(action, grant=True)

    async def _refuse(self, action: Mapping[str, Any]) -> None:
        await self._decide(action, grant=False)

    async def _decide(self, action: Mapping[str, Any], *, grant: bool) -> None:
        task = action["task"]
        path = f"/tasks/{self.ids[task]}/extensions/{self.asked[task]}/decision"
        await self.call("POST", path, json={"grant": grant, "opinion": "按年度剧本"})

    async def _link(self, action: Mapping[str, Any]) -> None:
        body = {"tasks": [self.ids[task] for task in action["tasks"]], **REASONS}
        await self.call("POST", "/links", json=body)

    async def _set_deadlines(self, action: Mapping[str, Any]) -> None:
        body = {"tasks": [self.ids[task] for task in action["tasks"]], "deadline": action["deadline"]}
        await self.call("POST", "/tasks/deadlines", json=body | REASONS | {"confirm": True})

    async def _hand_over(self, action: Mapping[str, Any]) -> None:
        await self._change(action, "hand_over")

    async def _merge(self, action: Mapping[str, Any]) -> None:
        await self._change(action, "merge")

    async def _change(self, action: Mapping[str, Any], kind: str) -> None:
        body = {"kind": kind, "to": self.units[action["to"]], **REASONS}
        await self.call("POST", f"/units/{self.units[action['unit']]}/changes", json=body)


@asynccontextmanager
async def stage(folder: Path, gold: Iterable[Mapping[str, Any]]) -> AsyncIterator[Play]:
    """Put the catalogue on stage as of the day of issue, behind a running tasks service."""
    clock = PlayClock(at_local(ISSUED, 9))
    db = sqlite_database("tasks", folder, clock)
    await catalogue.load(db, CATALOGUE, as_of=clock.instant, now=clock.instant)
    app = build(settings(folder), clock=clock, bus=FakeBus())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tasks") as client:
        post = await open_post(folder, db, clock)
        play = Play(db, clock, client, Daybreak(db), post)
        play.ids, play.units = await _ids(db, gold)
        yield play
    await post.db.close()
    await db.close()


async def _ids(db: Database, gold: Iterable[Mapping[str, Any]]) -> tuple[dict[str, str], dict[str, str]]:
    """Find the ledger's id of every gold task by its plan's place and its number, and of every unit by its name."""
    async with db.reading() as session:
        plans = {row.id: row.ordinal for row in await session.scalars(select(PlanRow))}
        tasks = await session.scalars(select(TaskRow).where(TaskRow.plan_id.is_not(None)))
        ledger = {(plans[str(task.plan_id)], task.number): task.id for task in tasks}
        units = {row.name: row.id for row in await session.scalars(select(UnitRow))}
    order = list(dict.fromkeys(task["plan_id"] for task in gold))
    return {task["id"]: ledger[order.index(task["plan_id"]) + 1, task["number"]] for task in gold}, units


def days(scenario: Path) -> Iterable[tuple[date, list[dict[str, Any]]]]:
    """Give every day from the issue to the year's end with what the scenario holds for it."""
    actions = [json.loads(line) for line in scenario.read_text("utf-8").splitlines()]
    by_day = {day: list(theirs) for day, theirs in groupby(actions, key=lambda action: action["day"])}
    day = ISSUED
    while day.year == ISSUED.year:
        yield day, by_day.get(day.isoformat(), [])
        day += timedelta(days=1)
