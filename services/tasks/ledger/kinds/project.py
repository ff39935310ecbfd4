"""重点项目: a project of the yearly list; its batch, nodes and investment stand in `services.tasks.projects`."""

from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.kinds.kind import Kind

KIND = Kind(id="project", word="重点项目", sign=Limit(2, Span.WORKDAYS), evidence=True, registry="/projects")
