"""What notify mirrors of the feed `ratings`: services 办件 and their pauses; and whose codes are whose.

Invariant: of what was said about one thing, the latest by its place in the feed holds, in whatever order it came.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import ID, Base
from shared.tables import UtcDateTime

CODE = String(100)
NEVER = "0"


class ServiceRow(Base):
    """A service, by what its 受理 and its 办结 said, and where it stands by these and its pauses.

    Attributes:
        subject: Its id, or what follows from one that is too long.
        known_at: Business time at which its 受理 was published.
        accepted_seq: Place in the feed of the 受理 that holds, 0 for none; so for `completed_seq`.
        state: Where it stood when it was last looked at; `due_at`, `provisional` and `basis` say why.
        settled_at: Real time at which it was found to be finished; retention counts from it.
    """

    __tablename__ = "services"
    __table_args__ = (
        Index("ix_services_state", "state", "accepted_at", "subject"),
        Index("ix_services_unit_code", "unit_code", "state"),
        Index("ix_services_settled_at", "settled_at"),
    )

    subject: Mapped[str] = mapped_column(ID, primary_key=True)
    service_id: Mapped[str] = mapped_column(String(200))
    source_id: Mapped[str] = mapped_column(ID, server_default="")
    project_no: Mapped[str] = mapped_column(CODE, server_default="")
    unit_code: Mapped[str] = mapped_column(ID, server_default="")
    item_code: Mapped[str] = mapped_column(CODE, server_default="")
    item_type: Mapped[str] = mapped_column(String(16), server_default="")
    kind: Mapped[str] = mapped_column(String(16), server_default="promised")
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    known_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    promised: Mapped[int | None] = mapped_column(BigInteger)
    promised_unit: Mapped[str | None] = mapped_column(String(16))
    due_on: Mapped[date | None]
    accepted_seq: Mapped[int] = mapped_column(BigInteger, server_default=NEVER)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(16), server_default="")
    completed_seq: Mapped[int] = mapped_column(BigInteger, server_default=NEVER)
    state: Mapped[str] = mapped_column(String(16), server_default="unheard")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provisional: Mapped[bool | None]
    basis: Mapped[str] = mapped_column(String(16), server_default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ServicePauseRow(Base):
    """A pause 特别程序 or 补正 of a service, by its number; what of it was not heard yet is none."""

    __tablename__ = "service_pauses"

    subject: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(32), server_default="")
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_seq: Mapped[int] = mapped_column(BigInteger, server_default=NEVER)
    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resumed_seq: Mapped[int] = mapped_column(BigInteger, server_default=NEVER)


class UnitCodeRow(Base):
    """A 统一社会信用代码 of a unit, by which sources name it."""

    __tablename__ = "unit_codes"
    __table_args__ = (Index("ix_unit_codes_code", "code"),)

    unit_id: Mapped[str] = mapped_column(ID, primary_key=True)
    code: Mapped[str] = mapped_column(ID, primary_key=True)
