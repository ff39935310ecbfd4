"""What becomes of a unit by date: it is renamed, merged into another, or hands tasks over.

Invariant: history keeps the unit that acted; only duties that are still open move.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.tasks.ledger.domain import UnitOnTask
from shared.errors import Invalid


class ChangeKind(StrEnum):
    """What is ordered."""

    RENAME = "rename"
    MERGE = "merge"
    HAND_OVER = "hand_over"


CHANGE_WORDS = {ChangeKind.RENAME: "更名", ChangeKind.MERGE: "合并", ChangeKind.HAND_OVER: "移交"}


class ChangeState(StrEnum):
    """Whether an order holds yet."""

    PENDING = "pending"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrder:
    """An order about a unit.

    Attributes:
        to: The unit that takes over, for a merge or a hand-over.
        name: The new name, for a renaming.
        tasks: What is handed over; empty for all that is open.
        effective_on: The Shanghai day from whose beginning it holds.
    """

    kind: ChangeKind
    unit_id: str
    to: str | None = None
    name: str | None = None
    tasks: tuple[str, ...] = ()
    effective_on: date
    reason: str = ""


def check_order(order: ChangeOrder, today: date) -> None:
    """Pass when an order says all that it needs and nothing else.

    Raises:
        Invalid: It does not.
    """
    renames = order.kind is ChangeKind.RENAME
    word = CHANGE_WORDS[order.kind]
    if renames != bool((order.name or "").strip()):
        message = f"{word}{'须' if renames else '不能'}填写新名称（name）"
        raise Invalid(message, code="unit_change.name", field="name")
    if renames == bool(order.to) or order.to == order.unit_id:
        message = f"{word}{'不能' if renames else '须'}指明另一个接收单位（to）"
        raise Invalid(message, code="unit_change.to", field="to")
    if order.tasks and order.kind is not ChangeKind.HAND_OVER:
        raise Invalid("只有移交可以指明事项（tasks）", code="unit_change.tasks", field="tasks")
    if order.effective_on < today:
        message = f"生效日 {order.effective_on} 早于今天 {today}：已办事项保留原单位，请填写今天或以后的日期"
        raise Invalid(message, code="unit_change.past", field="effective_on")
    if not order.reason.strip():
        raise Invalid(f"{word}须说明依据（reason）", code="unit_change.reason", field="reason")


def succeed(units: Sequence[UnitOnTask], old: str, new: str, *, collective: bool) -> tuple[UnitOnTask, ...]:
    """Put `new` where `old` stood, in each of its roles; a role that `new` has already is not doubled."""
    swapped = [
        replace(unit, unit_id=new, collective=collective) if unit.unit_id == old else unit for unit in units
    ]
    return tuple({(unit.role, unit.unit_id): unit for unit in swapped}.values())
