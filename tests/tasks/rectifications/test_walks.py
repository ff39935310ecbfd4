"""Whatever people try on rectifications, in whatever order: one stage, a state that fits it, an unbroken history.

`SEED=n` repeats a walk that failed.
"""

import os
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.tasks.ledger.clocks import RUNS_IN
from services.tasks.ledger.domain import RECTIFY, Move, State
from services.tasks.ledger.domain_parties import Actor
from services.tasks.rectifications.domain import Stage, StepName, fits, legal_steps
from services.tasks.rectifications.repository import Case
from shared.errors import DubanError
from shared.events.rectifications import RectificationEvent
from shared.testing import FakeClock, published, sqlite_database
from tests.tasks.factories import A, B, C, head, liaison, unit_id
from tests.tasks.rectifications.made import ANNA, BEN, CLEO, DORA, EMIL, INSIDER, USUAL, Desk

SEED = int(os.environ.get("SEED", "20230620"))
STEPS, CASES = 260, 6
PEOPLE = (
    ANNA,
    BEN,
    CLEO,
    DORA,
    EMIL,
    INSIDER,
    head(A),
    head(B),
    head(C),
    liaison(A),
    Actor(id="l", role="leader"),
)
# What the short names of `made` do, for choosing a legal one.
LEADS: dict[StepName, tuple[str, ...]] = {
    StepName.CLASSIFY: ("classify",),
    StepName.PROPOSE: ("found", "explain", "malicious", "mistaken"),
    StepName.SUPPORT: ("support",),
    StepName.CONFIRM: ("confirm",),
    StepName.REFUSE: ("refuse",),
    StepName.APPEAL: ("appeal", "protest"),
    StepName.DECIDE: ("decide",),
    StepName.LEDGER: ("ledger",),
    StepName.RECTIFY: ("rectify",),
    StepName.REPLY: ("reply",),
    StepName.CALL_BACK: ("satisfied", "unsatisfied", "unreached"),
    StepName.CLOSE: ("close",),
    StepName.REOPEN: ("reopen",),
}
EVERYTHING = tuple(name for names in LEADS.values() for name in names)
MOVES = (
    Move.ACCEPT,
    Move.OBJECT,
    Move.DISMISS,
    Move.REASSIGN,
    Move.SUSPEND,
    Move.RESUME,
    Move.CANCEL,
    Move.CLOSE,
)


@dataclass
class Walk:
    """One random walk over some cases."""

    desk: Desk
    dice: random.Random
    tasks: list[str] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    stages: set[str] = field(default_factory=set)

    async def step(self) -> None:
        """Try one step, or one move, on one case, and hold what it did against what must be true."""
        self.desk.clock.advance(timedelta(hours=self.dice.randint(1, 60)))
        task = self.dice.choice(self.tasks)
        before = await self.desk.case(task)
        told = len(await published(self.desk.db))
        name = self._choose(before)
        refusal = await self._outcome(name, task, before)
        after = await self.desk.case(task)
        if refusal is None:
            self.made[name] += 1
            self.stages.add(after.row.stage)
            check(before, after)
            return
        self.refused[refusal.code] += 1
        if refusal.code == "rectification.step_illegal":
            assert refusal.details["legal"] == [*legal_steps(before.standing)]
        assert (dump(after), len(await published(self.desk.db))) == (dump(before), told)

    async def _outcome(self, name: str, task: str, before: Case) -> DubanError | None:
        try:
            await self._try(name, task, before)
        except DubanError as error:
            return error
        return None

    def _choose(self, case: Case) -> str:
        legal = [name for step in legal_steps(case.standing) for name in LEADS[step]]
        if self.dice.random() < 0.12:
            return f"move {self.dice.choice(MOVES)}"
        if legal and self.dice.random() < 0.75:
            return self.dice.choices(legal, [1 / (1 + self.made[one]) for one in legal])[0]
        return self.dice.choice(EVERYTHING)

    async def _try(self, name: str, task: str, case: Case) -> None:
        if name.startswith("move "):
            move, unit = Move(name[5:]), self.dice.choice((A, C))
            said: dict[str, Any] = {"units": (("lead", unit_id(unit)),)} if move is Move.REASSIGN else {}
            await self.desk.move(move, task, self.dice.choice((ANNA, head(A), head(C))), **said)
            return
        actor = self.dice.choice(PEOPLE)
        answering = case.held.task.answering_unit
        if self.dice.random() < 0.8:  # Somebody whose step it may be.
            mine = [one for one in PEOPLE if (one.unit == answering) is (USUAL[name] == head(A))]
            actor = self.dice.choice(mine or PEOPLE)
        extra: dict[str, Any] = {"upheld": self.dice.random() < 0.5} if name == "decide" else {}
        extra |= {"reason": "仍不满意，书面说明"} if name == "close" else {}
        if name == "classify":
            extra["grade"] = self.dice.choice(("simple", "general", "complex"))
        if name == "rectify":
            extra["mode"] = self.dice.choice(("at_once", "ledger"))
        await self.desk.do(name, task, actor, **extra)


def dump(case: Case) -> dict[str, Any]:
    """Write down a case with its task, its clocks and how much happened."""
    row = {name: getattr(case.row, name) for name in case.row.__table__.columns.keys()}  # noqa: SIM118 - SQLAlchemy's.
    task = {name: getattr(case.held.task, name) for name in case.held.task.__table__.columns.keys()}  # noqa: SIM118
    clocks = {name: (clock.due_at, clock.stopped_at) for name, clock in case.held.clocks.items()}
    return row | task | clocks | {"counts": (len(case.steps), len(case.call_backs))}


def check(before: Case, after: Case) -> None:
    """Hold a case after a step against what must be true after any."""
    state, clock = State(after.held.task.state), after.held.clocks[RECTIFY]
    assert fits(Stage(after.row.stage), state)
    if len(after.steps) > len(before.steps):  # To say the same class again changes nothing.
        assert after.held.task.revision > before.held.task.revision
    assert (clock.stopped_at is None) is (state in RUNS_IN[RECTIFY])
    stages = [after.steps[0].to_stage, *(step.to_stage for step in after.steps[1:])]
    assert [step.from_stage for step in after.steps[1:]] == stages[:-1]
    assert stages[-1] == after.row.stage
    if not after.row.stands:
        said = [step for step in after.steps if step.details.get("verdict") == after.row.verdict]
        assert said
        assert len(set(after.row.judges) - {after.row.proposed_by}) >= 2 or after.row.round > 1
    assert not {one.by for one in after.call_backs} & {INSIDER.id}


async def begin(folder: Path) -> Walk:
    clock = FakeClock()
    desk = Desk(sqlite_database("tasks", folder, clock), clock)
    await desk.open()
    walk = Walk(desk, random.Random(SEED))  # noqa: S311 - a walk that can be repeated, no secret.
    for number in range(CASES):
        named = number % 2 == 0
        walk.tasks.append(await desk.rate(rating_id=f"w{number}", service_number=number + 1, is_named=named))
    return walk


@pytest.mark.slow
async def test_a_random_walk_keeps_one_state_and_an_unbroken_history(tmp_path: Path) -> None:
    walk = await begin(tmp_path)

    for _ in range(STEPS):
        await walk.step()

    told = [one.data for one in await published(walk.desk.db) if isinstance(one.data, RectificationEvent)]
    assert {*walk.stages} == {*Stage}
    assert walk.refused["rectification.step_illegal"] > 10
    assert walk.refused["rectification.same_person"] > 0
    assert {one.task_id for one in told} == {*walk.tasks}
    await walk.desk.db.close()
