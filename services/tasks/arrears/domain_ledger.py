"""The total ledger 总账 of arrears, held against the sum of the detail ledger 明细台账.

Invariant: every difference between what a unit reports and what the details add up to is named, with its amount.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.tasks.arrears.domain import Debt, to_yuan


@dataclass(frozen=True, slots=True)
class Total:
    """What a unit reports for a month: how many debts, and their balance in 分."""

    debts: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Sums over debts, in 分; `left_out` counts those in court, which are in none of the others."""

    debts: int = 0
    amount: int = 0
    paid: int = 0
    undisputed: int = 0
    disputed: int = 0
    left_out: int = 0

    @property
    def balance(self) -> int:
        """What is still owed."""
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's line of the total ledger; `report` is what it says itself, None where it has not reported."""

    unit: str
    sums: Sums
    report: Total | None

    @property
    def difference(self) -> int | None:
        """How much more the unit reports than the details add up to, in 分."""
        return self.report.balance - self.sums.balance if self.report else None

    @property
    def message(self) -> str:
        """What does not agree, for people; empty when all does."""
        if self.report is None:
            return "本月未报送（含零报告）"
        parts = []
        if self.difference:
            said, found = to_yuan(self.report.balance), to_yuan(self.sums.balance)
            parts.append(f"总账 {said} 元与明细合计 {found} 元相差 {to_yuan(self.difference)} 元")
        if self.report.debts != self.sums.debts:
            parts.append(f"总账 {self.report.debts} 笔与明细 {self.sums.debts} 笔不符")
        return "；".join(parts)


def add_up(debts: Iterable[Debt]) -> Sums:
    """Add debts up; one that is paid in full is a debt no more."""
    known = list(debts)
    owed = [one for one in known if not one.judicial]
    return Sums(
        debts=sum(one.balance > 0 for one in owed),
        amount=sum(one.amount for one in owed),
        paid=sum(one.paid for one in owed),
        undisputed=sum(one.balance for one in owed if not one.disputed),
        disputed=sum(one.balance for one in owed if one.disputed),
        left_out=sum(one.judicial for one in known),
    )


def total_ledger(debts: Iterable[Debt], reports: Mapping[str, Total]) -> list[Line]:
    """Give a line for every unit that owes or has reported, by unit."""
    by_unit: dict[str, list[Debt]] = {unit: [] for unit in reports}
    for debt in debts:
        by_unit.setdefault(debt.unit, []).append(debt)
    return [Line(unit, add_up(by_unit[unit]), reports.get(unit)) for unit in sorted(by_unit)]
