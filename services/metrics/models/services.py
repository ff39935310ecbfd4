"""Services 办件 as facts, and what follows from these: where each stands, and how many stand so."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import POSITION, Base, Code, Id
from shared.tables import UtcDateTime

ServiceId = String(200)


class Told:
    """A word on a service: kept as it was told, and the newest of those told up to an instant holds.

    Attributes:
        sequence: Its place in its stream.
        told_at: Business time of the event.
    """

    service_id: Mapped[str] = mapped_column(ServiceId, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    revision: Mapped[int]
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Placed:
    """Where and by whom a service was given: codes, empty where the source is silent."""

    source_id: Mapped[str] = mapped_column(Id)
    unit_code: Mapped[str] = mapped_column(Id)
    item_code: Mapped[str] = mapped_column(String(100))
    item_type: Mapped[str] = mapped_column(Code)
    region_code: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)
    place: Mapped[str] = mapped_column(Code)
    hall: Mapped[str] = mapped_column(Id)
    window_code: Mapped[str] = mapped_column(Id)
    clerk: Mapped[str] = mapped_column(Id)


class Service(Placed, Told, Base):
    """受理: a service as it was taken on, with what was promised."""

    __tablename__ = "service"

    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    promised: Mapped[int | None]
    promised_unit: Mapped[str | None] = mapped_column(Code)
    due_on: Mapped[date | None] = mapped_column(Date)


class ServicePause(Told, Base):
    """特别程序 or 补正 began."""

    __tablename__ = "service_pause"

    number: Mapped[int]
    reason: Mapped[str] = mapped_column(Code)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServiceResumption(Told, Base):
    """It ended."""

    __tablename__ = "service_resumption"

    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServiceCompletion(Told, Base):
    """办结."""

    __tablename__ = "service_completion"

    outcome: Mapped[str] = mapped_column(Code)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServiceTouched(Base):
    """A service of which something new was told, so that its standing is to be found anew."""

    __tablename__ = "service_touched"

    position: Mapped[int] = mapped_column(POSITION, primary_key=True, autoincrement=True)
    service_id: Mapped[str] = mapped_column(ServiceId)


class ServiceStanding(Placed, Base):
    """Where a service stands by its facts; a service of `ServiceTouched` may stand elsewhere by now.

    Attributes:
        state: `on_time`, `late`, `open`, `paused` or `undated`.
        day: The Shanghai day by which it is counted: that of 办结 or the last of the limit, whichever came first; of
            the pause's beginning while it is paused; of 受理 or 办结 where no limit is known.
        changed_at: When the last fact that it rests on was told.
    """

    __tablename__ = "service_standing"

    service_id: Mapped[str] = mapped_column(ServiceId, primary_key=True)
    state: Mapped[str] = mapped_column(Code)
    day: Mapped[date] = mapped_column(Date)
    accepted_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    completed_on: Mapped[date | None] = mapped_column(Date)
    provisional: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServiceCount(Base):
    """How many services stand in each state, by day and one of the dimensions `by`, as `RatingPlace` has them.

    Attributes:
        grain: As there.
        sort: Kind and state (`promised:on_time`); or `completed`, by the day of 办结.
    """

    __tablename__ = "service_count"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once.

    grain: Mapped[str] = mapped_column(Code, primary_key=True)
    by: Mapped[str] = mapped_column(Code, primary_key=True)
    unit_code: Mapped[str] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    sort: Mapped[str] = mapped_column(Code, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class ItemType(Base):
    """事项类型 under which services named an item; the first of them by code is the item's."""

    __tablename__ = "item_type"

    item_code: Mapped[str] = mapped_column(String(100), primary_key=True)
    item_type: Mapped[str] = mapped_column(Code, primary_key=True)
