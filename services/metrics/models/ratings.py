"""Ratings 评价 as facts, their counts rolled up, and what is kept of bad ones alone."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import POSITION, Base, Code, Id
from shared.tables import UtcDateTime


class Rating(Base):
    """A rating 评价: counted once, whatever arrives twice. `day` is the Shanghai day of `rated_at`.

    `received_at` is the business time at which the gateway took it; the codes are empty where the source is silent.
    """

    __tablename__ = "rating"

    position: Mapped[int] = mapped_column(POSITION, primary_key=True, autoincrement=True)
    rating_id: Mapped[str] = mapped_column(String(200), unique=True)
    unit_code: Mapped[str] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(Code)
    level: Mapped[int]
    is_default: Mapped[bool]
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date] = mapped_column(Date)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    source_id: Mapped[str] = mapped_column(Id)
    additional: Mapped[bool]
    item_code: Mapped[str] = mapped_column(String(100))
    region_code: Mapped[str] = mapped_column(Code)
    hall: Mapped[str] = mapped_column(Id)
    window_code: Mapped[str] = mapped_column(Id)
    clerk: Mapped[str] = mapped_column(Id)


class RatingTotal(Base):
    """How many ratings up to `RatingRoll.counted_to` there are of each sort, all days together."""

    __tablename__ = "rating_total"

    unit_code: Mapped[str] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(Code, primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_default: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class RatingDay(Base):
    """The same by day, for questions about a span of days."""

    __tablename__ = "rating_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    unit_code: Mapped[str] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(Code, primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_default: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class RatingRoll(Base):
    """Up to which position the ratings are counted: `ratings` in totals and days, `places` by dimension.

    For `services` it only counts the rolls, so that a reader knows that none came in between.
    """

    __tablename__ = "rating_roll"

    name: Mapped[str] = mapped_column(Code, primary_key=True)
    counted_to: Mapped[int] = mapped_column(BigInteger)


class RatingPlace(Base):
    """How many ratings of each sort up to the roll `places` there are by day and one of the dimensions `by`.

    Attributes:
        grain: `day`, or `month`: then `day` is its first; a year is read by months.
        by: `unit` (then `key` is empty), `channel`, `hall`, `window`, `clerk`, `item`, `region` or `source`.
        key: The code in that dimension; empty where the source does not say.
        additional: 追加评价: not the first rating of its service.
    """

    __tablename__ = "rating_place"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once.

    grain: Mapped[str] = mapped_column(Code, primary_key=True)
    by: Mapped[str] = mapped_column(Code, primary_key=True)
    unit_code: Mapped[str] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_default: Mapped[bool] = mapped_column(primary_key=True)
    additional: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class BadRating(Base):
    """What is kept of bad ratings 差评 alone, which are few: who gives them is known, and why."""

    __tablename__ = "bad_rating"

    rating_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    is_named: Mapped[bool]
    reasons: Mapped[str] = mapped_column(Text)


class RectificationStep(Base):
    """A step of a rectification 差评整改, or a reopening of any task; one never changes.

    Attributes:
        kind: `opened`, `judged`, `rectified`, `replied`, `called_back` or `reopened`.
        told_at: Business time of the event.
        holds: What the step says yes or no to: `judged` whether the rating stands, `rectified` whether it was late,
            `called_back` whether the rater was reached, `opened` whether a 回访 is owed.
        word: The verdict, or how it was put right.
        level: Of the rating, or of the new one.
        unit_id: Of the unit that has to rectify.
        by: Who approved, where that is known: account ids with commas.
    """

    __tablename__ = "rectification_step"
    __table_args__ = (Index("ix_rectification_step_kind", "kind"),)

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(Code)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rating_id: Mapped[str] = mapped_column(String(200))
    holds: Mapped[bool]
    word: Mapped[str] = mapped_column(Code)
    level: Mapped[int | None]
    is_named: Mapped[bool]
    unit_id: Mapped[str] = mapped_column(Id)
    by: Mapped[str] = mapped_column(String(200))
