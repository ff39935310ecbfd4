"""问题 of the problem list 问题清单: has an owner, a measure and a date, and is struck off 销号 on evidence alone."""

from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.kinds.kind import DISPATCH, Kind

KIND = Kind(
    id="problem",
    registry="/problems",
    word="问题",
    closed_word="销号",
    sign=Limit(1, Span.WORKDAYS),
    finish=Limit(20, Span.WORKDAYS),
    evidence=True,
    steps=(DISPATCH,),  # A late 办件 of a code that nobody knows has no unit at first.
)
