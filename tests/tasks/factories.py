"""A made-up plan document in the importer's records, and the people who act on it."""

# ruff: noqa: ANN401 - a factory takes any field of its record.

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, text, update

from services.tasks.acts import Act
from services.tasks.domain_ids import plan_id_of, short_hash
from services.tasks.importer import records
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_facts import TaskFacts
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.registration import Draft, register_tasks
from services.tasks.ledger.service import move_task
from services.tasks.models import RevisionRow, TaskRow, UnitRow
from services.tasks.plans.outcome import Outcome
from services.tasks.plans.service import confirm_plan
from services.tasks.plans.study import Origin
from shared.clock import at_local
from shared.database import Database, Tx
from shared.errors import DubanError

TITLE = "示例新城营商环境方案"
PLAN = plan_id_of(TITLE)
JUNE, SEPTEMBER = date(2023, 6, 30), date(2023, 9, 30)
OFFICE = Actor(id="office", role="supervisor")
A, B, C = "甲部门", "乙部门", "丙中心"
EVERYONE = "各相关部门"


def unit_id(name: str) -> str:
    return f"u{short_hash(name)}"


def worker(name: str) -> Actor:
    return Actor(id=f"key of {name}", role="unit", unit=unit_id(name))


def head(name: str) -> Actor:
    """Make the head 负责人 of a unit."""
    return Actor(id=f"head of {name}", role="unit_lead", unit=unit_id(name))


def liaison(name: str) -> Actor:
    return Actor(id=f"liaison of {name}", role="liaison", unit=unit_id(name))


def task_id(number: str) -> str:
    return f"{PLAN}-{number}"


def task(number: str = "1", **changes: Any) -> records.Task:
    """Make a task due on 30 June, led by 甲部门 with 乙部门."""
    said = records.Task(
        id=f"p01-{number}",
        plan_id="p01",
        plan=TITLE,
        section_id="p01-s01",
        section="（一）示例章节",
        chapter=None,
        number=number,
        title=f"第{number}项示例任务",
        title_kind="heading",
        body="做好这件事。",
        lead=(A,),
        responsible=(B,),
        deadline_raw="2023年6月底前",
        deadline=JUNE,
        lines=(int(number) * 10, int(number) * 10 + 3),
    )
    return replace(said, **changes)


def target(number: int = 1, **changes: Any) -> records.Target:
    said = records.Target(
        id=f"p01-t{number:03d}",
        plan_id="p01",
        plan=TITLE,
        task_id="p01-1",
        task="1",
        name="示例比例",
        operator=">=",
        value=95.0,
        unit="%",
        strength="力争",
        raw="",
        lines=(11, 11),
    )
    return replace(said, **changes)


def goal(number: int = 1, **changes: Any) -> records.Milestone:
    said = records.Milestone(
        id=f"p01-m{number:02d}",
        plan_id="p01",
        plan=TITLE,
        operator=">=",
        value=60.0,
        unit="%",
        deadline=JUNE,
        scope="须在年底前完成的任务",
        strength="确保",
        raw="",
        lines=(90, 90),
    )
    return replace(said, **changes)


def cadence(number: int = 1, **changes: Any) -> records.Cadence:
    said = records.Cadence(
        id=f"p01-c{number:02d}",
        plan_id="p01",
        plan=TITLE,
        task_id="p01-1",
        task="1",
        frequency="monthly",
        actor=A,
        action="汇总",
        raw="",
        lines=(12, 12),
    )
    return replace(said, **changes)


def unit(name: str, canonical: str = "", kind: records.UnitKind = "department") -> records.Unit:
    return records.Unit(name=name, canonical=canonical or name, kind=kind, mentions=1, lines=(1, 1))


UNITS = (unit(A), unit(B), unit(C, kind="centre"), unit(EVERYONE, kind="collective"))


def document(tasks: Sequence[records.Task] | None = None, **changes: Any) -> records.Parsed:
    """Make a document of one plan with three tasks, one of them without a date, and one target, goal and cadence."""
    chosen = [task("1"), task("2", deadline=SEPTEMBER), task("3", deadline=None, deadline_raw=None)]
    said = records.Parsed(
        name="plan.txt",
        document_number="示例发〔2023〕1号",
        issued_on=date(2023, 4, 25),
        plans=(records.Plan(id="p01", order=1, title=TITLE, lines=(1, 99)),),
        sections=(
            records.Section(
                id="p01-s01",
                plan_id="p01",
                heading="（一）示例章节",
                number="（一）",
                title="示例章节",
                role="tasks",
                chapter=None,
                lines=(5, 5),
            ),
        ),
        tasks=tuple(chosen if tasks is None else tasks),
        targets=(target(),),
        milestones=(goal(),),
        cadences=(cadence(),),
        units=UNITS,
        doubts=(records.Doubt(code="lead_assumed", message="请核对", lines=(10, 13), task_id="p01-1"),),
    )
    return replace(said, **changes)


def act(actor: Actor = OFFICE, at: datetime | None = None, recorded_at: datetime | None = None) -> Act:
    when = at or at_local(date(2023, 4, 25), 9)
    entered_at = datetime(2026, 1, 1, tzinfo=UTC)
    return Act(actor=actor, at=when, recorded_at=recorded_at or when, entered_at=entered_at)


async def confirm(
    db: Database, parsed: records.Parsed, *, content: str = "first", at: datetime | None = None
) -> Outcome:
    """Confirm a document whose file has this content, on the day of issue or at `at`."""
    async with db.transaction() as tx:
        return await confirm_plan(tx, parsed, Origin(parsed.name, short_hash(content, 64)), act(at=at))


async def move(
    db: Database,
    move_: Move,
    actor: Actor = OFFICE,
    *,
    number: str = "1",
    at: datetime | None = None,
    **said: Any,
) -> TaskRow:
    """Make one move on a task of the made-up plan; at `at`, or now."""
    async with db.transaction() as tx:
        return await move_in(tx, move_, act(actor, at or tx.now), number=number, **said)


async def register(
    db: Database, *, kind: str = "action", number: str = "1", parent_id: str | None = None, **changes: Any
) -> str:
    """Register one task of any kind beside the plan, led by 甲部门 with 乙部门; give its id."""
    said = TaskFacts(
        number=number,
        title="示例交办事项",
        section=None,
        body="做好这件事。",
        lines=(0, 0),
        units=(("lead", unit_id(A)), ("responsible", unit_id(B))),
        deadline=None,
        deadline_raw=None,
        ongoing=False,
        follow_up=None,
        stage_note=None,
        in_year_scope=True,
    )
    wanted = Draft(
        task_id=task_id(number),
        sort_key=task_id(number),
        kind=kind,
        source="instruction",
        plan_id=None,
        section_id=None,
        document_id=None,
        facts=replace(said, **changes),
        parent_id=parent_id,
    )
    async with db.transaction() as tx:
        for name in (A, B, C):
            unit_row = UnitRow(id=unit_id(name), name=name, kind="department", collective=False, revision=1)
            await tx.session.merge(unit_row)
        await register_tasks(await begin(tx, act(at=tx.now)), [wanted], collectives=frozenset())
    return wanted.task_id


async def move_in(tx: Tx, move_: Move, by: Act, *, number: str = "1", **said: Any) -> TaskRow:
    """Make one move as a given act."""
    return await move_task(tx, MoveCommand(task_id=task_id(number), move=move_, **said), by)


async def walk(db: Database, *moves: Move, number: str = "1", at: datetime | None = None) -> TaskRow:
    """Make moves one after another as a supervisor, who may stand in for the units."""
    for one in moves:
        task_row = await move(db, one, number=number, at=at, reason="有待补充" if one is Move.RETURN else "")
    return task_row


async def refusal(db: Database, move_: Move, actor: Actor = OFFICE, **said: Any) -> DubanError:
    """Make a move that is refused, and give the refusal."""
    try:
        await move(db, move_, actor, **said)
    except DubanError as error:
        return error
    raise AssertionError(f"{move_} was not refused")


async def get(db: Database, number: str = "1") -> TaskRow:
    async with db.reading() as session:
        return await session.get_one(TaskRow, task_id(number))


async def rows(db: Database, model: type[Any]) -> list[Any]:
    async with db.reading() as session:
        return list(await session.scalars(select(model).order_by(*model.__table__.primary_key)))


async def history(db: Database, number: str = "1") -> list[RevisionRow]:
    return [row for row in await rows(db, RevisionRow) if row.task_id == task_id(number)]


async def units(db: Database) -> list[str]:
    async with db.reading() as session:
        return list(await session.scalars(select(UnitRow.name).order_by(UnitRow.name)))


async def forget_snapshots(db: Database, until: datetime) -> None:
    """Make the history what version 1 of the tables left: rows without snapshots."""
    forget = update(RevisionRow).where(RevisionRow.at <= until).values(snapshot=None)
    async with db.transaction() as tx:
        if tx.session.get_bind().dialect.name == "postgresql":
            await tx.session.execute(text("ALTER TABLE task_revision DISABLE TRIGGER USER"))
            await tx.session.execute(forget)
            await tx.session.execute(text("ALTER TABLE task_revision ENABLE TRIGGER USER"))
            return
        names = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'task_revision'")
        for name in (await tx.session.scalars(names)).all():
            await tx.session.execute(text(f"DROP TRIGGER {name}"))
        await tx.session.execute(forget)
