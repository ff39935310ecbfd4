"""Contacts: people, the ways to reach them, the mailboxes that they read, their absences. Days are business days.

Names and addresses are personal data: they stay in these tables, and reach no event, log or metric.
"""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import ID, Base


class PersonRow(Base):
    """A person who is told."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class PersonRouteRow(Base):
    """A way to reach a person; `place` 0 is tried first."""

    __tablename__ = "person_routes"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(300))


class PostRow(Base):
    """That a person reads a mailbox from a day to another; both days count, none is open.

    Attributes:
        mailbox: `<unit>` for its 联络员, `<unit>/officer` 责任人, `<unit>/leader` 责任领导, `<unit>/overseer`
            分管领导, or `supervision-office`.
    """

    __tablename__ = "posts"
    __table_args__ = (Index("ix_posts_person", "person_id"),)

    mailbox: Mapped[str] = mapped_column(ID, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    until_day: Mapped[date | None]


class LeaveRow(Base):
    """That a person is away from a day to another, both included, and who stands in."""

    __tablename__ = "leaves"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    until_day: Mapped[date]
    deputy_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
