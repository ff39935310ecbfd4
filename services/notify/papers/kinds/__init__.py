"""The kinds of papers, a file each; a new kind is a new file and a row here."""

from collections.abc import Mapping

from services.notify.papers.kinds import monthly, quarterly, weekly
from services.notify.papers.kinds.kind import PaperKind

KINDS: Mapping[str, PaperKind] = {one.id: one for one in (weekly.KIND, monthly.KIND, quarterly.KIND)}
