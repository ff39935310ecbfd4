"""Papers 公文 and the instructions 批示 on them.

Invariant: a released paper keeps its bytes; no number is given twice, not even after a withdrawal.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import ID, Base
from shared.tables import UtcDateTime


class PaperRow(Base):
    """A paper: its content as drafted, and what became of it.

    Attributes:
        summary_id: The summary that it is made from; the paper has the same id.
        content: A `Content`, as JSON.
        next_steps: The one section that people edit.
        signer: Post of who signed the release.
        dated_on: 成文日期: the day of the release, of the draft before.
        sha256: Of the docx, as it stood when it was last written.
        docx: The bytes of a released paper; a draft is written anew each time. So with `xlsx`.
        anchor_position: Where the archive stood at the last anchor before the release 存证, with `anchor_hash`.
        over_at: When it was withdrawn or gave way to a newer draft; `over_by` is empty for the latter.
    """

    __tablename__ = "papers"
    __table_args__ = (
        UniqueConstraint("number", name="uq_papers_number"),
        Index("ix_papers_kind", "kind", "period", "version"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    period: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    summary_id: Mapped[str] = mapped_column(ID)
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    next_steps: Mapped[list[str]] = mapped_column(JSON)
    issuer: Mapped[str] = mapped_column(String(100))
    number: Mapped[str | None] = mapped_column(String(64))
    signer: Mapped[str] = mapped_column(String(100))
    dated_on: Mapped[date]
    sha256: Mapped[str] = mapped_column(String(64))
    docx: Mapped[bytes | None] = mapped_column(LargeBinary)
    xlsx: Mapped[bytes | None] = mapped_column(LargeBinary)
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by: Mapped[str] = mapped_column(String(100))
    over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    over_by: Mapped[str] = mapped_column(String(100))
    over_reason: Mapped[str] = mapped_column(Text)
    anchor_position: Mapped[int | None] = mapped_column(BigInteger)
    anchor_hash: Mapped[str | None] = mapped_column(String(64))


class AnchorRow(Base):
    """Where the archive's chain of hashes stood when a day began, as the gateway told it; `hash` in hexadecimal."""

    __tablename__ = "anchors"

    day: Mapped[date] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class InstructionRow(Base):
    """A leader's instruction 批示 on a paper, entered on the leader's behalf.

    Attributes:
        given_by: Post of the leader.
        text: What it says; it stays here, no event has it.
        units: Who is to act, the first of them leads.
        attachment_id: Its scan.
    """

    __tablename__ = "paper_instructions"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    paper_id: Mapped[str] = mapped_column(ID, ForeignKey("papers.id"), index=True)
    given_by: Mapped[str] = mapped_column(String(100))
    given_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    units: Mapped[list[str]] = mapped_column(JSON)
    due_on: Mapped[date | None]
    attachment_id: Mapped[str | None] = mapped_column(ID)
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
