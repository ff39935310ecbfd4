"""The metadata of this service and the type of its ids."""

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase

ID = String(64)


class Base(DeclarativeBase):
    """The metadata of this service."""
