"""Tables of summaries of the ledger.

Invariant: a version of a period is compiled once, by the unique key.
"""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class SummaryRow(Base):
    """That the ledger was summed up for a period, as of `as_of`.

    One without tasks is kept, so that nobody asks again, and not published. `paper_state` and `paper_number` are
    those of the paper that came of it, as the feed `deadlines` says.
    """

    __tablename__ = "summary"
    __table_args__ = (UniqueConstraint("kind", "period", "version", name="uq_summary_period"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    period: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    as_of: Mapped[datetime]
    compiled_at: Mapped[datetime]
    by: Mapped[str]
    tasks: Mapped[int]
    paper_state: Mapped[str | None] = mapped_column(String(16))
    paper_number: Mapped[str | None]


class SummaryKindRow(Base):
    """Whether a kind of summary is compiled at its times; a kind without a row is."""

    __tablename__ = "summary_kind"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    active: Mapped[bool]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
