"""批示、会议议定、上级交办事项: what no plan names, with its source and its paper's number."""

from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.kinds.kind import Kind

KIND = Kind(
    id="instruction",
    word="批示交办事项",
    closed_word="办结",
    sign=Limit(1, Span.WORKDAYS),
    finish=Limit(15, Span.WORKDAYS),
    evidence=True,
)
