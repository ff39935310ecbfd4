"""考核: values of indicators 指标 as they were reported, and those that were not. They stand in the feed `assessment`.

Ids, codes and numbers only: what people wrote about a value stays with services/metrics, which owns these.
"""

from datetime import date
from typing import ClassVar

from shared.events.envelope import Event


class IndicatorReported(Event):
    """指标报送: a value of an indicator as of the end of the day `on`; a correction names the value it replaces.

    `value` is a decimal number in the indicator's `unit`; `evidence` are ids of attachments. `unit_id` is the unit that
    it is the word of, which a planner may give in its stead.
    """

    type: ClassVar[str] = "cn.duban.assessment.indicator.reported.v1"
    subject_field: ClassVar[str] = "indicator_id"
    indicator_id: str
    value_id: str
    value: str
    unit: str
    on: date
    note: str = ""
    evidence: tuple[str, ...] = ()
    corrects: str | None = None
    unit_id: str = ""
    by: str = ""


class IndicatorMissed(Event):
    """未按时报送: no value of `period` (`2023-Q2`) was there at the end of its due day; told once."""

    type: ClassVar[str] = "cn.duban.assessment.indicator.missed.v1"
    subject_field: ClassVar[str] = "indicator_id"
    indicator_id: str
    period: str
    due_on: date
    unit_id: str = ""
