"""欠款: one debt to a small or medium enterprise; its amounts stand in the ledger of `services.tasks.arrears`."""

from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.kinds.kind import Kind

KIND = Kind(
    id="arrears",
    registry="/arrears",
    word="拖欠账款",
    closed_word="销号",
    sign=Limit(1, Span.WORKDAYS),
    finish=Limit(60, Span.DAYS),  # 还款计划原则上不得超过60天.
    evidence=True,
)
