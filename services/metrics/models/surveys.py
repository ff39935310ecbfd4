"""Surveys 测评: what is asked, one-time tokens, sealed envelopes, and the slips that left them.

Invariants: no row of a token, an envelope or a slip has a time, a number or the key of another; each has a random key
and lies in the order of these, so that neither what a row holds nor where it lies says when it came. An envelope is
sealed with a key that no database holds. What was said about one subject never stands with what the same person said
about another: that a unit leaves itself out would name it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import Base, Code, Id
from shared.tables import UtcDateTime

# SQLite then keeps the rows in the order of their keys, and has no number for each.
BY_KEY = {"sqlite_with_rowid": False}


class SurveyRow(Base):
    """A survey; `content` is a `Sheet`, `seal` tells the key of its envelopes from others and nothing else of it."""

    __tablename__ = "survey"

    survey_id: Mapped[str] = mapped_column(Id, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(Code)
    seal: Mapped[str] = mapped_column(Code)
    revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Id)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_by: Mapped[str | None] = mapped_column(Id)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(Id)


class SurveyGroupRow(Base):
    """A group of those who are asked: how many tokens were given out, and what became of the answers.

    `counted` sheets left in batches; `unread` ones were destroyed sealed, since the group had too few; `spoilt` ones
    could not be opened. `answered` is set when the survey closes; until then tokens tell it.
    """

    __tablename__ = "survey_group"

    survey_id: Mapped[str] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(Id, primary_key=True)
    invited: Mapped[int]
    answered: Mapped[int]
    counted: Mapped[int]
    unread: Mapped[int]
    spoilt: Mapped[int]


class SurveyTokenRow(Base):
    """A token by its hash; it is spent, or not: when is not kept."""

    __tablename__ = "survey_token"
    __table_args__ = (Index("ix_survey_token_group", "survey_id", "group_code", "spent"), BY_KEY)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    survey_id: Mapped[str] = mapped_column(Id)
    group_code: Mapped[str] = mapped_column(Id)
    spent: Mapped[bool]


class SurveyEnvelopeRow(Base):
    """A sealed sheet that waits for others; all of one survey have the same length."""

    __tablename__ = "survey_envelope"
    __table_args__ = (Index("ix_survey_envelope_group", "survey_id", "group_code"), BY_KEY)

    envelope_key: Mapped[str] = mapped_column(Id, primary_key=True)
    survey_id: Mapped[str] = mapped_column(Id)
    group_code: Mapped[str] = mapped_column(Id)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SurveySlipRow(Base):
    """One value that somebody of a group gave one subject in one question; whose other slips are unknown."""

    __tablename__ = "survey_slip"
    __table_args__ = (Index("ix_survey_slip_subject", "survey_id", "subject"), BY_KEY)

    slip_key: Mapped[str] = mapped_column(Id, primary_key=True)
    survey_id: Mapped[str] = mapped_column(Id)
    group_code: Mapped[str] = mapped_column(Id)
    subject: Mapped[str] = mapped_column(Id)
    question: Mapped[str] = mapped_column(Id)
    value: Mapped[int]
