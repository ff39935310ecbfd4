"""The table of requests that were made under a key of their caller's."""

from datetime import datetime

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.models import Base
from shared.tables import UtcDateTime


class IdempotentRequest(Base):
    """One request and, once there is one, its answer.

    Attributes:
        owner: Id of who asked: keys of different callers are different.
        fingerprint: SHA-256 of method, address, content type and body.
        status: None while it runs.
        body: Sealed, since it may hold a secret that is shown once; None where it was too large to keep.
    """

    __tablename__ = "idempotent_request"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # Real time.
    status: Mapped[int | None] = mapped_column(Integer)
    content_type: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
