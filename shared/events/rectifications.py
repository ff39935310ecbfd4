"""督办: what came of a bad rating 差评整改. A part of the feed `supervision`. Owner: services/tasks.

The task of kind `rectification` has its own events of lifecycle beside these. What people wrote and said stays out.
"""

from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event


class RectificationEvent(Event):
    """A step of the rectification 差评整改 of one rating."""

    subject_field: ClassVar[str] = "task_id"
    task_id: str
    rating_id: str


class RectificationOpened(RectificationEvent):
    """A bad rating became a task; `call_back` says whether a 回访 is owed (always where `is_named`).

    Without `unit_id` nobody could be found, and a supervisor dispatches it.
    """

    type: ClassVar[str] = "cn.duban.supervision.rectification.opened.v1"
    unit_id: str | None = None
    level: int = Field(ge=1, le=2)
    is_named: bool
    call_back: bool


class RectificationJudged(RectificationEvent):
    """核实: two persons found the rating founded 属实合理, without a legal basis, malicious 恶意 or mistaken 误评.

    A rating that does not `stand` counts in no rate; an appeal can change it, with a later event.
    """

    type: ClassVar[str] = "cn.duban.supervision.rectification.judged.v1"
    verdict: Literal["founded", "unreasonable", "malicious", "mistaken"]
    stands: bool


class RectificationRectified(RectificationEvent):
    """整改: what was wrong is put right, at once 立行立改 or with a 台账; `late` beyond its limit."""

    type: ClassVar[str] = "cn.duban.supervision.rectification.rectified.v1"
    mode: Literal["at_once", "ledger"]
    late: bool


class RectificationReplied(RectificationEvent):
    """回复: the rater got an answer."""

    type: ClassVar[str] = "cn.duban.supervision.rectification.replied.v1"


class RectificationCalledBack(RectificationEvent):
    """回访: somebody not of the rated unit asked the rater again; `level` is the new rating where one was given."""

    type: ClassVar[str] = "cn.duban.supervision.rectification.called_back.v1"
    attempt: int = Field(ge=1)
    reached: bool
    level: int | None = Field(default=None, ge=1, le=5)
