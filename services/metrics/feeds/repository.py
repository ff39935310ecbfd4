"""Rows of services: facts in batches, and the standings and counts that follow from them.

Invariant: `ServiceCount` holds exactly what `ServiceStanding` says; a standing is found anew for every mark in
`ServiceTouched`, and a mark is only taken away with the roll that saw it. All of it on synchronous connections: batches
come in a thread, and questions run these functions on the connection of their session.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, case, delete, func, insert, select, update

from services.metrics.feeds.domain import (
    Count,
    Limits,
    Place,
    ServiceFacts,
    Standing,
    State,
    counts,
    standing,
)
from services.metrics.models import (
    Base,
    CalendarDay,
    CalendarYear,
    ItemType,
    RatingRoll,
    Service,
    ServiceCompletion,
    ServicePause,
    ServiceResumption,
    ServiceStanding,
    ServiceTouched,
)
from services.metrics.repository import table_of
from shared.bulk import CHUNK, insert_rows
from shared.workdays import WorkCalendar

MANY = 500  # Ids in one statement.
ROLL = "services"
FACTS: tuple[type[Any], ...] = (Service, ServicePause, ServiceResumption, ServiceCompletion)
INSTANT = timedelta(microseconds=1)
MARKS = Table("service_touched", MetaData(), Column("service_id"))  # Its position is the database's to give.


def text_of(instant: datetime) -> str:
    """Write an instant as columns store it; to compare with one, take `just_after`."""
    return instant.astimezone(UTC).isoformat(" ")


def just_after(instant: datetime) -> datetime:
    """Give the first instant after one: texts that end in a zone are above the same without one in SQLite."""
    return instant + INSTANT


def add_facts(connection: Connection, model: type[Base], facts: Sequence[Mapping[str, object]]) -> None:
    """Keep what was told of services, each word once, and mark the services."""
    table = table_of(model)
    names = [column.name for column in table.columns]
    insert_rows(connection, table, [[fact[name] for name in names] for fact in facts], skip_known=True)
    touch(connection, [str(fact["service_id"]) for fact in facts])


def put_item_types(connection: Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """Note under which types items were named."""
    insert_rows(connection, table_of(ItemType), sorted(set(pairs)), skip_known=True)


def touch(connection: Connection, ids: Sequence[str]) -> None:
    """Mark services of which something was told."""
    insert_rows(connection, MARKS, [(found,) for found in dict.fromkeys(ids)])


def touch_year(connection: Connection, year: int) -> None:
    """Mark the services whose limits may have run through a year, as its working days changed."""
    last = func.coalesce(ServiceStanding.due_on, ServiceStanding.day)
    begins, ends = (
        ServiceStanding.accepted_on,
        case((last > ServiceStanding.day, last), else_=ServiceStanding.day),
    )
    first_day, last_day = datetime(year, 1, 1, tzinfo=UTC).date(), datetime(year, 12, 31, tzinfo=UTC).date()
    waiting = ServiceStanding.state == State.PAUSED
    within = (begins <= last_day) & ((ends >= first_day) | waiting)
    found = select(ServiceStanding.service_id).where(within)
    connection.execute(insert(ServiceTouched).from_select(["service_id"], found))


def calendar(connection: Connection) -> WorkCalendar:
    """Read the working calendar with all that operators revised."""
    days = connection.execute(select(CalendarDay.day, CalendarDay.workday)).all()
    years = connection.scalars(select(CalendarYear.year).where(CalendarYear.complete))
    return WorkCalendar({row.day: row.workday for row in days}, frozenset(years))


def touched(connection: Connection, limit: int) -> tuple[list[int], list[str]]:
    """Read up to `limit` marks, the oldest first, and the services that they are on, each once."""
    query = select(ServiceTouched.position, ServiceTouched.service_id).order_by(ServiceTouched.position)
    rows = connection.execute(query.limit(limit)).all()
    return [row.position for row in rows], list(dict.fromkeys(row.service_id for row in rows))


def facts_of(connection: Connection, ids: Sequence[str], until: datetime | None = None) -> list[ServiceFacts]:
    """Read what was told of services, all or up to an instant; one whose 受理 was not told yet is left out."""
    found: list[ServiceFacts] = []
    for chunk in chunks(ids, MANY):
        words = [_told(connection, model, chunk, until) for model in FACTS]
        accepted, pauses, ends, completions = words
        for service_id, (first, *others) in accepted.items():
            row = max((first, *others), key=_newness)
            told = [one for word in words for one in word.get(service_id, ())]
            done = max(completions.get(service_id, ()), key=_newness, default=None)
            found.append(
                ServiceFacts(
                    service_id=service_id,
                    at=Place(*(getattr(row, name) for name in Place._fields)),
                    accepted_at=row.accepted_at,
                    promised=row.promised,
                    promised_unit=row.promised_unit,
                    due_on=row.due_on,
                    changed_at=max(one.told_at for one in told),
                    pauses=_by_number(pauses.get(service_id, ())),
                    ends=_by_number(ends.get(service_id, ())),
                    completed_at=done.at if done is not None else None,
                )
            )
    return found


def standings_of(connection: Connection, ids: Sequence[str]) -> list[Standing]:
    """Read the standings that were written last."""
    found: list[Standing] = []
    for chunk in chunks(ids, MANY):
        rows = connection.execute(
            select(table_of(ServiceStanding)).where(ServiceStanding.service_id.in_(chunk))
        )
        found.extend(standing_from(row) for row in rows)
    return found


def standing_from(row: Any) -> Standing:  # noqa: ANN401 - a row of any statement with these columns.
    """Read a standing from its row."""
    at = Place(*(getattr(row, name) for name in Place._fields))
    return Standing(
        row.service_id,
        at,
        State(row.state),
        row.day,
        row.accepted_on,
        row.due_on,
        row.completed_on,
        row.provisional,
        row.changed_at,
    )


def roll(connection: Connection, *, limit: int) -> int:
    """Find up to `limit` marked services anew and count them where they stand now; gives how many marks are gone."""
    own = RatingRoll.name == ROLL
    connection.execute(select(RatingRoll.counted_to).where(own).with_for_update())
    positions, ids = touched(connection, limit)
    if not positions:
        return 0
    limits = Limits(calendar(connection))
    new = [standing(facts, limits) for facts in facts_of(connection, ids)]
    changes = Counter[Count]()
    for found in standings_of(connection, ids):
        changes.subtract(counts(found))
    for found in new:
        changes.update(counts(found))
    _add(connection, {count: change for count, change in changes.items() if change})
    _replace(connection, ids, new)
    for chunk in chunks(positions, MANY):
        connection.execute(delete(ServiceTouched).where(ServiceTouched.position.in_(chunk)))
    connection.execute(update(RatingRoll).where(own).values(counted_to=RatingRoll.counted_to + 1))
    return len(positions)


def chunks(found: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Give parts of at most `size`."""
    return (found[begin : begin + size] for begin in range(0, len(found), size))


def _told(
    connection: Connection, model: type[Any], ids: Sequence[str], until: datetime | None
) -> dict[str, list[Any]]:
    query = select(table_of(model)).where(model.service_id.in_(ids))
    if until is not None:
        query = query.where(model.told_at < just_after(until))
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.service_id, []).append(row)
    return found


def _newness(row: Any) -> tuple[int, int]:  # noqa: ANN401 - a row of one of the facts.
    return row.revision, row.sequence


def _by_number(rows: Sequence[Any]) -> dict[int, datetime]:
    return {row.number: row.at for row in sorted(rows, key=_newness)}


def _add(connection: Connection, changes: Mapping[Count, int]) -> None:
    """Add to the counts, which may fall as well as grow."""
    sqlite = connection.dialect.name == "sqlite"
    names = connection.dialect.identifier_preparer
    columns = [names.quote(name) for name in (*Count._fields, "count")]
    row = f"({', '.join(['?' if sqlite else '%s'] * len(columns))})"
    grown = f"{columns[-1]} = service_count.{columns[-1]} + excluded.{columns[-1]}"
    keys = ", ".join(columns[:-1])
    # In the order of the key: neighbours share pages, which is what a large table is slow for.
    for chunk in chunks(sorted(changes.items()), CHUNK):
        values = tuple(
            value
            for (grain, by, unit, day, key, sort), change in chunk
            for value in (grain, by, unit, day.isoformat(), key, sort, change)
        )
        statement = f"INSERT INTO service_count ({', '.join(columns)}) VALUES {', '.join([row] * len(chunk))}"  # noqa: S608
        connection.exec_driver_sql(f"{statement} ON CONFLICT ({keys}) DO UPDATE SET {grown}", values)


def _replace(connection: Connection, ids: Sequence[str], new: Sequence[Standing]) -> None:
    for chunk in chunks(ids, MANY):
        connection.execute(delete(ServiceStanding).where(ServiceStanding.service_id.in_(chunk)))
    table = table_of(ServiceStanding)
    names = [column.name for column in table.columns]
    rows = [_row(found) for found in new]
    insert_rows(connection, table, [[row[name] for name in names] for row in rows])


def _row(found: Standing) -> dict[str, object]:
    return {
        **found.at._asdict(),
        "service_id": found.service_id,
        "state": found.state.value,
        "day": found.day.isoformat(),
        "accepted_on": found.accepted_on.isoformat(),
        "due_on": found.due_on.isoformat() if found.due_on else None,
        "completed_on": found.completed_on.isoformat() if found.completed_on else None,
        "provisional": found.provisional,
        "changed_at": text_of(found.changed_at),
    }
