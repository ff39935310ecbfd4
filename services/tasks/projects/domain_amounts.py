"""Amounts of money of projects: decimals in 亿元 everywhere, at most four places, never binary fractions."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from shared.errors import Invalid

PLACES = 4  # 0.0001 亿元 = 1 万元.
LARGEST = Decimal(1_000_000)
ZERO = Decimal("0.00")


def check_amount(amount: Decimal, field: str) -> None:
    """Pass for an amount in 亿元 that is not negative and has at most four places.

    Raises:
        Invalid: It is something else.
    """
    places = -int(amount.as_tuple().exponent) if amount.is_finite() else PLACES + 1
    if places > PLACES or not 0 <= amount <= LARGEST:
        message = f"{field} 的金额 {amount} 无效：单位为亿元，不小于 0，最多 {PLACES} 位小数"
        raise Invalid(message, code="project.amount_invalid", field=field)


def check_months(months: Sequence[Decimal], annual: Decimal) -> None:
    """Pass when monthly targets are missing, or twelve that never fall and end at the plan of the year.

    Raises:
        Invalid: They are something else.
    """
    for amount in months:
        check_amount(amount, "months")
    if not months:
        return
    grows = all(earlier <= later for earlier, later in pairwise(months))
    if len(months) != 12 or not grows or months[-1] != annual:
        message = f"各月目标（months）须为 12 个逐月累计、只增不减的数，末月等于年度计划投资 {annual}"
        raise Invalid(message, code="project.months_invalid", field="months")


def shown(amount: Decimal) -> Decimal:
    """Give an amount with two to four places, as many as it needs."""
    fine = amount.quantize(Decimal(1).scaleb(-PLACES))
    for places in (2, 3):
        if fine == (coarse := fine.quantize(Decimal(1).scaleb(-places))):
            return coarse
    return fine


@dataclass(frozen=True, slots=True)
class Share:
    """A share with both its numbers; `percent` (two places) is None where there is nothing to share."""

    numerator: Decimal
    denominator: Decimal

    @property
    def percent(self) -> Decimal | None:
        """The share in %."""
        if not self.denominator:
            return None
        return (self.numerator * 100 / self.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
