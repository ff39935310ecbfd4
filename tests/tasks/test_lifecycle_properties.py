"""Whatever people try, in whatever order: one state, its clocks, an unbroken history, and a past that stays as it was.

A walk makes random legal and illegal moves by random people on a task of every kind. `SEED=n` repeats one that failed.
"""

import os
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.tasks.ledger import clocks, views
from services.tasks.ledger.as_of import TaskThen, show_as_of
from services.tasks.ledger.commands import Report
from services.tasks.ledger.domain import FINISH, REPORT, SIGN, Move, State, legal_moves
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.domain_parts import part_of_whole
from services.tasks.ledger.domain_told import Told, differences
from services.tasks.ledger.kinds import KINDS, kind_of
from services.tasks.ledger.relighting import relight_open
from services.tasks.ledger.repository_queries import read_task
from services.tasks.ledger.repository_told import read_ledger
from services.tasks.models import PlanRuleRow, RevisionRow
from shared.clock import local_date
from shared.database import Database
from shared.errors import DubanError
from shared.events.envelope import Envelope
from shared.events.supervision import TaskEvent
from shared.tables import OUTBOX
from shared.testing import FakeClock, published, sqlite_database
from tests.tasks import factories as make
from tests.tasks.factories import PLAN, A, B, C, head, liaison, unit_id, worker

SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else [20230425]
STEPS = 80
# The way to the ends and back; each task is led a part of it before the walk begins.
TOUR = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.NORMALISE, Move.REOPEN)
PLANNED = "1"  # The number of the task that stands in a plan, and so has the plan's chain of reviews.
INSIDER = Actor(id="insider", role="supervisor", unit=unit_id(B))
LEADER = Actor(id="leader", role="leader")
PEOPLE = (make.OFFICE, INSIDER, LEADER, head(A), liaison(A), worker(B), head(B), head(C))
# What leads away from the ends is made once from every state, and then seldom.
ASIDE = {Move.OBJECT, Move.REASSIGN, Move.INSTRUCT, Move.SUSPEND, Move.CANCEL, Move.CARRY_OVER}
# What a part needs to be done.
PART_ONWARD = {
    "assigned": Move.ACCEPT,
    "accepted": Move.PROGRESS,
    "in_progress": Move.SUBMIT,
    "returned": Move.PROGRESS,
    "submitted": Move.VERIFY,
}
# What a look at the present and one at the past must agree on.
SHOWN = {*TaskThen.model_fields} - {"as_of", "lit"}


@dataclass
class Walk:
    """One random walk, and all that was seen on it."""

    db: Database
    clock: FakeClock
    dice: random.Random
    tasks: list[str]
    read_to: int = 0
    present: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: Counter[tuple[str, Move]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    states: set[State] = field(default_factory=set)
    looks: list[tuple[datetime, str, dict[str, Any]]] = field(default_factory=list)

    async def step(self) -> None:
        """Try one move on one task."""
        number = self.dice.choice(self.tasks)
        before = await self._begin_day(number)
        chosen = self._go_on(before) if self.dice.random() < 0.6 else self._try_anything(before)
        await self._try(number, *chosen)

    async def tour(self) -> None:
        """Lead every task some way along, each farther than the one before."""
        for place, number in enumerate(self.tasks):
            for move in TOUR[: 3 + place % 5]:
                before = await self._begin_day(number)
                turn = before["review_turn"] or {}
                actor = head(C) if turn.get("review") == "authority" else make.OFFICE
                await self._try(number, move, actor, {"reason": "说明", "report": Report(evidence=("a1",))})

    async def _try(self, number: str, move: Move, actor: Actor, said: dict[str, Any]) -> None:
        """Try a move; made or refused, everything is held against what must be true then."""
        before = self.present[number]
        try:
            await make.move(self.db, move, actor, number=number, **said)
        except DubanError as error:
            self.refused[error.code] += 1
            self._check_refusal(error, move, before)
            assert (await self._look(number), await self._news()) == (before, [])
            return
        self.made[before["state"], move] += 1
        after = self.present[number] = await self._look(number)
        check_step(before, after, await self._news())
        self.states.add(State(after["state"]))
        self.looks.append((self.clock.instant, number, after))

    async def _begin_day(self, number: str) -> dict[str, Any]:
        """Let some time pass and light the tasks; give how a task looks then."""
        self.clock.advance(timedelta(seconds=self.dice.randint(1, 3 * 86_400)))
        await relight_open(self.db)
        lit = {one.subject for one in await self._news()}
        self.present = {one: then for one, then in self.present.items() if make.task_id(one) not in lit}
        if number not in self.present:
            self.present[number] = await self._look(number)
        return self.present[number]

    def _go_on(self, task: dict[str, Any]) -> tuple[Move, Actor, dict[str, Any]]:
        """Choose a legal move, rightly said, so that the walk gets about; what was seldom done goes before."""
        # Where only a kind's own steps lead on, whatever people try is refused.
        legal = legal_moves(State(task["state"]), kind_of(task["kind"]).lifecycle) or tuple(Move)
        said: dict[str, Any] = {"reason": "说明", "report": Report(evidence=("a1",))}
        waiting = [
            part for part in task["parts"] if part["unit_id"] == unit_id(B) and part["state"] != "passed"
        ]
        if Move.SUBMIT in legal and waiting:
            look = (
                {"part": unit_id(B)} if waiting[0]["state"] == "submitted" else {"on_behalf_of": unit_id(B)}
            )
            return PART_ONWARD[waiting[0]["state"]], make.OFFICE, said | look
        move = self.dice.choices(legal, [self._weight(task["state"], one) for one in legal])[0]
        if move is Move.REASSIGN:
            said["units"] = (("lead", unit_id(A)), ("responsible", unit_id(B)))
        turn = task["review_turn"] or {}
        return move, head(C) if turn.get("review") == "authority" else make.OFFICE, said

    def _weight(self, state: str, move: Move) -> float:
        made = self.made[state, move]
        return (0.05 if made and move in ASIDE else 1) / (1 + made) ** 2

    def _try_anything(self, task: dict[str, Any]) -> tuple[Move, Actor, dict[str, Any]]:
        legal = legal_moves(State(task["state"]), kind_of(task["kind"]).lifecycle) or tuple(Move)
        move = self.dice.choice(list(legal) if self.dice.random() < 0.6 else list(Move))
        actor = make.OFFICE if self.dice.random() < 0.3 else self.dice.choice(PEOPLE)
        return move, actor, self._words(move, task)

    def _words(self, move: Move, task: dict[str, Any]) -> dict[str, Any]:
        """Say what the move wants, most of the time."""
        dice = self.dice
        units = [("lead", unit_id(dice.choice((A, C)))), ("responsible", unit_id(B))]
        said: dict[str, Any] = {
            "reason": dice.choice(("", "说明", "说明")),
            "units": tuple(units) if (move is Move.REASSIGN) is (dice.random() < 0.95) else (),
            "report": Report(note="进展", evidence=("a1",) if dice.random() < 0.8 else ()),
            "progress": dice.choice((None, 30, 60)),
        }
        if dice.random() < 0.2:
            said["deadline"] = local_date(self.clock.instant) + timedelta(days=dice.randint(-3, 60))
        if dice.random() < 0.2:
            said["on_behalf_of"] = dice.choice((unit_id(B), unit_id(C)))
        if dice.random() < 0.1:
            said["part"] = unit_id(B)
        if dice.random() < 0.2:
            said["if_revision"] = task["revision"] - dice.randint(0, 1)
        return said

    def _check_refusal(self, error: DubanError, move: Move, task: dict[str, Any]) -> None:
        if error.code == "task.move_illegal":
            legal = legal_moves(State(task["state"]), kind_of(task["kind"]).lifecycle)
            assert (move in legal, error.details["legal"]) == (False, list(legal))

    async def _look(self, number: str) -> dict[str, Any]:
        async with self.db.reading() as session:
            shown = await views.show_task(session, await read_task(session, make.task_id(number)))
        return shown.model_dump(include=SHOWN | {"review_turn"})

    async def _news(self) -> list[Envelope]:
        """Read what was published since the last time."""
        async with self.db.reading() as session:
            stated = select(OUTBOX.c.payload).where(OUTBOX.c.seq > self.read_to).order_by(OUTBOX.c.seq)
            found = [Envelope.read(payload) for payload in await session.scalars(stated)]
        self.read_to += len(found)
        return found

    async def look_back(self, instant: datetime, number: str) -> dict[str, Any]:
        async with self.db.reading() as session:
            return (await show_as_of(session, instant, make.task_id(number))).model_dump(include=SHOWN)


def check_step(before: dict[str, Any], after: dict[str, Any], told: list[Envelope]) -> None:
    """Hold a step that was made against what must be true after any."""
    state = State(after["state"])
    steps = [one.data for one in told if isinstance(one.data, TaskEvent)]
    answering = [part for part in after["parts"] if part["unit_id"] == after["answering_unit"]]
    assert after["revision"] == before["revision"] + 1 == after["revisions"][-1]["revision"]
    assert {(one.subject, one.revision) for one in told} == {(after["id"], after["revision"])}
    assert [one.state for one in steps][-1:] == ([state] if steps else [])
    assert bool(steps) or before["state"] == state
    assert running(after) == should_run(after)
    assert [part["state"] for part in answering if part_of_whole(state)] == [
        part_of_whole(state) for _ in answering if part_of_whole(state)
    ]


def running(task: dict[str, Any]) -> set[str]:
    return {clock["name"] for clock in task["clocks"] if clock["stopped_at"] is None}


def should_run(task: dict[str, Any]) -> set[str]:
    """Say which clocks the state asks for, of those that a kind, a date or a person gave something to run to."""
    kind = kind_of(task["kind"])
    limits = {SIGN: kind.sign, REPORT: kind.report, FINISH: kind.finish}
    able = {name for name, limit in limits.items() if limit}
    able |= {FINISH} if task["deadline"] else set()
    able |= {clock["name"] for clock in task["clocks"] if clock["name"] not in limits}
    return {name for name in able if State(task["state"]) in clocks.RUNS_IN[name]}


async def begin_walk(folder: Path, seed: int) -> Walk:
    """Begin with a planned task under the longest chain of reviews, and one task of every kind beside it."""
    clock = FakeClock()
    db = sqlite_database("tasks", folder, clock)
    await make.confirm(db, make.document([make.task(PLANNED)], targets=(), cadences=(), doubts=()))
    reviews = ["lead", "authority", "supervisor"]
    async with db.transaction() as tx:
        tx.session.add(PlanRuleRow(plan_id=PLAN, reviews=reviews, authority=unit_id(C)))
    for kind in KINDS:
        await make.register(db, kind=kind, number=kind)
    dice = random.Random(seed)  # noqa: S311 - a walk that can be repeated, no secret.
    return Walk(db, clock, dice, [PLANNED, *KINDS])


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_random_walk_over_all_kinds_keeps_every_promise(tmp_path: Path, seed: int) -> None:
    walk = await begin_walk(tmp_path, seed)

    await walk.tour()
    for _ in range(STEPS):
        await walk.step()

    await check_stream(walk)
    for instant, number, then in walk.looks:
        assert await walk.look_back(instant, number) == {name: then[name] for name in SHOWN}
    assert len(walk.states) >= 10  # Of the 12 behind the first; which are missed is chance.
    assert (len(walk.refused) >= 4, walk.refused["task.move_illegal"] > 0) == (True, True)
    await walk.db.close()


async def check_stream(walk: Walk) -> None:
    """Hold the outbox against the histories and the tables: no number missing, no revision before an earlier one."""
    told = await published(walk.db)
    ledger = Told()
    for one in told:
        ledger.hear(one.data)
    head, found = await walk.db.look(read_ledger)
    assert (head, differences(ledger.tasks, found)) == (len(told), [])
    assert [one.sequence for one in told] == list(range(1, len(told) + 1))
    kept = await make.rows(walk.db, RevisionRow)
    for number in walk.tasks:
        revisions = [one.revision for one in told if one.subject == make.task_id(number)]
        assert revisions == sorted(revisions)
        assert sorted(set(revisions)) == [r.revision for r in kept if r.task_id == make.task_id(number)]
