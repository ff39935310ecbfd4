"""工程审批超期件、问题件: cases of the approval platform that are supervised at once, to be done within a limit."""

from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.kinds.field import Field
from services.tasks.ledger.kinds.kind import Kind

KIND = Kind(
    id="approval",
    word="工程审批督办件",
    closed_word="办结",
    sign=Limit(1, Span.WORKDAYS),
    finish=Limit(5, Span.WORKDAYS),  # 限时办结; the plan says no number of days.
    fields=(
        Field(name="case", word="办件编号", required=True),
        Field(name="project", word="项目代码"),
        Field(name="stage", word="审批环节"),
    ),
)
