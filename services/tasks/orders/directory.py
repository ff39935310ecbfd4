"""Use cases of the directory of orders 派单目录: add rows, read them from a table, end one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from services.tasks.acts import Act
from services.tasks.domain_ids import short_hash
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.models import OrderDirectoryRow, UnitRow
from services.tasks.orders import repository_directory as repository
from services.tasks.orders.domain_directory import Row, check_grass_roots, check_row, overlapping
from services.tasks.orders.domain_rules import Rules
from services.tasks.orders.repository import rules_at
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, DubanError, Invalid


async def add_rows(tx: Tx, rows: Sequence[Row], act: Act) -> list[OrderDirectoryRow]:
    """Add rows, all or none; an older row about the same ends the day before the new one begins.

    Raises:
        Conflict: A row about the same begins on the same day or later, or a row to the grass roots is not delegated.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: A row makes no sense, or a unit is unknown; the message names the row.
    """
    check_supervisor(act.actor, word="维护工单派单目录")
    made = []
    for place, row in enumerate(rows, 1):
        try:
            made.append(await _add(tx, check_row(row), act))
        except (Invalid, Conflict) as error:
            raise _at(place, error) from error
    return made


def _at(place: int, error: DubanError) -> DubanError:
    """Say in which row a fault is."""
    message = f"第 {place} 行：{error.message}"
    return type(error)(message, code=error.code, field=error.field, **{**error.details, "row": place})


async def _add(tx: Tx, row: Row, act: Act) -> OrderDirectoryRow:
    rules = (await rules_at(tx.session, row.region))[2]
    await _check_units(tx, rules, row)
    known = await repository.rows_about(tx.session, row)
    for one in known:
        if replace(repository.row_of(one), id="") == replace(row, id=""):
            return one
    if later := overlapping([repository.row_of(one) for one in known], row):
        message = f"同一分类和区划已有自 {later.starts_on} 起的行（{later.id}），请先终止该行"
        raise Conflict(message, code="order_directory.taken", field="starts_on", id=later.id)
    for one in known:
        if one.ends_on is None or one.ends_on >= row.starts_on:
            one.ends_on = row.starts_on - timedelta(days=1)
    made = _made(row, act)
    tx.session.add(made)
    await tx.session.flush()
    return made


async def _check_units(tx: Tx, rules: Rules, row: Row) -> None:
    for field, unit_id in (("unit_id", row.unit_id), *(("cooperating", one) for one in row.cooperating)):
        unit = await tx.session.get(UnitRow, unit_id)
        if unit is None or unit.collective or unit.ended_on is not None:
            message = f"没有编号为 {unit_id} 的在册单位（或已撤并、为统称），请核对"
            raise Invalid(message, code="order_directory.unit", field=field, unit=unit_id)
        if field == "unit_id":
            below = rules.is_grass_roots(unit.kind, unit.name)
            check_grass_roots(unit.name, grass_roots=below, delegated=row.delegated)


def _made(row: Row, act: Act) -> OrderDirectoryRow:
    first, second, third = row.levels
    return OrderDirectoryRow(
        id=f"od{short_hash(f'{row}{act.at.isoformat()}', 14)}",
        category_1=first,
        category_2=second,
        category_3=third,
        region=row.region,
        unit_id=row.unit_id,
        cooperating=list(row.cooperating),
        delegated=row.delegated,
        basis=row.basis,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        set_by=act.actor.id,
        set_at=act.at,
    )


async def end_row(tx: Tx, row_id: str, on: date, act: Act) -> OrderDirectoryRow:
    """Let a row end with a day, today at the earliest: what it decided stays.

    Raises:
        NotFound: There is none.
        Conflict: It has ended before.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: The day lies before the row, or in the past.
    """
    check_supervisor(act.actor, word="维护工单派单目录")
    row, today = await repository.get_row(tx.session, row_id), local_date(act.at)
    if row.ends_on is not None and row.ends_on < today:
        message = f"该行已于 {row.ends_on} 终止"
        raise Conflict(message, code="order_directory.ended", field="id")
    if on < max(row.starts_on, today):
        message = f"终止日 {on} 不能早于起始日 {row.starts_on} 和今天（{today}）"
        raise Invalid(message, code="order_directory.dates", field="on")
    row.ends_on = on
    return row


async def named_rows(tx: Tx, rows: Sequence[Row]) -> list[Row]:
    """Give rows whose units are said by name with the units' ids.

    Raises:
        Invalid: A name means no unit; the message names the row.
    """
    said = {name for row in rows for name in (row.unit_id, *row.cooperating)}
    known = await repository.units_by_name(tx.session, said)
    found = []
    for place, row in enumerate(rows, 1):
        if unknown := next((one for one in (row.unit_id, *row.cooperating) if one not in known), None):
            message = f"第 {place} 行：没有名为“{unknown}”的单位，请先登记单位或改用已有名称"
            raise Invalid(message, code="order_directory.unit", field="unit_id", row=place)
        others = tuple(known[one] for one in row.cooperating)
        found.append(replace(row, unit_id=known[row.unit_id], cooperating=others))
    return found
