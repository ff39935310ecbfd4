"""Queries on the mirror of services, and on their clocks.

Invariant: whoever writes both takes the clock of a service before its facts, as the engine does, so none waits for the
other in a circle.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.contacts.domain import heir_of
from services.notify.contacts.repository import successors
from services.notify.domain import HELD_BACK, SUPERVISION_OFFICE
from services.notify.models import ClockRow, NoticeRow, ServicePauseRow, ServiceRow, UnitCodeRow
from services.notify.models.base import Base
from services.notify.monitoring.domain import CLOCK, KIND, Service, State
from services.notify.repository import Values
from shared.bulk import put_rows
from shared.service_limits import Pause, Promise

FEED = "ratings"
CLOCKS = Base.metadata.tables[ClockRow.__tablename__]
FINISHED = (State.COMPLETED, State.COMPLETED_LATE)


def touch(connection: Connection, subjects: Iterable[str], *, now: datetime) -> None:
    """Have the engine look at services now; those that it does not watch yet are watched."""
    instants = dict.fromkeys(("started_at", "recorded_at", "due_at", "next_at"), now)
    values = {"clock": CLOCK, "kind": KIND, "feed": FEED, "printed": False, "revision": 0, **instants}
    # In one order, so that two who touch the same never wait for each other in a circle.
    rows = [{"task_id": subject, **values} for subject in sorted(set(subjects))]
    put_rows(connection, CLOCKS, rows, changes=["next_at"])


def keep_facts(
    connection: Connection, model: type[Base], facts: Sequence[Values], *, key: Sequence[str], place: str
) -> None:
    """Write what was said, unless something was that stands later in the feed; `place` names where that stands."""
    last = {tuple(fact[name] for name in key): fact for fact in sorted(facts, key=itemgetter(place))}
    table = Base.metadata.tables[model.__tablename__]
    changes = [name for name in facts[0] if name not in key] if facts else []
    put_rows(connection, table, [*last.values()], changes=changes, unless_later=[place])


async def known_services(session: AsyncSession, subjects: Sequence[str]) -> dict[str, Service]:
    """Read services with their pauses, and who has their codes now."""
    pauses: dict[str, list[Pause]] = {}
    begun = select(ServicePauseRow).where(
        ServicePauseRow.subject.in_(subjects), ServicePauseRow.paused_at.is_not(None)
    )
    for row in await session.scalars(begun.order_by(ServicePauseRow.number)):
        if row.paused_at is not None:
            pauses.setdefault(row.subject, []).append(Pause(row.paused_at, row.resumed_at))
    rows = (await session.scalars(select(ServiceRow).where(ServiceRow.subject.in_(subjects)))).all()
    units = await units_of(session, {row.unit_code for row in rows})
    return {
        row.subject: service_of(row, tuple(pauses.get(row.subject, ())), units.get(row.unit_code))
        for row in rows
    }


def service_of(row: ServiceRow, pauses: tuple[Pause, ...], unit: str | None) -> Service:
    """Give what a row says, with what other tables do."""
    promise = Promise(row.kind, row.promised, row.promised_unit, row.due_on)  # type: ignore[arg-type]  # Of the event.
    return Service(
        subject=row.subject,
        service_id=row.service_id,
        project_no=row.project_no,
        unit_code=row.unit_code,
        item_code=row.item_code,
        promise=promise,
        accepted_at=row.accepted_at,
        known_at=row.known_at,
        completed_at=row.completed_at,
        pauses=pauses,
        unit=unit,
    )


async def units_of(session: AsyncSession, codes: Collection[str]) -> dict[str, str]:
    """Read which unit answers for each code; the heir of one that was merged, and the first by id of several."""
    stated = select(UnitCodeRow.code, UnitCodeRow.unit_id).where(UnitCodeRow.code.in_(codes))
    found = [
        (code, unit) for code, unit in await session.execute(stated.order_by(UnitCodeRow.unit_id.desc()))
    ]
    merged = await successors(session) if found else {}
    gone_first = sorted(found, key=lambda one: one[1] not in merged)  # One that still is wins: it comes last.
    return {code: heir_of(unit, merged) for code, unit in gone_first}


async def codes_of(session: AsyncSession, unit: str) -> frozenset[str]:
    """Read the codes for which a unit answers: its own, and of units that were merged into it."""
    merged = await successors(session)
    own = [unit, *(one for one in merged if heir_of(one, merged) == unit)]
    found = set(await session.scalars(select(UnitCodeRow.code).where(UnitCodeRow.unit_id.in_(own))))
    return frozenset(code for code, holder in (await units_of(session, found)).items() if holder == unit)


async def replace_codes(session: AsyncSession, unit: str, codes: Sequence[str]) -> frozenset[str]:
    """Set the codes of a unit; give those that it did not have before."""
    before = set(await session.scalars(select(UnitCodeRow.code).where(UnitCodeRow.unit_id == unit)))
    gone, new = before - set(codes), set(codes) - before
    if gone:
        await session.execute(
            delete(UnitCodeRow).where(UnitCodeRow.unit_id == unit, UnitCodeRow.code.in_(gone))
        )
    if new:
        await session.execute(insert(UnitCodeRow), [{"unit_id": unit, "code": code} for code in sorted(new)])
    return frozenset(new)


async def look_again(session: AsyncSession, codes: Collection[str], *, now: datetime) -> None:
    """Have the last rung decided once more, now, of services whose codes nobody had: the office alone was told."""
    mine = select(ServiceRow.subject).where(ServiceRow.unit_code.in_(codes), ServiceRow.state == State.OPEN)
    told = exists().where(
        NoticeRow.task_id == ClockRow.task_id,
        NoticeRow.clock == ClockRow.clock,
        NoticeRow.due_at == ClockRow.due_at,
        NoticeRow.offset_days == ClockRow.decided_offset,
        NoticeRow.recipient == SUPERVISION_OFFICE,
        NoticeRow.verdict.not_in([*HELD_BACK]),
        NoticeRow.text != "",
    )
    waiting = update(ClockRow).where(ClockRow.task_id.in_(mine), ClockRow.clock == CLOCK, told)
    values = {"decided_offset": ClockRow.decided_offset - 1, "next_at": now}
    await session.execute(waiting.values(values).execution_options(synchronize_session=False))


async def write_runs(session: AsyncSession, changed: Sequence[Values]) -> None:
    """Write how clocks of services run now; each row names its `key` and the columns of `ClockRow` that change."""
    if changed:
        names = [name for name in changed[0] if name != "key"]
        columns: Values = {name: bindparam(f"new_{name}") for name in names}
        moved = (
            update(CLOCKS)
            .where(CLOCKS.c.task_id == bindparam("key"), CLOCKS.c.clock == CLOCK)
            .values(columns)
        )
        rows = [{name if name == "key" else f"new_{name}": one[name] for name in one} for one in changed]
        await (await session.connection()).execute(moved, rows)


async def rest(session: AsyncSession, subjects: Sequence[str]) -> None:
    """Look at services no more until something is heard of them."""
    if not subjects:
        return
    resting = update(ClockRow).where(ClockRow.task_id.in_(subjects), ClockRow.clock == CLOCK)
    await session.execute(resting.values(next_at=None).execution_options(synchronize_session=False))


async def forget_clocks(session: AsyncSession, subjects: Sequence[str]) -> None:
    """Remove the clocks of services that are finished."""
    if not subjects:
        return
    gone = delete(ClockRow).where(ClockRow.task_id.in_(subjects), ClockRow.clock == CLOCK)
    await session.execute(gone.execution_options(synchronize_session=False))


async def write_standings(session: AsyncSession, standings: Mapping[str, Values]) -> None:
    """Write where services stand, by subject."""
    table = Base.metadata.tables[ServiceRow.__tablename__]
    names = ("state", "due_at", "provisional", "basis", "settled_at")
    columns: Values = {name: bindparam(f"new_{name}") for name in names}
    stated = update(table).where(table.c.subject == bindparam("key")).values(columns)
    rows = [
        {"key": key, **{f"new_{name}": values[name] for name in names}} for key, values in standings.items()
    ]
    if rows:
        await (await session.connection()).execute(stated, rows)


async def forget_finished(session: AsyncSession, before: datetime, *, limit: int) -> int:
    """Remove services that were found finished before a real time, with their pauses; give how many."""
    old = select(ServiceRow.subject).where(ServiceRow.settled_at < before, ServiceRow.state.in_(FINISHED))
    subjects = (await session.scalars(old.order_by(ServiceRow.settled_at).limit(limit))).all()
    if subjects:
        for table in (ServicePauseRow, ServiceRow):
            gone = delete(table).where(table.subject.in_(subjects))
            await session.execute(gone.execution_options(synchronize_session=False))
        await forget_clocks(session, subjects)
    return len(subjects)
