"""Counts what the system asked of each unit in a week, and what the unit did in it; pure.

Invariant: what was done once counts once: a step that only followed a linked task is no work of anybody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.workdays import ONE_DAY


class Deed(StrEnum):
    """What a unit did, or was asked."""

    SIGN_FOR = "sign_for"
    REPORT = "report"
    SUBMISSION = "submission"
    ASK = "ask"
    OTHER = "other"  # A step that counts only for the fields filled in with it.


# Moves of a task and of a part.
DEEDS: Mapping[str, Deed] = {
    f"{prefix}{move}": deed
    for prefix in ("", "part.")
    for move, deed in (("accept", Deed.SIGN_FOR), ("progress", Deed.REPORT), ("submit", Deed.SUBMISSION))
}
DEFINITIONS: Mapping[str, str] = {
    "sign_fors": "签收：本周内对事项或承办部分的签收次数；联动事项一次签收只计一次",
    "reports": "进展填报：本周内填报进展的次数；联动事项一次填报只计一次",
    "submissions": "报审：本周内提交审核的次数；联动事项一次报审只计一次",
    "fields": "填写项：上述办理中实际填写的栏目数（进度、进展情况、存在问题、下一步、佐证材料），空栏不计",
    "asks": "进展报送：本周内系统要求报送进展的次数",
    "entered_for": "代录：上述签收、填报、报审中由督查室代为录入的次数",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed of a unit, with the fields that it filled in."""

    unit_id: str
    day: date
    deed: Deed
    fields: int = 0
    entered_for: bool = False


@dataclass(frozen=True, slots=True)
class Burden:
    """What one unit had in one week."""

    sign_fors: int = 0
    reports: int = 0
    submissions: int = 0
    fields: int = 0
    asks: int = 0
    entered_for: int = 0

    def __add__(self, other: "Burden") -> "Burden":
        return Burden(*(mine + yours for mine, yours in zip(astuple(self), astuple(other), strict=True)))


def week_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_within(monday: date, first: date, last: date) -> tuple[date, date]:
    """Give the first and last day of a week that lie in a period, both included."""
    return max(monday, first), min(monday + 6 * ONE_DAY, last)


def count(entries: Iterable[Entry]) -> dict[tuple[str, date], Burden]:
    """Count by unit and Monday, in that order."""
    counted: dict[tuple[str, date], Burden] = {}
    for entry in entries:
        key = (entry.unit_id, week_of(entry.day))
        counted[key] = counted.get(key, Burden()) + _burden(entry)
    return dict(sorted(counted.items()))


def _burden(entry: Entry) -> Burden:
    return Burden(
        sign_fors=entry.deed is Deed.SIGN_FOR,
        reports=entry.deed is Deed.REPORT,
        submissions=entry.deed is Deed.SUBMISSION,
        fields=entry.fields,
        asks=entry.deed is Deed.ASK,
        entered_for=entry.entered_for,
    )


def fields_of(progress: int | None, *others: object) -> int:
    """Count the fields of a report that were filled in; a progress of 0 % is said, an empty text is not."""
    return (progress is not None) + sum(bool(other) for other in others)
