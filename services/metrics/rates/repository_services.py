"""Reads services counted by where they stand and by place, and lists them.

Invariant: a service is counted once, where it stands by all facts that are known: the rolled counts, less what they
say of services that something was told of since, plus where these stand now. If a roll comes in between, all is read
again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    collate,
    func,
    literal,
    null,
    or_,
    select,
)

from services.metrics.feeds.domain import COMPLETED, Limits, Standing, State, counts, standing
from services.metrics.feeds.repository import (
    ROLL,
    calendar,
    facts_of,
    just_after,
    standing_from,
    standings_of,
    touched,
)
from services.metrics.models import RatingRoll, Service, ServiceCount, ServiceStanding
from services.metrics.rates.domain import Cell
from services.metrics.rates.functions import ServiceSort
from services.metrics.rates.questions import Question
from services.metrics.rates.repository import Grouping, in_grains, in_span, unit_column
from services.metrics.repository import table_of
from shared.clock import local_date
from shared.errors import Unavailable

What = Literal["decided", "completed"]
MOST = 20_000  # Services that are found anew within one answer; 25 µs each.
TRIES = 5
# How a standing's row gives its code in a dimension, in SQL.
COLUMNS: dict[str, ColumnElement[Any]] = {
    "unit": literal(""),
    "channel": ServiceStanding.place.expression,
    "hall": ServiceStanding.hall.expression,
    "window": case(
        (ServiceStanding.hall != "", ServiceStanding.hall + "/" + ServiceStanding.window_code),
        else_=ServiceStanding.window_code,
    ),
    "clerk": ServiceStanding.clerk.expression,
    "item": ServiceStanding.item_code.expression,
    "item_type": ServiceStanding.item_type.expression,
    "region": ServiceStanding.region_code.expression,
    "source": ServiceStanding.source_id.expression,
}


@dataclass(frozen=True, slots=True)
class Live:
    """Services that the written standings do not tell right for a question.

    Attributes:
        ids: All of them.
        stale: What is written of them and counted in what the question reads.
        fresh: Where they stand.
    """

    ids: frozenset[str]
    stale: list[Standing]
    fresh: list[Standing]


def service_cells(
    connection: Connection, question: Question, group: Grouping, what: What = "decided", *, most: int = MOST
) -> list[Cell]:
    """Count the services of a question by group and sort.

    Raises:
        Unavailable: Too many are still to be counted.
    """
    for _ in range(TRIES):
        before = _generation(connection)
        cells = [*_written(connection, question, group, what)]
        live = live_services(connection, question, most=most)
        if _generation(connection) != before:
            continue
        for sign, found in ((-1, live.stale), (1, live.fresh)):
            cells.extend(cell for one in found for cell in _cells_of(one, question, group, (what, sign)))
        return cells
    raise _busy()


def live_services(connection: Connection, question: Question, *, most: int = MOST) -> Live:
    """Find the services that something was told of since the last roll; as of the past, those that changed since too.

    Raises:
        Unavailable: There are too many.
    """
    marks, ids = touched(connection, most + 1)
    if question.as_of is not None:
        ids = list(dict.fromkeys([*ids, *_changed_since(connection, question, most + 1)]))
    if len(marks) > most or len(ids) > most:
        raise _busy()
    limits = Limits(calendar(connection))
    fresh = [standing(facts, limits) for facts in facts_of(connection, ids, question.as_of)]
    stale = [
        one
        for one in standings_of(connection, ids)
        if question.as_of is None or one.changed_at <= question.as_of
    ]
    return Live(frozenset(ids), stale, fresh)


def service_rows(
    connection: Connection, question: Question, sorts: Iterable[ServiceSort], page: tuple[str, int]
) -> list[tuple[Standing, ServiceSort]]:
    """List services of the given sorts behind an id, up to a limit, by id.

    Raises:
        Unavailable: Too many are still to be counted.
    """
    wanted, (after, limit) = set(sorts), page
    completed = any(sort.state == COMPLETED for sort in wanted)
    what: What = "completed" if completed else "decided"
    for _ in range(TRIES):
        before = _generation(connection)
        live = live_services(connection, question)
        found = _listed(connection, question, wanted, (after, limit + len(live.ids)))
        if _generation(connection) == before:
            every = [one for one in found if one.service_id not in live.ids] + live.fresh
            kept = (
                (one, sort)
                for one in sorted(every)
                if one.service_id > after
                for sort, day in _sorts_of(one, question, what)
                if sort in wanted and question.takes(one.at.unit_code, one.at.key(question.dimension), day)
            )
            return [row for row, _ in zip(kept, range(limit), strict=False)]
    raise _busy()


def all_sorts(what: What) -> list[ServiceSort]:
    """List every sort of services."""
    if what == "completed":
        return [ServiceSort("", COMPLETED)]
    states = (State.ON_TIME, State.LATE, "overdue", "not_due", State.PAUSED, State.UNDATED)
    return [ServiceSort(kind, str(state)) for kind in ("promised", "instant") for state in states]


def _generation(connection: Connection) -> int:
    rolls = select(RatingRoll.counted_to).where(RatingRoll.name == ROLL)
    return int(connection.execute(rolls).scalar_one())


def _changed_since(connection: Connection, question: Question, limit: int) -> list[str]:
    """Find services that were known at an instant and of which more was told later."""
    later = just_after(question.at)
    query = (
        select(ServiceStanding.service_id)
        .where(ServiceStanding.changed_at >= later)
        .where(select(Service.service_id).where(_known_by(later)).exists())
    )
    return list(connection.scalars(query.limit(limit)))


def _known_by(later: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an instant.
    return and_(Service.service_id == ServiceStanding.service_id, Service.told_at < later)


def _written(connection: Connection, question: Question, group: Grouping, what: What) -> Iterator[Cell]:
    query = _rolled(question, what) if question.as_of is None else _as_of(question, what)
    for unit, key, day, sort, count in connection.execute(query):
        place = group(unit, key, day if question.by_period else None)
        yield Cell(*place, _sort(sort, day, question), int(count))


def _rolled(question: Question, what: What) -> Select[Any]:
    is_open = ServiceCount.sort.like(f"%:{State.OPEN}")
    day = ServiceCount.day if question.by_period else case((is_open, ServiceCount.day), else_=null())
    decided = ServiceCount.sort.like("%:%")
    # Whether an open one is overdue hangs on its day: these are read by days, the others by months where whole.
    by_days = and_(
        is_open, ServiceCount.grain == "day", in_span(ServiceCount.day, question.first, question.last)
    )
    unit = unit_column(ServiceCount.unit_code, question)
    found = (
        select(unit, ServiceCount.key, day.label("day"), ServiceCount.sort, ServiceCount.count)
        .where(ServiceCount.by == question.dimension)
        .where(decided if what == "decided" else ServiceCount.sort == COMPLETED)
        .where(or_(by_days, and_(is_open.is_(other=False), in_grains(ServiceCount, question))))
    )
    if question.codes is not None:
        found = found.where(ServiceCount.unit_code.in_(question.codes))
    if question.keys is not None:
        found = found.where(ServiceCount.key.in_(question.keys))
    return _summed(found)


def _as_of(question: Question, what: What) -> Select[Any]:
    """Count the standings that rest on nothing that was told later."""
    written = ServiceStanding.day if what == "decided" else ServiceStanding.completed_on
    is_open = ServiceStanding.state == State.OPEN
    day = written if question.by_period else case((is_open, written), else_=null())
    sort = ServiceStanding.kind + ":" + ServiceStanding.state if what == "decided" else literal(COMPLETED)
    key = COLUMNS[question.dimension]
    found = select(
        unit_column(ServiceStanding.unit_code, question),
        key.label("key"),
        day.label("day"),
        sort.label("sort"),
        literal(1).label("count"),
    ).where(ServiceStanding.changed_at < just_after(question.at), written.is_not(None))
    return _summed(_within(found, (key, written.expression), question))


def _summed(found: Select[Any]) -> Select[Any]:
    within = found.subquery()
    columns = [within.c[name] for name in ("unit_code", "key", "day", "sort")]
    return select(*columns, func.sum(within.c.count)).group_by(*columns)


def _within(
    query: Select[Any], columns: tuple[ColumnElement[Any], ColumnElement[Any]], question: Question
) -> Select[Any]:
    key, day = columns
    query = query.where(in_span(day, question.first, question.last))
    if question.codes is not None:
        query = query.where(ServiceStanding.unit_code.in_(question.codes))
    return query if question.keys is None else query.where(key.in_(question.keys))


def _sort(written: str, day: date | None, question: Question) -> ServiceSort:
    kind, _, state = written.rpartition(":")
    if state == State.OPEN and day is not None:
        state = "overdue" if day < local_date(question.at) else "not_due"
    return ServiceSort(kind, state)


def _cells_of(found: Standing, question: Question, group: Grouping, how: tuple[What, int]) -> Iterator[Cell]:
    what, count = how
    key = found.at.key(question.dimension)
    for sort, day in _sorts_of(found, question, what):
        if question.takes(found.at.unit_code, key, day):
            place = group(found.at.unit_code, key, day if question.by_period else None)
            yield Cell(*place, sort, count)


def _sorts_of(found: Standing, question: Question, what: What) -> Iterator[tuple[ServiceSort, date]]:
    for one in counts(found, dimensions=(question.dimension,)):
        if one.grain == "day" and (one.sort == COMPLETED) == (what == "completed"):
            yield _sort(one.sort, one.day, question), one.day


def _listed(
    connection: Connection, question: Question, wanted: Iterable[ServiceSort], page: tuple[str, int]
) -> list[Standing]:
    """Read the written standings of some sorts, by id."""
    after, limit = page
    sorts = set(wanted)
    completed = any(sort.state == COMPLETED for sort in sorts)
    day = ServiceStanding.completed_on if completed else ServiceStanding.day
    by_bytes = _by_bytes(connection)
    query = select(table_of(ServiceStanding)).where(by_bytes > after, day.is_not(None))
    if question.as_of is not None:
        query = query.where(ServiceStanding.changed_at < just_after(question.as_of))
    query = _within(query, (COLUMNS[question.dimension], day.expression), question)
    if not completed:
        query = query.where(or_(*(_of_sort(sort, question) for sort in sorts)))
    rows = connection.execute(query.order_by(by_bytes).limit(limit))
    return [standing_from(row) for row in rows]


def _by_bytes(connection: Connection) -> ColumnElement[str]:
    """Give the id as it sorts here: PostgreSQL would sort it by the language of the server."""
    own = ServiceStanding.service_id.expression
    return own if connection.dialect.name == "sqlite" else collate(own, "C")


def _of_sort(sort: ServiceSort, question: Question) -> ColumnElement[bool]:
    today = local_date(question.at)
    state = ServiceStanding.state == sort.state
    if sort.state == "overdue":
        state = and_(ServiceStanding.state == State.OPEN, ServiceStanding.day < today)
    elif sort.state == "not_due":
        state = and_(ServiceStanding.state == State.OPEN, ServiceStanding.day >= today)
    return and_(ServiceStanding.kind == sort.kind, state)


def _busy() -> Unavailable:
    return Unavailable("办件事实仍在汇总，请稍后再试", code="rate.counting")
