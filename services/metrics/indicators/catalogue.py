"""The catalogue as data: the frame 18+5, which measure stands for a target of a name and unit, and what is usual.

Invariant: a target that no row of `bindings.json` names is reported, never measured; nothing is guessed from wording
but the range of a growth, which the one list below names.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.metrics.indicators.domain import Setting
from services.metrics.indicators.domain_periods import STALE_AFTER
from shared.errors import Invalid

FRAME, BINDINGS = (Path(__file__).with_name(name) for name in ("frame.json", "bindings.json"))
PERCENT = "%"
GROWTH = ("增长", "增速", "提升", "同比", "压降", "压缩")  # These may be above 100 % or below 0.
HUNDRED = Decimal(100)
CADENCES = ("month", "quarter", "half", "year", "once")


class FrameRow(BaseModel):
    """An indicator of the frame: 国家 18 or 省 5.

    Attributes:
        plans: The plans of which it is the sum; none where no plan was issued for it.
        owner: Name of the unit, and `basis` how that was found.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    level: Literal["national", "provincial"]
    direction: Literal["higher", "lower"]
    unit: str
    plans: tuple[str, ...]
    owner: str
    basis: str


@cache
def frame() -> tuple[FrameRow, ...]:
    """Read the frame."""
    return tuple(FrameRow.model_validate(row) for row in json.loads(FRAME.read_text("utf-8")))


@cache
def frame_of_plans() -> Mapping[str, str]:
    """Give the code of the frame of each plan."""
    return {plan: row.code for row in frame() for plan in row.plans}


@cache
def bindings() -> Mapping[tuple[str, str], str]:
    """Read which measure stands for a target of this name and unit."""
    rows = json.loads(BINDINGS.read_text("utf-8"))
    return {(name, unit): row["measure"] for row in rows for name in row["names"] for unit in row["units"]}


def usual(name: str, unit: str, cadence: str, owner: str) -> Setting:
    """Give what holds of an indicator unless planners set it otherwise."""
    lowest, highest = Decimal(0), None
    if unit == PERCENT:
        grows = any(word in name for word in GROWTH)
        lowest, highest = (-HUNDRED, None) if grows else (Decimal(0), HUNDRED)
    return Setting(owner, STALE_AFTER[cadence], lowest=lowest, highest=highest, cadence=cadence)


class Changes(BaseModel):
    """What planners set of an indicator; what is left out is as the catalogue says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str | None = None
    stale_after: int | None = None
    jump: int | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    cadence: Literal["month", "quarter", "half", "year", "once"] | None = None
    grace: int | None = None


def check_changes(changes: Changes) -> None:
    """Pass when the numbers can be.

    Raises:
        Invalid: One can't.
    """
    bounds = {"stale_after": (1, 1000), "jump": (1, 100_000), "grace": (0, 180)}
    for name, (least, most) in bounds.items():
        value = getattr(changes, name)
        if value is not None and not least <= value <= most:
            message = f"{name} 的取值 {value} 超出范围，请填 {least} 至 {most}"
            raise Invalid(message, code="indicator.setting", field=name)
    if changes.lowest is not None and changes.highest is not None and changes.lowest > changes.highest:
        message = f"lowest 的取值 {changes.lowest} 大于 highest 的取值 {changes.highest}，请交换"
        raise Invalid(message, code="indicator.setting", field="lowest")
