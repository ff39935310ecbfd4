"""What a problem 问题 says beside the fields of every task: its category and its measure 整改措施."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.tasks.ledger.domain import RoleName
from shared.clock import local_date
from shared.errors import Invalid

KIND, OVERDUE_SERVICE = "problem", "overdue_service"
# Categories are ours; whoever adds one adds a row.
CATEGORIES: Mapping[str, str] = {
    "land": "用地征迁",
    "funds": "资金",
    "approval": "审批手续",
    "utilities": "水电气热配套",
    "policy": "政策不明或不配套",
    "coordination": "部门协同",
    "conduct": "作风效能",
    "data": "系统与数据共享",
    OVERDUE_SERVICE: "办件超时",
    "other": "其他",
}


def check_category(category: str) -> None:
    """Pass for a known category.

    Raises:
        Invalid: There is none such; the message names those that there are.
    """
    if category not in CATEGORIES:
        known = "、".join(f"{word}（{code}）" for code, word in CATEGORIES.items())
        message = f"没有问题类别 {category}，可用：{known}"
        raise Invalid(message, code="problem.category_unknown", field="category")


def owners(units: Sequence[str]) -> tuple[tuple[RoleName, str], ...]:
    """Give the roles of a problem's owners: the first answers for it, the others do their part.

    Raises:
        Invalid: There is none.
    """
    if not units:
        message = "问题必须有责任单位（units），逐项销号须有人负责"
        raise Invalid(message, code="problem.no_owner", field="units")
    return (("lead", units[0]), *(("responsible", unit) for unit in units[1:]))


def age_days(found_at: datetime, until: datetime) -> int:
    """Give the calendar days for which a problem has been open."""
    return (local_date(until) - local_date(found_at)).days
