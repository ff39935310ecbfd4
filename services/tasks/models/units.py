"""Tables of units, the names that documents print for them, and their posts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class UnitRow(Base):
    """A unit 单位 under its canonical name; a collective (各相关部门) has no members of its own.

    One that was merged has a day on which it ended, and the id of its successor.
    """

    __tablename__ = "unit"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    collective: Mapped[bool]
    revision: Mapped[int]
    ended_on: Mapped[date | None]
    successor: Mapped[str | None] = mapped_column(ID)


class AliasRow(Base):
    """A name as documents print it; people edit which unit it means."""

    __tablename__ = "unit_alias"
    alias: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), index=True)


class UnitNameRow(Base):
    """What a unit was called from an instant on; the past is shown with the names of its time."""

    __tablename__ = "unit_name"
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    name: Mapped[str]


class UnitChangeRow(Base):
    """An order about a unit: renaming, merging or handing over, from a day on."""

    __tablename__ = "unit_change"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"))
    to_unit: Mapped[str | None] = mapped_column(ID, ForeignKey("unit.id"))
    name: Mapped[str | None]
    tasks: Mapped[list[str]]
    effective_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(16), index=True)
    reason: Mapped[str]
    ordered_by: Mapped[str]
    ordered_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class PersonRow(Base):
    """A post at a unit (责任领导, 责任人, 联络员); names and numbers stay in the gateway's vault."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), index=True)
    post: Mapped[str] = mapped_column(String(64))
