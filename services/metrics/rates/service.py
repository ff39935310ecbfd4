"""Use cases of rates: answers a question from counts, lists the rows behind it, and lets a place set its rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection

from services.metrics.feeds.domain import COMPLETED
from services.metrics.rates import (
    functions,
    questions,
    repository,
    repository_orders,
    repository_orders_kept,
    repository_rectifications,
    repository_rules,
    repository_services,
    repository_units,
)
from services.metrics.rates.domain import Cell, Figure, Group, Part, RateRule, RuleInForce, tally, total
from services.metrics.rates.functions import RatingSort, RectificationSort, ServiceSort, function_of, sorts_in
from services.metrics.rates.functions_orders import OrderSort
from services.metrics.rates.questions import Question
from services.metrics.rates.repository_orders import OrderQuestion
from services.metrics.rates.repository_units import Units
from shared.database import Tx
from shared.errors import Invalid

MOST_ROWS = 500  # On one page.


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as people put it.

    Attributes:
        unit: A unit by its id, or by one of its codes; None for all.
        key: A code of the dimension, or a period; None for all.
    """

    rate: str
    by: str
    now: datetime
    unit: str | None = None
    key: str | None = None
    first: date | None = None
    last: date | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A rate by group, with its sum over all of them and what the units are called."""

    in_force: RuleInForce
    question: Question
    figures: Mapping[Group, Figure]
    whole: Figure
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A fact behind a figure; `reason` says why it is left out where it is."""

    family: functions.Family
    fact: Any
    sort: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of rows; `after` is where the next one begins, None for no more."""

    in_force: RuleInForce
    rows: Sequence[Row]
    after: str | None


@dataclass(frozen=True, slots=True)
class _Context:
    """A question with its rule, and how facts are put into groups."""

    in_force: RuleInForce
    question: Question
    units: Units
    types: Mapping[str, str]
    is_of_types: bool

    def group(self, unit_code: str, key: str, day: date | None) -> tuple[str, str]:
        """Name the group of a fact."""
        shown = self.types.get(key, "") if self.is_of_types else key
        return self.question.group(questions.unit_of(unit_code, self.units.by_code), shown, day)


def answer(connection: Connection, asked: Asked) -> Answer:
    """Answer a question.

    Raises:
        NotFound: There is no such rate.
        Invalid: It can't be answered.
        Unavailable: Too many services are still to be counted.
    """
    context = _context(connection, asked)
    rule = context.in_force.rule
    figures = tally(_cells(connection, context), context.in_force, function_of(rule).judge)
    if rule.denominator == "services":
        figures = _by_services(connection, context, figures)
    whole = total(figures, context.in_force)
    return Answer(context.in_force, context.question, figures, whole, context.units.names)


def rows_behind(connection: Connection, asked: Asked, part: Part, page: tuple[str, int]) -> Rows:
    """List what stands behind a part of an answer: a page, by where it begins and how many rows it has.

    Raises:
        NotFound: There is no such rate.
        Invalid: The question can't be answered.
        Unavailable: Too many services are still to be counted.
    """
    context = _context(connection, asked)
    rule = context.in_force.rule
    family = function_of(rule).family
    if rule.denominator == "services" and part is Part.DENOMINATOR:
        family = "services"
    after, limit = page
    found = _LISTS[family](connection, context, part, (after, limit + 1))
    kept = found[:limit]
    return Rows(context.in_force, kept, _place(kept[-1]) if len(found) > limit else None)


def rules(connection: Connection, now: datetime) -> list[RuleInForce]:
    """List the rules in force."""
    return [repository_rules.rule_in_force(connection, rate, now) for rate in functions.rules_of_file()]


def rule_history(connection: Connection, rate: str) -> list[RuleInForce]:
    """List all versions of a rate's rule, the newest first; the last is that of the file.

    Raises:
        NotFound: There is no such rate.
    """
    return repository_rules.versions(connection, rate)


async def set_rule(tx: Tx, rate: str, changes: Mapping[str, object], *, by: str, why: str) -> RuleInForce:
    """Set what a place has otherwise than the file, whole, as a new version from now on.

    Raises:
        NotFound: There is no such rate.
        Invalid: A choice can't be.
    """
    connection = await tx.session.connection()
    known = await connection.run_sync(repository_rules.versions, rate)
    version = known[0].rule.version + 1
    made = functions.changed(functions.rule_of_file(rate), changes, version=version)
    in_force = RuleInForce(made, by, tx.now, why)
    await connection.run_sync(repository_rules.add, in_force, dict(changes))
    return in_force


def codes_of(connection: Connection, unit: str) -> tuple[str, ...]:
    """Give the codes of a unit by its id; what is no unit's id is taken for a code."""
    return repository_units.units(connection).codes_of(unit)


def _context(connection: Connection, asked: Asked) -> _Context:
    in_force = repository_rules.rule_in_force(connection, asked.rate, asked.as_of or asked.now)
    rule, family = in_force.rule, function_of(in_force.rule).family
    units = repository_units.units(connection, asked.as_of)
    codes = None if asked.unit is None else units.codes_of(asked.unit)
    if family == "orders" and asked.unit is not None and codes is not None:  # They name units by id as well.
        codes = (asked.unit, units.by_code.get(asked.unit, asked.unit), *codes)
    question = Question(asked.by, asked.now, codes, asked.first, asked.last, as_of=asked.as_of)
    questions.check(question, family, beside_services=rule.denominator == "services")
    types = repository.types_of_items(connection) if asked.by == "item_type" else {}
    return _Context(
        in_force,
        questions.narrowed(question, asked.key),
        units,
        types,
        is_of_types=asked.by == "item_type",
    )


def _of_items(context: _Context) -> _Context:
    """Ask for the items of a type where ratings are asked for by type: they name items alone."""
    question = context.question
    if not context.is_of_types or question.keys is None:
        return context
    wanted = set(question.keys)
    items = tuple(item for item, kind in context.types.items() if kind in wanted)
    return replace(context, question=replace(question, keys=items))


def _beside(context: _Context) -> _Context:
    """Put services into groups, whose rows know their types."""
    return replace(context, is_of_types=False)


def _cells(connection: Connection, context: _Context) -> list[Cell]:
    family = function_of(context.in_force.rule).family
    if family == "orders":
        question, rule = context.question, context.in_force.rule
        if question.as_of is None and repository_orders_kept.all_kept(connection):
            return repository_orders_kept.kept_cells(connection, question, rule, context.group)
        return repository_orders.order_cells(connection, OrderQuestion(question, rule), context.group)
    if family == "services":
        own = _beside(context)
        return repository_services.service_cells(connection, own.question, own.group)
    own = _of_items(context)
    if family == "ratings":
        return repository.rating_cells(connection, own.question, own.group)
    return repository_rectifications.rectification_cells(connection, own.question, own.group)


def _by_services(
    connection: Connection, context: _Context, figures: Mapping[Group, Figure]
) -> dict[Group, Figure]:
    """Put the services that were completed into the denominators."""
    own = _beside(context)
    cells = repository_services.service_cells(connection, own.question, own.group, "completed")
    found = {group: replace(figure, denominator=0) for group, figure in figures.items()}
    for cell in cells:
        figure = found.setdefault(Group(cell.unit, cell.key), Figure(context.in_force))
        figure.denominator += cell.number
    return {
        group: one
        for group, one in sorted(found.items())
        if one.denominator or one.numerator or one.exclusions
    }


def _ratings(connection: Connection, context: _Context, part: Part, page: tuple[str, int]) -> list[Row]:
    rule = context.in_force.rule
    sorts = cast("list[RatingSort]", sorts_in(functions.ALL_RATINGS, rule, part))
    after, limit = page
    if after and not after.isdecimal():
        message = f"after 的取值 {after} 无效，请填上一页返回的 after"
        raise Invalid(message, code="rate.after", field="after")
    place = int(after or 0), limit
    found = repository.rating_rows(connection, _of_items(context).question, sorts, place)
    return [Row("ratings", row, sort, _reason(sort, rule)) for row, sort in found]


def _services(connection: Connection, context: _Context, part: Part, page: tuple[str, int]) -> list[Row]:
    rule = context.in_force.rule
    if function_of(rule).family == "services":
        every = repository_services.all_sorts("decided")
        sorts = cast("list[ServiceSort]", sorts_in(every, rule, part))
    else:
        sorts = [ServiceSort("", COMPLETED)]
    found = repository_services.service_rows(connection, _beside(context).question, sorts, page)
    return [Row("services", one, sort, _reason(sort, rule)) for one, sort in found]


def _rectifications(
    connection: Connection, context: _Context, part: Part, page: tuple[str, int]
) -> list[Row]:
    rule, question = context.in_force.rule, _of_items(context).question
    every = repository_rectifications.sorts_of(connection, question)
    sorts = cast("list[RectificationSort]", sorts_in(every, rule, part))
    found = repository_rectifications.rectification_rows(connection, question, sorts, page)
    return [Row("rectifications", one, one.sort, _reason(one.sort, rule)) for one in found]


def _orders(connection: Connection, context: _Context, part: Part, page: tuple[str, int]) -> list[Row]:
    rule = context.in_force.rule
    orders = OrderQuestion(context.question, rule)
    every = repository_orders.sorts_of(connection, orders)
    sorts = cast("list[OrderSort]", sorts_in(every, rule, part))
    found = repository_orders.order_rows(connection, orders, sorts, page)
    return [Row("orders", one, one.sort, _reason(one.sort, rule)) for one in found]


_LISTS = {"ratings": _ratings, "services": _services, "rectifications": _rectifications, "orders": _orders}


def _reason(sort: Any, rule: RateRule) -> str:  # noqa: ANN401 - a sort of one of the families.
    if isinstance(sort, ServiceSort) and sort.state == COMPLETED:
        return ""
    return function_of(rule).judge(sort, rule).reason


def _place(row: Row) -> str:
    names = {
        "ratings": "position",
        "services": "service_id",
        "rectifications": "task_id",
        "orders": "fact_id",
    }
    return str(getattr(row.fact, names[row.family]))
