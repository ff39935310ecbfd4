"""What the tables of the metrics service share."""

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# SQLite numbers only an INTEGER key by itself.
POSITION = BigInteger().with_variant(Integer, "sqlite")
Id = String(64)
Code = String(32)


class Base(DeclarativeBase):
    """The tables of this service."""


class Stamped:
    """What every row that an event may replace carries.

    Attributes:
        revision: The subject's revision in the event that told the row.
        sequence: Its place in its stream; it decides between events of one revision.
    """

    revision: Mapped[int]
    sequence: Mapped[int] = mapped_column(BigInteger)
