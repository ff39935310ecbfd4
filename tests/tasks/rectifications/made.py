"""Made-up bad ratings, the units that they are about, and the people who see to them."""

# ruff: noqa: ANN401 - a factory takes any field of its record.

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from services.tasks.handlers import on_rating_submitted
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.service import move_task
from services.tasks.models import ClockRow, RectificationRow, TaskRow, UnitRow
from services.tasks.rectifications import appeals, call_backs, remedies, repository, verdicts
from services.tasks.rectifications.appeals import Appeal
from services.tasks.rectifications.call_backs import Call
from services.tasks.rectifications.remedies import LedgerEntry, Remedy
from services.tasks.rectifications.verdicts import Proposal
from services.tasks.units.codes import CodesEdit, set_codes
from services.tasks.units.domain_codes import check_sign
from shared.database import Database
from shared.errors import DubanError
from shared.events.ratings import RatingSubmitted
from shared.testing import FakeClock, envelope
from tests.tasks import factories as make
from tests.tasks.factories import A, B, C, head, unit_id

ANNA, BEN, CLEO, DORA, EMIL = (
    Actor(id=name, role="supervisor") for name in ("anna", "ben", "cleo", "dora", "emil")
)
INSIDER = Actor(id="insider", role="supervisor", unit=unit_id(A))


def code(number: int) -> str:
    """Make a 统一社会信用代码 of a 机关 that belongs to nobody."""
    body = f"11610000{number:09d}"
    return body + check_sign(body)


CODES = {A: code(1), B: code(2), C: code(3)}
_SEQUENCE = count(1)


def rating(**changes: Any) -> RatingSubmitted:
    said: dict[str, Any] = {
        "rating_id": "r-1",
        "project_no": "610000230620001",
        "service_number": 1,
        "unit_code": CODES[A],
        "item_code": "11610000000000001X1610101001000",
        "region_code": "610481000000",
        "channel": "hall_tablet",
        "level": 1,
        "scheme": "push",
        "raw_code": "1",
        "rated_at": datetime(2023, 6, 20, 1, 0, tzinfo=UTC),
        "source_id": "hall",
        "is_named": True,
        "window": "A01",
    }
    return RatingSubmitted.model_validate(said | changes)


@dataclass
class Desk:
    """A ledger with three units and their codes, to which ratings come and at which people make steps."""

    db: Database
    clock: FakeClock

    async def open(self) -> None:
        """Register the units with their codes."""
        async with self.db.transaction() as tx:
            for name in (A, B, C):
                row = UnitRow(id=unit_id(name), name=name, kind="department", collective=False, revision=1)
                tx.session.add(row)
            await tx.session.flush()
            for name, one in CODES.items():
                await set_codes(tx, CodesEdit(unit_id=unit_id(name), codes=(one,)), make.act(at=tx.now))

    async def rate(self, event: RatingSubmitted | None = None, *, times: int = 1, **changes: Any) -> str:
        """Let a rating arrive now, once or several times; give the id of its task."""
        said = event or rating(**changes)
        for _ in range(times):
            cause = envelope(said, time=self.clock.instant, sequence=next(_SEQUENCE))
            async with self.db.transaction(cause=cause) as tx:
                await on_rating_submitted(self.clock)(tx, said)
        async with self.db.reading() as session:
            known = await repository.case_of_service(
                session, said.source_id, said.project_no, said.service_number
            )
        return str(known)

    async def do(self, step: str, task: str, actor: Actor | None = None, **said: Any) -> RectificationRow:
        """Make a step, with words that do where nothing else is said."""
        async with self.db.transaction() as tx:
            act = make.act(actor or USUAL[step], tx.now)
            return await _make(step, tx, task, act, said)

    async def move(self, move: Move, task: str, actor: Actor = make.OFFICE, **said: Any) -> TaskRow:
        """Make a move that people make on any task."""
        async with self.db.transaction() as tx:
            command = MoveCommand(task_id=task, move=move, reason="说明", **said)
            return await move_task(tx, command, make.act(actor, tx.now))

    async def refusal(self, step: str, task: str, actor: Actor | None = None, **said: Any) -> str:
        """Make a step that is refused; give the code of the refusal."""
        try:
            await self.do(step, task, actor, **said)
        except DubanError as error:
            return error.code
        raise AssertionError(f"{step} was not refused")

    async def walk(self, task: str, *steps: str) -> RectificationRow:
        """Make steps one after another, each by the person whose it is."""
        for step in steps:
            row = await self.do(step, task)
        return row

    async def case(self, task: str) -> repository.Case:
        async with self.db.reading() as session:
            return await repository.read_case(session, task)

    async def clocks(self, task: str) -> dict[str, ClockRow]:
        return {row.name: row for row in await make.rows(self.db, ClockRow) if row.task_id == task}

    def later(self, days: float) -> None:
        self.clock.advance(timedelta(days=days))


USUAL = {
    "found": head(A),
    "explain": head(A),
    "malicious": head(A),
    "mistaken": head(A),
    "propose": head(A),
    "support": ANNA,
    "confirm": BEN,
    "refuse": ANNA,
    "appeal": head(A),
    "protest": EMIL,
    "decide": CLEO,
    "classify": ANNA,
    "ledger": head(A),
    "rectify": head(A),
    "reply": head(A),
    "call": DORA,
    "satisfied": DORA,
    "unsatisfied": DORA,
    "unreached": DORA,
    "close": DORA,
    "reopen": DORA,
}
VERDICTS = {"found": "founded", "explain": "unreasonable", "malicious": "malicious", "mistaken": "mistaken"}
CALLS: dict[str, dict[str, Any]] = {
    "satisfied": {"reached": True, "level": 4},
    "unsatisfied": {"reached": True, "level": 2},
    "unreached": {"reached": False},
}


async def _make(step: str, tx: Any, task: str, act: Any, said: dict[str, Any]) -> RectificationRow:
    """Make a step by its short name."""
    if step in VERDICTS or step == "propose":
        given = {"verdict": VERDICTS.get(step, "founded"), "reason": "已核实"} | said
        return await verdicts.propose(tx, task, Proposal(**given), act)
    if step in {"support", "confirm", "refuse"}:
        review = {"support": verdicts.support, "confirm": verdicts.confirm, "refuse": verdicts.refuse}[step]
        return await review(tx, task, said.get("reason", "看过材料"), act)
    if step == "classify":
        return await verdicts.classify(
            tx, task, said.get("grade", "complex"), said.get("reason", "涉及多部门"), act
        )
    if step in {"appeal", "protest"}:
        given = {"side": "unit" if step == "appeal" else "rater", "reason": "不服"} | said
        return await appeals.appeal(tx, task, Appeal(**given), act)
    if step == "decide":
        return await appeals.decide(
            tx, task, said.get("reason", "复核过"), act, upheld=said.get("upheld", True)
        )
    return await _finish(step, tx, task, act, said)


async def _finish(step: str, tx: Any, task: str, act: Any, said: dict[str, Any]) -> RectificationRow:
    if step == "ledger":
        due_on = said.pop("due_on", act.at.date())
        given = {"measures": "优化流程", "owner": "窗口负责人"} | said
        return await remedies.keep_ledger(tx, task, LedgerEntry(due_on=due_on, **given), act)
    if step == "rectify":
        given = {"mode": "at_once", "done": "已当场整改"} | said
        return await remedies.rectify(tx, task, Remedy(**given), act)
    if step == "reply":
        return await remedies.reply(tx, task, said.pop("reply", "已向您说明"), act, **said)
    if step in CALLS or step == "call":
        return await call_backs.call_back(tx, task, Call(**CALLS.get(step, {}) | said), act)
    if step == "close":
        return await call_backs.close(tx, task, said.get("reason", ""), act)
    return await call_backs.reopen(tx, task, said.get("reason", "回头看发现问题"), act)
