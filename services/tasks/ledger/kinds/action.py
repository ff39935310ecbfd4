"""重点任务: a task of a plan document."""

from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.kinds.kind import Kind

KIND = Kind(id="action", word="重点任务", sign=Limit(2, Span.WORKDAYS))
