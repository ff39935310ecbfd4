"""Hotline orders 工单 as facts: what came in, and every step that was told of it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import Base, Code, Id
from shared.tables import UtcDateTime

OrderId = String(200)


class Order(Base):
    """A word on what came in: kept as it was told, and the newest of those told up to an instant holds.

    Attributes:
        sequence: Its place in its stream.
        told_at: Business time of the event.
        category: All levels, joined; `category_1` is the widest of them.
        caller: A pseudonym of one source; empty for nobody known.
    """

    __tablename__ = "hotline_order"
    __table_args__ = (
        Index("ix_hotline_order_received_at", "received_at"),
        Index("ix_hotline_order_caller", "caller"),
    )

    order_id: Mapped[str] = mapped_column(OrderId, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    revision: Mapped[int]
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    source_id: Mapped[str] = mapped_column(Id)
    unit_code: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Code)
    category: Mapped[str] = mapped_column(String(400))
    category_1: Mapped[str] = mapped_column(String(200))
    region_code: Mapped[str] = mapped_column(Code)
    channel: Mapped[str] = mapped_column(Id)
    caller: Mapped[str] = mapped_column(String(200))
    repeats: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OrderStep(Base):
    """A step of an order; what its `kind` has no use for is empty.

    Attributes:
        kind: `opened`, `dispatched`, `contacted`, `returned`, `merged`, `answered`, `visited`, `excluded`, of the
            ledger; `recalled`, `revisited`, of the platform.
        sequence: Its place in the stream of its kind.
        at: When it was: as the platform says, else `told_at`.
        holds: About an office itself (`opened`); late (`contacted`, `answered`); granted (`returned`); reached
            (`visited`, `revisited`); excluded.
        word: Refusal, reason, what it was merged into, or whether the matter was resolved.
        hop: Of the dispatch.
        by: Who approved.
    """

    __tablename__ = "order_step"
    __table_args__ = (Index("ix_order_step_kind_at", "kind", "at"),)

    order_id: Mapped[str] = mapped_column(OrderId, primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    task_id: Mapped[str] = mapped_column(Id)
    unit_id: Mapped[str] = mapped_column(Id)
    holds: Mapped[bool]
    word: Mapped[str] = mapped_column(Id)
    level: Mapped[int | None]
    hop: Mapped[int | None]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))


class OrderKept(Base):
    """What an order counts as in every rate; found anew whenever something is told of it.

    Attributes:
        unit: Who has it: the unit that it was handed to last, or the code that the platform gave.
        received_us: Microseconds since 1970; both databases can subtract them.
        due_at: Limit of the last dispatch; with `worked` = `not_due` it tells what is overdue.
        worked, contacted, resolved: States as `OrderSort` names them; empty where there is nothing to say.
        excluded_by: Who approved that it counts in no rate.
    """

    __tablename__ = "order_fact"
    __table_args__ = (
        Index("ix_order_fact_received_day", "received_day"),
        Index("ix_order_fact_dispatched_day", "dispatched_day"),
    )

    order_id: Mapped[str] = mapped_column(OrderId, primary_key=True)
    source_id: Mapped[str] = mapped_column(Id)
    unit: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Code)
    category: Mapped[str] = mapped_column(String(400))
    category_1: Mapped[str] = mapped_column(String(200))
    region_code: Mapped[str] = mapped_column(Code)
    channel: Mapped[str] = mapped_column(Id)
    caller: Mapped[str] = mapped_column(String(200))
    repeats: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_us: Mapped[int] = mapped_column(BigInteger)
    received_day: Mapped[date] = mapped_column(Date)
    accepted: Mapped[str] = mapped_column(Code)
    recalled: Mapped[bool]
    merged: Mapped[bool]
    excluded: Mapped[bool]
    excluded_by: Mapped[str] = mapped_column(String(200))
    dispatched_day: Mapped[date | None] = mapped_column(Date)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_day: Mapped[date | None] = mapped_column(Date)
    worked: Mapped[str] = mapped_column(Code)
    contacted: Mapped[str] = mapped_column(Code)
    resolved_day: Mapped[date | None] = mapped_column(Date)
    resolved: Mapped[str] = mapped_column(Id)
    rated_day: Mapped[date | None] = mapped_column(Date)
    level: Mapped[int | None]
    about_office: Mapped[bool]


class OrderHop(Base):
    """A dispatch of an order: to whom, on which day, and whether it was given back (`returned`) or not (`kept`)."""

    __tablename__ = "order_hop"
    __table_args__ = (Index("ix_order_hop_day", "day"),)

    order_id: Mapped[str] = mapped_column(OrderId, primary_key=True)
    hop: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit: Mapped[str] = mapped_column(Id)
    day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(Code)


class OrderStale(Base):
    """An order that was there before it was kept what orders count as."""

    __tablename__ = "order_stale"

    order_id: Mapped[str] = mapped_column(OrderId, primary_key=True)
