"""Which row of the dispatch directory 派单目录 decides: the most specific one that holds on the day.

Invariant: the same directory, codes and day give the same unit, whatever the order of the rows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.errors import Invalid

Purpose = Literal["service", "approval"]
SERVICE: Purpose = "service"  # Bad ratings and late 办件: who answers for what was done.
APPROVAL: Purpose = "approval"  # Results of approvals: who supervises what was approved.
BY_CODE = "code"  # Where no row fits, the unit of the code answers.
_DIGITS = re.compile(r"\d{2,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row: an empty item, code or region stands for any.

    Attributes:
        item: Prefix of the item's code.
        region: Prefix of the region's code, without the zeros that only fill it up.
        ends_on: Its last day; None for no end.
        purpose: Rows of one purpose say nothing about another.
    """

    id: str = ""
    purpose: Purpose = SERVICE
    item: str = ""
    unit_code: str = ""
    region: str = ""
    unit_id: str
    starts_on: date
    ends_on: date | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about."""
        return self.item, self.unit_code, self.region

    def fits(self, wanted: "Wanted") -> bool:
        """Tell whether it decides about something on its day."""
        holds = self.starts_on <= wanted.on and (self.ends_on is None or wanted.on <= self.ends_on)
        return (
            holds
            and self.purpose == wanted.purpose
            and wanted.item_code.startswith(self.item)
            and self.unit_code in {"", wanted.unit_code}
            and region_prefix(wanted.region_code).startswith(self.region)
        )

    @property
    def weight(self) -> tuple[int, int, int, date, str]:
        """Order by how specific it is: the item first, then the code, then the region; then the later one."""
        return len(self.item), len(self.unit_code), len(self.region), self.starts_on, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be dispatched, and on which Shanghai day."""

    item_code: str
    unit_code: str
    region_code: str
    on: date
    purpose: Purpose = SERVICE


@dataclass(frozen=True, slots=True)
class Found:
    """The unit that answers, and by which row; `by` is `code` for the unit of the code, empty for nobody."""

    unit_id: str | None
    by: str


def choose(rules: Iterable[Rule], wanted: Wanted, unit_of_code: str | None) -> Found:
    """Find who answers: the most specific row, else the unit of the code, else nobody."""
    fitting = [rule for rule in rules if rule.fits(wanted)]
    if fitting:
        best = max(fitting, key=lambda rule: rule.weight)
        return Found(best.unit_id, best.id)
    return Found(unit_of_code, BY_CODE if unit_of_code else "")


def region_prefix(code: str) -> str:
    """Give a region's code of 6, 9 or 12 digits without the pairs of zeros that only fill it up (GB/T 2260)."""
    flat = code.strip()
    while len(flat) > 2 and flat.endswith("00"):
        flat = flat[:-2]
    return flat


def check_rule(rule: Rule) -> Rule:
    """Give a row with its region in one shape.

    Raises:
        Invalid: It is about nothing, its region is no code, or it ends before it begins.
    """
    if not any(rule.key):
        message = "派单目录的行须至少填写事项编码前缀（item）、单位代码（unit_code）或区划前缀（region）之一"
        raise Invalid(message, code="dispatch.empty", field="item")
    if rule.region and not _DIGITS.fullmatch(rule.region):
        message = f"区划前缀 {rule.region} 无效，请填 2–12 位数字"
        raise Invalid(message, code="dispatch.region", field="region")
    if rule.ends_on is not None and rule.ends_on < rule.starts_on:
        message = f"终止日 {rule.ends_on} 早于起始日 {rule.starts_on}，请核对"
        raise Invalid(message, code="dispatch.dates", field="ends_on")
    return Rule(
        id=rule.id,
        purpose=rule.purpose,
        item=rule.item.strip(),
        unit_code=rule.unit_code.strip().upper(),
        region=region_prefix(rule.region) if rule.region else "",
        unit_id=rule.unit_id,
        starts_on=rule.starts_on,
        ends_on=rule.ends_on,
    )


def cut_short(old: Rule, new: Rule) -> date | None:
    """Give the day on which an older row about the same ends since a new one begins; None where they don't meet."""
    meets = old.starts_on < new.starts_on and (old.ends_on is None or old.ends_on >= new.starts_on)
    return new.starts_on - timedelta(days=1) if meets else None
