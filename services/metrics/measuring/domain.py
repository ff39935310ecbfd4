"""What a measure is asked and what it answers: a value that says how it was counted, and the facts behind it.

Invariant: a measure is a pure function of the facts that were told at or before `as_of`; asked twice, it answers the
same, whatever was told later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

MeasureUnit = Literal["%", "件", "次", "分", "日"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a measure is asked about.

    Attributes:
        as_of: Business time: facts told later do not count.
        unit_id: The unit that answers for the facts; None for all.
        plan_id: The plan; None for all.
        first, last: Shanghai days, both of which belong to it; None does not restrict.
        left_out: Subjects that an approved exemption 容错 takes out, with the number of its approval.
        live: Whether `as_of` is the present: then counts that are kept up answer, and nothing is read row by row.
    """

    as_of: datetime
    unit_id: str | None = None
    plan_id: str | None = None
    first: date | None = None
    last: date | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    live: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measure answers.

    Attributes:
        value: In `unit`; None when it may not be read, and `why` says so (样本不足, 没有数据).
        why: 已测量, or why there is no value.
        numerator: Of a count, the count itself; its denominator is the facts that were looked at.
        minimum: Denominator below which there is no value.
        exclusions: What was left out of numerator and denominator, by reason.
    """

    measure: str
    version: int
    unit: MeasureUnit
    value: Decimal | None
    why: str
    numerator: int
    denominator: int
    minimum: int
    exclusions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """A fact behind a measure.

    Attributes:
        subject: Id of the task, rating, service or order; of a dispatch the order's with its hop (`o1#0002`).
        part: Whether it counts in the numerator, in the denominator alone, or is left out for `reason`.
        stream: The feed that told it last, and `sequence` its place there: the event is found by them. A rating is told
            once, under its id, so 0 stands for its place.
    """

    subject: str
    part: Literal["numerator", "denominator", "excluded"]
    reason: str
    told_at: datetime
    stream: str
    sequence: int
