"""What all tables of this service share: their base, the length of ids, and lines of a document."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped

from shared.tables import UtcDateTime

ID = String(64)


class Base(DeclarativeBase):
    """All tables of this service but those of the bus."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's.
        datetime: UtcDateTime,
        str: Text,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


class Placed:
    """Something that stands in a document, from its first to its last line, counted from 1."""

    first_line: Mapped[int]
    last_line: Mapped[int]

    @property
    def lines(self) -> tuple[int, int]:
        """Its first and last line."""
        return self.first_line, self.last_line
