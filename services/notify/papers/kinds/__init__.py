"""The kinds of papers, a file each; a new kind is a new file and a row here."""

from collections.abc import Mapping

from services.notify.papers.kinds import (
    hotline_daily,
    hotline_monthly,
    hotline_weekly,
    monthly,
    quarterly,
    ratings_monthly,
    weekly,
)
from services.notify.papers.kinds.kind import PaperKind

_ALL = (weekly, monthly, quarterly, hotline_daily, hotline_weekly, hotline_monthly, ratings_monthly)
KINDS: Mapping[str, PaperKind] = {one.KIND.id: one.KIND for one in _ALL}
