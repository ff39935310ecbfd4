"""What makes a debt, its plan and its payments right, and what is to be flagged 预警 about it.

Invariant: amounts are whole 分 inside; yuan with two places, as text, only where people read and write.
Rules: 方案“防范和化解拖欠中小企业账款” (还款计划不超过60天; 投诉查实一个月内清偿; 零报告; 边清边欠; 司法程序除外).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from services.tasks.domain_periods import period_of
from services.tasks.ledger.domain_limits import Limit, Span
from shared.clock import local_date
from shared.errors import Invalid
from shared.workdays import WorkCalendar

KIND = "arrears"
COMPLAINT = "arrears_complaint"
SOURCES = (COMPLAINT, "arrears_check", "audit", "superior", "inspection")
PLAN_LIMIT = Limit(60, Span.DAYS)  # From the registration of the debt.
COMPLAINT_LIMIT = Limit(1, Span.MONTHS)  # From the day on which a complaint was found true.
_CREDITOR = re.compile(r"[0-9A-Za-z-]{6,32}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Flag(StrEnum):
    """What is wrong with a debt."""

    EXPIRED = "expired"
    AFTER_ZERO_REPORT = "after_zero_report"
    NEW_WHILE_CLEARING = "new_while_clearing"
    NOT_REPLIED = "not_replied"
    NO_PLAN = "no_plan"
    CLOSED_UNPAID = "closed_unpaid"


FLAG_WORDS = {
    Flag.EXPIRED: "清偿协议到期未落实",
    Flag.AFTER_ZERO_REPORT: "零报告后发现",
    Flag.NEW_WHILE_CLEARING: "边清边欠",
    Flag.NOT_REPLIED: "投诉未回复",
    Flag.NO_PLAN: "无分歧未明确还款计划",
    Flag.CLOSED_UNPAID: "未清偿即销号",
}


@dataclass(frozen=True, slots=True)
class Instalment:
    """So many 分 by the end of a day."""

    due_on: date
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A debt as of a day, as far as flags and sums go; amounts in 分.

    Attributes:
        unit: Who owes it.
        paid: Until that day.
        cleared_since: The first day on which the unit paid another debt, if it did.
        found_after: The month whose 零报告 it proves wrong.
        judicial: It is left out, since it went to court.
    """

    unit: str
    amount: int
    paid: int
    disputed: bool
    arisen_on: date
    complaint: bool = False
    replied: bool = False
    judicial: bool = False
    closed: bool = False
    found_after: str | None = None
    cleared_since: date | None = None
    plan: tuple[Instalment, ...] = ()

    @property
    def balance(self) -> int:
        """What is still owed, in 分."""
        return self.amount - self.paid


def flags(debt: Debt, today: date) -> list[Flag]:
    """Say what is wrong with a debt; one in court has the courts to see to it."""
    if debt.judicial:
        return []
    owed_by_now = sum(one.amount for one in debt.plan if one.due_on < today)
    found = {
        Flag.EXPIRED: owed_by_now > debt.paid,
        Flag.AFTER_ZERO_REPORT: debt.found_after is not None,
        Flag.NEW_WHILE_CLEARING: debt.cleared_since is not None and debt.cleared_since < debt.arisen_on,
        Flag.NOT_REPLIED: debt.complaint and not debt.replied,
        Flag.NO_PLAN: debt.balance > 0 and not (debt.disputed or debt.plan or debt.closed),
        Flag.CLOSED_UNPAID: debt.closed and debt.balance > 0,
    }
    return [flag for flag, holds in found.items() if holds]


def to_fen(yuan: Decimal, *, field: str = "amount", zero: bool = False) -> int:
    """Read an amount of yuan; `zero` allows none at all.

    Raises:
        Invalid: It is negative, has more than two places, or is too large to be true.
    """
    fen = yuan * 100 if yuan.is_finite() else Decimal(-1)
    if fen != int(fen) or not (0 if zero else 1) <= fen < 10**15:
        message = f"金额 {yuan} 无效，请以元为单位，最多两位小数，且{'不小于' if zero else '大于'}零"
        raise Invalid(message, code="arrears.amount_invalid", field=field)
    return int(fen)


def to_yuan(fen: int) -> str:
    """Write an amount as yuan with two places."""
    return f"{Decimal(fen) / 100:.2f}"


def check_debt(creditor: str, source: str, arisen_on: date, today: date) -> None:
    """Pass when a debt has a creditor by code, a source of arrears and a day that has come.

    Raises:
        Invalid: One of them makes no sense.
    """
    if not _CREDITOR.fullmatch(creditor):
        message = "债权企业请填统一社会信用代码等代码（6–32 位字母、数字），不要填名称"
        raise Invalid(message, code="arrears.creditor_invalid", field="creditor")
    if source not in SOURCES:
        message = f"欠款来源没有 {source}，可用：{'、'.join(SOURCES)}"
        raise Invalid(message, code="arrears.source_unknown", field="source")
    check_past(arisen_on, today, field="arisen_on")


def check_past(day: date, today: date, *, field: str) -> None:
    """Pass when `day` has come.

    Raises:
        Invalid: It has not.
    """
    if day > today:
        raise Invalid(f"日期 {day} 晚于今天（{today}），请核对", code="arrears.day_ahead", field=field)


def check_plan(
    plan: Sequence[Instalment], *, balance: int, registered_at: datetime, calendar: WorkCalendar
) -> None:
    """Pass when a plan pays exactly what is owed, in order, within 60 days of the registration.

    Raises:
        Invalid: It does not; the message names the difference or the last day.
    """
    days = [one.due_on for one in plan]
    if not days or days != sorted(set(days)):
        message = "还款计划须有分期，且日期由早到晚、不重复"
        raise Invalid(message, code="arrears.plan_order", field="instalments")
    total = sum(one.amount for one in plan)
    if total != balance:
        message = (
            f"分期合计 {to_yuan(total)} 元与欠款余额 {to_yuan(balance)} 元相差 {to_yuan(total - balance)} 元"
        )
        raise Invalid(
            message, code="arrears.plan_sum", field="instalments", difference=to_yuan(total - balance)
        )
    last = local_date(PLAN_LIMIT.due_after(registered_at, calendar))
    if days[-1] > last:
        message = f"还款计划不得超过登记之日起 60 天（最迟 {last}），现最后一期为 {days[-1]}"
        raise Invalid(message, code="arrears.plan_too_long", field="instalments", last=last.isoformat())


def check_total(debts: int, amount: int) -> None:
    """Pass when a unit's total has both debts and an amount, or neither, which is a 零报告.

    Raises:
        Invalid: It has one of them only.
    """
    if debts < 0 or (debts == 0) != (amount == 0):
        message = "笔数与金额须同时为零（零报告）或同时大于零"
        raise Invalid(message, code="arrears.total_wrong", field="debts")


def month_end(month: str) -> date:
    """Give the last day of a month that is written 2023-06.

    Raises:
        Invalid: It is no month.
    """
    if not _MONTH.fullmatch(month):
        raise Invalid(f"月份 {month} 无效，请写成 2023-06", code="arrears.month_invalid", field="month")
    return period_of("monthly", date.fromisoformat(f"{month}-01")).last


def proven_wrong(zero_months: Iterable[str], arisen_on: date) -> str | None:
    """Give the last month whose 零报告 a debt proves wrong that was owed by its end; None when it proves none."""
    return max((month for month in zero_months if month_end(month) >= arisen_on), default=None)
