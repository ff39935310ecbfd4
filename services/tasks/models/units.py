"""Tables of units, the names that documents print for them, and their posts."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class UnitRow(Base):
    """A unit 单位 under its canonical name; a collective (各相关部门) has no members of its own."""

    __tablename__ = "unit"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    collective: Mapped[bool]
    revision: Mapped[int]


class AliasRow(Base):
    """A name as documents print it; people edit which unit it means."""

    __tablename__ = "unit_alias"
    alias: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), index=True)


class PersonRow(Base):
    """A post at a unit (责任领导, 责任人, 联络员); names and numbers stay in the gateway's vault."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), index=True)
    post: Mapped[str] = mapped_column(String(64))
