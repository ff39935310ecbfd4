"""What makes a kind of paper: its words, what it is made from, and how its content is written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.notify.papers.domain_content import Content
from services.notify.papers.domain_words import Names
from shared.events.feed_summaries import FeedSummaryCompiled
from shared.events.summaries import SummaryCompiled

Summary = SummaryCompiled | FeedSummaryCompiled
Write = Callable[[Any, Names], Content]  # A kind writes of its own sort of summary.


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """A kind of paper: a row of data.

    Attributes:
        id: Also the kind of the summary that it is made from.
        word: What people call it.
        write: Writes the content.
        lines: How many lines the section of what comes next may have; 0 for any number.
    """

    id: str
    word: str
    write: Write
    lines: int = 0
