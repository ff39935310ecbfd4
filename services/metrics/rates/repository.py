"""Reads ratings counted by sort and place, and those whose verdict is that they do not stand.

Invariant: counts are exact at any moment: rolled up, plus what is behind the roll in the same statement; what does not
stand is looked up, never scanned for, and moved from one sort to another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from services.metrics.feeds.domain import window_key
from services.metrics.feeds.repository import MANY, chunks, just_after
from services.metrics.models import (
    BadRating,
    ItemType,
    Rating,
    RatingPlace,
    RatingRoll,
    RectificationStep,
    ServiceCount,
)
from services.metrics.rates.domain import Cell
from services.metrics.rates.functions import RatingSort
from services.metrics.rates.questions import OF_UNITS, Question, whole_months
from services.metrics.repository_places import KEYS, ROLL

Grouping = Callable[[str, str, date | None], tuple[str, str]]  # Unit code, code in the dimension, day.
# How a rating's row gives its code in a dimension.
KEY_OF: Mapping[str, Callable[[Any], str]] = {
    "unit": lambda _row: "",
    "channel": lambda row: str(row.channel),
    "hall": lambda row: str(row.hall),
    "window": lambda row: window_key(row.hall, row.window_code),
    "clerk": lambda row: str(row.clerk),
    "item": lambda row: str(row.item_code),
    "item_type": lambda row: str(row.item_code),  # Its type is the caller's to find.
    "region": lambda row: str(row.region_code),
    "source": lambda row: str(row.source_id),
}
SORTS = (Rating.level, Rating.is_default, Rating.additional)


class Judged(NamedTuple):
    """What was found about a bad rating last."""

    rating_id: str
    stands: bool
    verdict: str
    by: str


def types_of_items(connection: Connection) -> dict[str, str]:
    """Read under which type each item stands: the first by code of those that services named."""
    query = select(ItemType.item_code, func.min(ItemType.item_type).label("first")).group_by(
        ItemType.item_code
    )
    return {row.item_code: row.first for row in connection.execute(query)}


def judged(connection: Connection, until: datetime | None) -> list[Judged]:
    """Read the last verdict on each rating, of those told until an instant."""
    query = select(RectificationStep).where(RectificationStep.kind == "judged")
    if until is not None:
        query = query.where(RectificationStep.told_at < just_after(until))
    columns = (
        RectificationStep.rating_id,
        RectificationStep.holds,
        RectificationStep.word,
        RectificationStep.by,
    )
    rows = connection.execute(query.with_only_columns(*columns).order_by(RectificationStep.sequence))
    return list({row.rating_id: Judged(*row) for row in rows}.values())


def rating_cells(connection: Connection, question: Question, group: Grouping) -> list[Cell]:
    """Count the ratings of a question by group and sort."""
    # These first: a verdict that comes in between is not yet counted, but never one on a rating that is not.
    fallen = corrections(connection, question, group)
    rolled = [] if question.as_of else [_rolled(question)]
    both = union_all(*rolled, _scanned(question)).subquery()
    columns = [both.c[name] for name in ("unit_code", "key", "day", "level", "is_default", "additional")]
    counted = select(*columns, func.sum(both.c.count)).group_by(*columns)
    cells = [
        Cell(*group(row[0], row[1], row[2]), RatingSort(*row[3:6]), int(row[6]))
        for row in connection.execute(counted)
    ]
    return [*cells, *fallen]


def rating_rows(
    connection: Connection, question: Question, sorts: Iterable[RatingSort], page: tuple[int, int]
) -> list[tuple[Any, RatingSort]]:
    """List ratings of the given sorts behind a position, up to a limit: rows with their reasons, and their sorts."""
    fallen = [one.rating_id for one in judged(connection, question.as_of) if not one.stands]
    after, limit = page
    query = (
        select(Rating.__table__, BadRating.reasons, BadRating.is_named)
        .outerjoin(BadRating, BadRating.rating_id == Rating.rating_id)
        .where(Rating.position > after, _of_sorts(list(sorts), fallen))
        .order_by(Rating.position)
        .limit(limit)
    )
    if question.as_of is not None:
        query = query.where(Rating.received_at < just_after(question.as_of))
    rows = connection.execute(_within(query, KEYS[_dimension(question)], question))
    down = set(fallen)
    return [
        (row, RatingSort(row.level, row.is_default, row.additional, row.rating_id not in down))
        for row in rows
    ]


def ratings_named(
    connection: Connection, ids: Sequence[str], until: datetime | None = None
) -> dict[str, Any]:
    """Read ratings by their ids, those that were told by an instant or ever."""
    found: dict[str, Any] = {}
    for chunk in chunks(ids, MANY):
        rows = connection.execute(select(Rating.__table__).where(Rating.rating_id.in_(chunk)))
        found.update({row.rating_id: row for row in rows if until is None or row.received_at <= until})
    return found


def corrections(connection: Connection, question: Question, group: Grouping) -> list[Cell]:
    """Move the ratings that do not stand from the sort of those that do."""
    fallen = {one.rating_id: one for one in judged(connection, question.as_of) if not one.stands}
    cells: list[Cell] = []
    for rating_id, row in ratings_named(connection, list(fallen), question.as_of).items():
        key = KEY_OF[question.dimension](row)
        if not question.takes(row.unit_code, key, row.day):
            continue
        place = group(row.unit_code, key, row.day if question.by_period else None)
        sort = RatingSort(row.level, row.is_default, row.additional)
        cells.append(Cell(*place, sort, -1))
        cells.append(Cell(*place, sort._replace(stands=False), 1, fallen[rating_id].by))
    return cells


def _dimension(question: Question) -> str:
    """Name the counts to read; those of types are of their items."""
    return "item" if question.dimension == "item_type" else question.dimension


def in_span(day: Any, first: date | None, last: date | None) -> ColumnElement[bool]:  # noqa: ANN401 - a column.
    """Ask for days of a span; what is None does not restrict."""
    bounds = [day >= first] if first is not None else []
    return and_(true(), *bounds, *([day <= last] if last is not None else []))


def in_grains(model: type[RatingPlace | ServiceCount], question: Question) -> ColumnElement[bool]:
    """Ask for the counts of a span, by months where they are whole and the question does not tell days apart."""
    if question.by == "day":
        return and_(model.grain == "day", in_span(model.day, question.first, question.last))
    months, edges = whole_months(question.first, question.last)
    days = [and_(model.grain == "day", in_span(model.day, *edge)) for edge in edges]
    return or_(
        false(), *days, *([and_(model.grain == "month", in_span(model.day, *months))] if months else [])
    )


def unit_column(column: Any, question: Question) -> ColumnElement[str]:  # noqa: ANN401 - an attribute of any model.
    """Give the unit where the answer tells units apart, and nothing where that would only make more rows."""
    return (column if question.by in OF_UNITS else literal("")).label("unit_code")


def _rolled(question: Question) -> Select[Any]:
    sorts = [getattr(RatingPlace, sort.key) for sort in SORTS]
    unit = unit_column(RatingPlace.unit_code, question)
    columns = [unit, RatingPlace.key, _day(RatingPlace.day, question), *sorts, RatingPlace.count]
    found = select(*columns).where(RatingPlace.by == _dimension(question), in_grains(RatingPlace, question))
    if question.codes is not None:
        found = found.where(RatingPlace.unit_code.in_(question.codes))
    if question.keys is not None:
        found = found.where(RatingPlace.key.in_(question.keys))
    within = found.subquery()
    names = [within.c[name] for name in ("unit_code", "key", "day", "level", "is_default", "additional")]
    return select(*names, func.sum(within.c.count).label("count")).group_by(*names)


def _scanned(question: Question) -> Select[Any]:
    """Count the ratings behind the roll; as of the past, all that had come by then."""
    if question.as_of is not None:
        which = Rating.received_at < just_after(question.as_of)
    else:
        which = (
            Rating.position > select(RatingRoll.counted_to).where(RatingRoll.name == ROLL).scalar_subquery()
        )
    key = KEYS[_dimension(question)].label("key")
    unit = unit_column(Rating.unit_code, question)
    found = select(unit, key, _day(Rating.day, question), *SORTS).where(which)
    within = _within(found, KEYS[_dimension(question)], question).subquery()
    columns = [within.c[name] for name in ("unit_code", "key", "day", "level", "is_default", "additional")]
    return select(*columns, func.count().label("count")).group_by(*columns)


def _day(column: Any, question: Question) -> ColumnElement[Any]:  # noqa: ANN401 - an attribute of either model.
    return (column if question.by_period else null()).label("day")


def _within(query: Select[Any], key: ColumnElement[Any], question: Question) -> Select[Any]:
    query = query.where(in_span(Rating.day, question.first, question.last))
    if question.codes is not None:
        query = query.where(Rating.unit_code.in_(question.codes))
    return query if question.keys is None else query.where(key.in_(question.keys))


def _of_sorts(sorts: Sequence[RatingSort], fallen: Sequence[str]) -> ColumnElement[bool]:
    """Ask for ratings of some sorts; whether one stands is told by its id."""
    standing = [sort[:3] for sort in sorts if sort.stands]
    others = [sort[:3] for sort in sorts if not sort.stands]
    return or_(
        and_(tuple_(*SORTS).in_(standing), Rating.rating_id.not_in(fallen)),
        and_(tuple_(*SORTS).in_(others), Rating.rating_id.in_(fallen)),
    )
