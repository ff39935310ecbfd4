"""Rows of services, their pauses and tallies; on the synchronous connection of the group commit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import cast

from sqlalchemy import Connection, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.gateway.feeds.domain.steps import Pause, Service
from services.gateway.models import FeedPause, FeedService, FeedSource, FeedTally
from shared.bulk import insert_rows

SERVICES, PAUSES = cast("Table", FeedService.__table__), cast("Table", FeedPause.__table__)
SOURCES, TALLIES = cast("Table", FeedSource.__table__), cast("Table", FeedTally.__table__)
_INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
CHUNK = 500  # Ids in one statement.


def lock_sources(connection: Connection, ids: Iterable[str]) -> None:
    """Let one process at a time take in what a source sends; SQLite has one writer anyhow."""
    wanted = select(SOURCES.c.id).where(SOURCES.c.id.in_(sorted(ids))).order_by(SOURCES.c.id)
    connection.execute(wanted.with_for_update())


def note_heard(connection: Connection, ids: Iterable[str], now: datetime) -> None:
    """Note that records of these sources came; `now` is business time."""
    heard = update(SOURCES).where(SOURCES.c.id.in_(sorted(ids)))
    connection.execute(heard.values(heard_at=now))


def load_services(connection: Connection, ids: Iterable[str]) -> dict[str, Service]:
    """Give the services with these ids that are known, with their pauses."""
    found: dict[str, Service] = {}
    for chunk in chunks(ids):
        for row in connection.execute(select(SERVICES).where(SERVICES.c.service_id.in_(chunk))):
            found[row.service_id] = Service(**row._mapping)  # noqa: SLF001 - a row's public way to its names.
        rows = connection.execute(
            select(PAUSES).where(PAUSES.c.service_id.in_(chunk)).order_by(PAUSES.c.number)
        )
        for row in rows:
            pause = Pause(row.mark, row.paused_hash, row.resumed_hash)
            found[row.service_id].pauses[row.number] = pause
    return found


def store_services(connection: Connection, services: Sequence[Service]) -> None:
    """Put these services in the place of what is stored of them."""
    for chunk in chunks(service.service_id for service in services):
        for table in (SERVICES, PAUSES):
            connection.execute(delete(table).where(table.c.service_id.in_(chunk)))
    ordered = sorted(services, key=lambda service: service.service_id)
    insert_rows(connection, SERVICES, [_service_row(service) for service in ordered])
    insert_rows(connection, PAUSES, [row for service in ordered for row in _pause_rows(service)])


def _service_row(one: Service) -> tuple[object, ...]:
    placed = (one.service_id, one.source_id, one.unit_code, one.item_code, one.region_code)
    return (*placed, one.accepted_hash, one.completed_hash, one.revision)


def _pause_rows(one: Service) -> list[tuple[object, ...]]:
    return [
        (one.service_id, number, pause.mark, pause.paused_hash, pause.resumed_hash)
        for number, pause in sorted(one.pauses.items())
    ]


def add_tallies(connection: Connection, day: date, counts: Mapping[tuple[str, str], int]) -> None:
    """Add to the counts of a day: (source, name) → how many more."""
    if not counts:
        return
    rows = [
        {"source_id": source, "day": day, "name": name, "count": count}
        for (source, name), count in sorted(counts.items())
    ]
    insert = _INSERTS[connection.dialect.name](TALLIES)
    grown = {"count": TALLIES.c.count + insert.excluded["count"]}
    key = [TALLIES.c.source_id, TALLIES.c.day, TALLIES.c.name]
    connection.execute(insert.values(rows).on_conflict_do_update(index_elements=key, set_=grown))


def chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    """Give the ids, each once, in lists that fit into one statement."""
    ordered = iter(sorted(set(ids)))
    while chunk := list(islice(ordered, CHUNK)):
        yield chunk
