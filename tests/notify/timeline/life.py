"""One task from its beginning, with the real handlers, engine, stages and sender behind it, on a played clock."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from services.notify.domain import Verdict
from services.notify.handlers import build_handlers
from services.notify.models import NoticeRow, PersonRow, PostRow
from services.notify.proof.wording import mailbox_name
from shared.clock import end_of_day
from shared.database import Database
from shared.events import Event
from shared.events.supervision import ClockStarted, Role, TaskRegistered, UnitRegistered, UnitRole
from shared.streams.applying import handle_one
from shared.testing import FakeClock, envelope
from tests.notify.forecast.drill import Drill
from tests.notify.made import adopt_shipped_rules
from tests.notify.timeline.steps import Step, essence, instant, line

TASK, FINISH, A_MINUTE = "t1", "finish", timedelta(minutes=1)
# Who plays in the timelines: id and name of each unit.
NAMES = {"zjj": "住建局", "cgj": "城管局", "czj": "财政局", "zrj": "自然资源局", "dlj": "供电公司"}
IDS = {name: unit_id for unit_id, name in NAMES.items()}
HELD = ("zjj/officer", "zjj/leader", "zjj/overseer")  # 责任人, 责任领导, 分管领导 of the lead unit.
USUAL: Mapping[str, Role] = {"住建局": "lead", "城管局": "responsible", "财政局": "cooperating"}
WHY = {
    Verdict.HELD_INHIBITED: "受阻",
    Verdict.HELD_SILENCED: "静默",
    Verdict.HELD_SNOOZED: "稍后提醒",
    Verdict.HELD_ACKNOWLEDGED: "知悉",
}


@dataclass(frozen=True, slots=True)
class Run:
    """How the clock of a task runs.

    Attributes:
        due: The last day, or the instant of a limit in hours.
        limit: How many of which unit of time; None for a date.
        clock: Its name.
    """

    due: str
    limit: tuple[int, str] | None = None
    clock: str = FINISH

    @property
    def due_at(self) -> datetime:
        """The due instant: that of a day is its last second."""
        return instant(self.due) if " " in self.due else end_of_day(date.fromisoformat(self.due))


@dataclass(slots=True)
class Life:
    """A task of which a test tells what happens, and which tells what its units were told."""

    db: Database
    clock: FakeClock
    drill: Drill = field(init=False)
    revision: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.drill = Drill(self.db, self.clock)

    async def begins(
        self,
        when: str,
        run: Run,
        *,
        units: Mapping[str, Role] = USUAL,
        kind: str = "action",
        level: str = "normal",
    ) -> None:
        """Load the rules, the units with their posts, the task and its clock, all at an instant."""
        self.clock.instant = instant(when)
        await adopt_shipped_rules(self.db)
        await self.hold_posts()
        await self.tell(
            *(UnitRegistered(unit_id=one, name=name, kind="department") for one, name in NAMES.items())
        )
        await self.tell(registered(units, kind=kind, level=level), self.started(run))
        await self.drill.run(self.clock.instant)

    async def hold_posts(self) -> None:
        """Let somebody hold each post of the lead unit."""
        async with self.db.transaction() as tx:
            tx.session.add_all(PersonRow(id=mailbox, name=mailbox) for mailbox in HELD)
            await tx.session.flush()
            begin = date(2023, 1, 1)
            tx.session.add_all(PostRow(mailbox=one, person_id=one, from_day=begin) for one in HELD)

    def started(self, run: Run, *, since: datetime | None = None) -> ClockStarted:
        """Say that the task's clock runs from now on, under a due instant."""
        amount, span = run.limit or (None, None)
        return ClockStarted(
            task_id=TASK,
            clock=run.clock,
            kind="action",
            started_at=since or self.clock.instant,
            recorded_at=self.clock.instant,
            due_at=run.due_at,
            span=span,
            limit=amount,
        )

    async def tell(self, *events: Event, at: datetime | None = None) -> None:
        """Let the ledger say something that happened now or before, twice each as after a lost cursor."""
        handlers = build_handlers(["log"])
        for event in events:
            self.revision += 1
            when = at or self.clock.instant
            cause = envelope(event, time=when, sequence=self.revision, revision=self.revision)
            for _ in range(2):
                async with self.db.transaction(cause=cause) as tx:
                    await handle_one(handlers, tx, cause)

    async def goes(self, *steps: Step) -> None:
        """Play the steps in their order; what is told between two of them, and stands in none, is a failure."""
        for step in steps:
            await self._rest(until=step.begin - A_MINUTE)
            _compare((), await self.news(), "no step of the timeline says so")
            letters = len(self.drill.channel.parcels)
            self.clock.instant = step.begin
            for deed in step.deeds:
                await deed(self)
            await self._rest(until=step.end)
            _compare(step.lines, await self.news(), "told or held back")
            if step.leaves is not None:
                _compare(step.leaves, self._messages(letters), "messages that left")

    def is_down_until(self, when: str) -> None:
        """Let nothing run until an instant."""
        self.clock.instant = instant(when)

    async def _rest(self, until: datetime) -> None:
        if until >= self.clock.instant:
            await self.drill.run(until)
            self.clock.instant = until

    def _messages(self, since: int) -> list[str]:
        """Name who got a message."""
        sent = self.drill.channel.parcels[since:]
        return sorted(mailbox_name(parcel.recipient, NAMES) for parcel in sent)

    async def news(self) -> list[str]:
        """Write what was told or held back since the last look as lines of a timeline."""
        told: dict[tuple[datetime, str], list[str]] = defaultdict(list)
        for row in await self.recorded():
            what = what_became(row)
            if what and (row.id, row.verdict) not in self.seen:
                told[row.decided_at, what].append(mailbox_name(row.recipient, NAMES))
            self.seen.add((row.id, row.verdict))
        return sorted(line(when, what, tuple(names)) for (when, what), names in told.items())

    async def recorded(self) -> Sequence[NoticeRow]:
        """Read all that was decided, in its order."""
        async with self.db.reading() as session:
            stated = select(NoticeRow).order_by(NoticeRow.decided_at, NoticeRow.planned_at, NoticeRow.id)
            return (await session.scalars(stated)).all()

    async def last_told(self, name: str) -> NoticeRow:
        """Give what a unit was told last."""
        mine = [row for row in await self.recorded() if row.recipient == IDS[name] and row.text]
        return mine[-1]


def _compare(expected: Sequence[str], seen: Sequence[str], about: str) -> None:
    """Fail with two tables, one above the other, where they differ."""
    if sorted(expected) != sorted(seen):
        tables = ["expected:", *sorted(expected), "but it was:", *sorted(seen)]
        raise AssertionError("\n".join((about, *tables)))


def what_became(row: NoticeRow) -> str:
    """Say what was told, or why it was held back; nothing for a rung before the clock was known."""
    if row.text:
        return essence(row.text)
    why = WHY.get(Verdict(row.verdict))
    return f"不发（{why}{f'：{row.reason}' if row.reason else ''}）" if why else ""


def registered(units: Mapping[str, Role] = USUAL, *, task_id: str = TASK, **changes: str) -> TaskRegistered:
    """Say that a task is one of these units, by their names."""
    roles = tuple(UnitRole(unit_id=IDS[name], role=role) for name, role in units.items())
    said = {"kind": "action", "number": "1", "title": "建设示范路", "task_id": task_id} | changes
    return TaskRegistered.model_validate(said | {"units": roles, "answering_unit": roles[0].unit_id})
