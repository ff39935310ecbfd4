"""Decisions of assessment: schemes, judges' scores, periods with their runs and scores, appeals and exemptions.

Invariant: these rows are no facts that events could tell again; they are only ever added to, but for the state of a
period, an appeal and an exemption. Amounts are decimals as text, so that no database rounds them.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import POSITION, Base, Code, Id
from shared.tables import UtcDateTime

Text = String(2000)
Amount = String(24)
Hash = String(64)


class SchemeRow(Base):
    """A version of a scheme; one never changes."""

    __tablename__ = "assessment_scheme"

    scheme: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    valid_from: Mapped[date] = mapped_column(Date)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(Id)
    why: Mapped[str] = mapped_column(Text)


class ObservationRow(Base):
    """A judge's score of a unit on an observation day; the newest entry of a judge, day and unit counts."""

    __tablename__ = "observation_score"
    __table_args__ = (Index("ix_observation_score_unit_day", "unit_id", "day"),)

    number: Mapped[int] = mapped_column(POSITION, primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    judge: Mapped[str] = mapped_column(Id)
    unit_id: Mapped[str] = mapped_column(Id)
    points: Mapped[str] = mapped_column(Amount)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[str] = mapped_column(Id)
    why: Mapped[str] = mapped_column(Text)


class PeriodRow(Base):
    """A period of a scheme; `run` is the one that counts, nought before the first preview."""

    __tablename__ = "assessment_period"

    period_id: Mapped[str] = mapped_column(Id, primary_key=True)
    scheme: Mapped[str] = mapped_column(Id)
    label: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(Code)
    run: Mapped[int]
    revision: Mapped[int]
    appeals_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(Id)
    final_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    final_by: Mapped[str | None] = mapped_column(Id)


class RunRow(Base):
    """A run of a period's scoring, with everything that it was counted from; one never changes.

    `cursors` are the sequences up to which each stream had been taken in; `corrections` what later facts would change
    in the period before; `reference` the appeal that it came from.
    """

    __tablename__ = "assessment_run"

    period_id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Code)
    before: Mapped[int]
    scheme_version: Mapped[int]
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    archive_position: Mapped[int] = mapped_column(BigInteger)
    archive_hash: Mapped[str] = mapped_column(Hash)
    cursors: Mapped[dict[str, int]] = mapped_column(JSON)
    corrections: Mapped[list[Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(Hash)
    reference: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(Id)
    why: Mapped[str] = mapped_column(Text)


class ScoreRow(Base):
    """The score of a unit in a run, with its rank; one never changes."""

    __tablename__ = "assessment_score"

    period_id: Mapped[str] = mapped_column(Id, primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    rank: Mapped[int | None]
    ranked: Mapped[int]
    from_bottom: Mapped[int | None]
    unranked: Mapped[str] = mapped_column(Code)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class AppealRow(Base):
    """An appeal of a unit against a line of its score."""

    __tablename__ = "assessment_appeal"
    __table_args__ = (Index("ix_assessment_appeal_period", "period_id", "state"),)

    appeal_id: Mapped[str] = mapped_column(Id, primary_key=True)
    period_id: Mapped[str] = mapped_column(Id)
    run: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id)
    line: Mapped[str] = mapped_column(Id)
    subjects: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filed_by: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(Code)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id)
    decision: Mapped[str] = mapped_column(Text)
    new_run: Mapped[int | None]


class ExemptionRow(Base):
    """An exemption 容错 of a case: asked for, then approved or refused by another."""

    __tablename__ = "assessment_exemption"
    __table_args__ = (Index("ix_assessment_exemption_unit", "unit_id", "state"),)

    exemption_id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id)
    subject: Mapped[str] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Code)
    text: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requested_by: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(Code)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id)
    decision: Mapped[str] = mapped_column(Text)


class ListRow(Base):
    """A list of units drawn from final scores: a draft until a named person releases it."""

    __tablename__ = "assessment_list"

    list_id: Mapped[str] = mapped_column(Id, primary_key=True)
    period_id: Mapped[str] = mapped_column(Id, index=True)
    run: Mapped[int]
    code: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(300))
    entries: Mapped[list[Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(Code)
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drafted_by: Mapped[str] = mapped_column(Id)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by: Mapped[str | None] = mapped_column(Id)
    post: Mapped[str] = mapped_column(String(100))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(Id)
    why: Mapped[str] = mapped_column(Text)


class RecordRow(Base):
    """An entry in a performance record 干部实绩档案, about a person at a unit in a period."""

    __tablename__ = "performance_record"

    record_id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, index=True)
    unit_id: Mapped[str] = mapped_column(Id)
    period_id: Mapped[str] = mapped_column(Id)
    run: Mapped[int]
    post: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(Code)
    objection: Mapped[str] = mapped_column(Text)
    objected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id)
