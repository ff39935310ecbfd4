"""Which row of the directory of orders 派单目录 decides: the most specific one that holds on the day.

Invariant: the same directory, order and day give the same unit, whatever the order of the rows; a department's duty is
dispatched to the grass roots by a row alone that says by which decision it was delegated 赋权.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.tasks.dispatch.domain import region_prefix
from services.tasks.orders.domain import LEVELS, SEPARATOR
from shared.errors import Conflict, Invalid

_DIGITS = re.compile(r"\d{2,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: an empty level or region stands for any.

    Attributes:
        category: Its levels, the widest first, at most three.
        region: Prefix of the region's code, without the zeros that only fill it up.
        cooperating: 协办 units.
        delegated: The matter was handed to the grass roots by the decision that `basis` names.
        ends_on: Its last day; None for no end.
    """

    id: str = ""
    category: tuple[str, ...] = ()
    region: str = ""
    unit_id: str
    cooperating: tuple[str, ...] = ()
    delegated: bool = False
    basis: str = ""
    starts_on: date
    ends_on: date | None = None

    @property
    def levels(self) -> tuple[str, str, str]:
        """Its three levels, empty where it names none."""
        return (*self.category, "", "", "")[:3]  # type: ignore[return-value]  # Three of at least three.

    def fits(self, category: str, region: str, on: date) -> bool:
        """Tell whether it decides about a category, joined by `/`, in a region on a day."""
        levels = tuple(category.split(SEPARATOR)) if category else ()
        holds = self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)
        return holds and levels[: len(self.category)] == self.category and region.startswith(self.region)

    @property
    def rank(self) -> tuple[int, int, date, str]:
        """By which the most specific row is the greatest: levels go before the region, then the later row."""
        return len(self.category), len(self.region), self.starts_on, self.id


def choose(rows: Iterable[Row], category: str, region: str, on: date) -> Row | None:
    """Give the row that decides; None where none fits."""
    return max(
        (row for row in rows if row.fits(category, region, on)), key=lambda row: row.rank, default=None
    )


def check_row(row: Row) -> Row:
    """Give a row with its region in one shape.

    Raises:
        Invalid: It is about nothing, its levels have gaps, its region is no code, or its dates make no sense.
    """
    category = tuple(level.strip() for level in row.category)
    while category and not category[-1]:
        category = category[:-1]
    if len(category) > LEVELS or not all(category):
        message = f"诉求分类须从一级起逐级填写，最多 {LEVELS} 级，现为 {'/'.join(row.category)}"
        raise Invalid(message, code="order_directory.category", field="category")
    if any(SEPARATOR in level for level in category):
        message = f"诉求分类的各级名称不能含“{SEPARATOR}”，请分列填写"
        raise Invalid(message, code="order_directory.category", field="category")
    if not category and not row.region:
        message = "目录行须至少填写诉求分类（category）或区划（region）"
        raise Invalid(message, code="order_directory.empty", field="category")
    if row.region and not _DIGITS.fullmatch(row.region):
        message = f"区划 {row.region} 无效，请填 2–12 位数字"
        raise Invalid(message, code="order_directory.region", field="region")
    _check_dates(row)
    if row.unit_id in row.cooperating:
        message = f"单位 {row.unit_id} 已是主办，不能同时协办"
        raise Invalid(message, code="order_directory.twice", field="cooperating")
    return Row(
        id=row.id,
        category=category,
        region=region_prefix(row.region),
        unit_id=row.unit_id,
        cooperating=tuple(dict.fromkeys(row.cooperating)),
        delegated=row.delegated,
        basis=row.basis.strip(),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _check_dates(row: Row) -> None:
    if row.ends_on is not None and row.ends_on < row.starts_on:
        message = f"终止日 {row.ends_on} 早于起始日 {row.starts_on}，请核对"
        raise Invalid(message, code="order_directory.dates", field="ends_on")
    if row.delegated and not row.basis.strip():
        message = "赋权镇街的事项（delegated）必须写明依据文件（basis）"
        raise Invalid(message, code="order_directory.basis_missing", field="basis")


def check_grass_roots(name: str, *, grass_roots: bool, delegated: bool) -> None:
    """Pass when a unit may be given a matter: one of the grass roots only where that was delegated to it.

    Raises:
        Conflict: It was not (国办函〔2025〕66号: 职能部门的事不得派给基层).
    """
    if grass_roots and not delegated:
        message = (
            f"“{name}”是镇街等基层单位，职能部门的事项不得派给基层；"
            "确已赋权的，请先在派单目录中标明 delegated 并写明依据（basis）"
        )
        raise Conflict(message, code="order.grass_roots", field="unit_id")


def overlapping(rows: Sequence[Row], new: Row) -> Row | None:
    """Find a row about the same that begins on the day of a new one, or later while that still holds."""
    return next(
        (
            row
            for row in rows
            if row.starts_on >= new.starts_on and (new.ends_on is None or row.starts_on <= new.ends_on)
        ),
        None,
    )
