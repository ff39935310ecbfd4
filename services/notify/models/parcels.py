"""Messages, the attempts to send the notices in them, and the calls of the last minute."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import ID, Base
from shared.tables import UtcDateTime


class ParcelRow(Base):
    """One message to one recipient through one channel: all letters that left together.

    Attributes:
        id: Follows from the content: channel, recipient, notices.
        day: Business day in Shanghai of its last attempt; a recipient has one routine parcel of a day and channel.
        urgent: It did not wait for the routine message of a day.
        notices: How many it holds.
        way: Which of the recipient's addresses for the channel it goes to: 0 is the first.
        tried_before: Attempts to the addresses before that.
        shipment: Id of the one message of a group that tells it with others; none while it goes alone.
        sent_at: Business time at which the channel took it; none while it did not, as far as is known.
    """

    __tablename__ = "parcels"
    __table_args__ = (
        Index(
            "uq_parcels_routine",
            "channel",
            "recipient",
            "day",
            unique=True,
            sqlite_where=text("NOT urgent"),
            postgresql_where=text("NOT urgent"),
        ),
        Index("ix_parcels_day", "day", "id"),
        Index("ix_parcels_sent_at", "sent_at"),
        Index("ix_parcels_shipment", "shipment"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(ID)
    day: Mapped[date]
    urgent: Mapped[bool]
    notices: Mapped[int]
    way: Mapped[int] = mapped_column(server_default="0")
    tried_before: Mapped[int] = mapped_column(server_default="0")
    shipment: Mapped[str | None] = mapped_column(ID)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeliveryRow(Base):
    """One attempt to send a notice through a channel, written before it begins and after it ended.

    Attributes:
        parcel_id: The message in which it left; a later attempt leaves in the same one. None until it first does.
        outcome: `waiting`, `sending`, then `sent`, `refused`, `failed`, or `unknown` when a crash left no answer.
        haste: Why it waits for the routine message of a day, or does not (`domain_parcels.Haste`).
        not_before: Business time before which it does not leave.
        next_try_at: Real time before which a waiting attempt does not begin.
        begun_at: Real time at which it began; one that stays without an answer is unknown after a while.
        at: Business time of the outcome.
        instead_of: Channel on which the route before this one failed; empty for what was meant to go here.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_todo", "outcome", "parcel_id", "not_before"),
        Index("ix_deliveries_parcel", "parcel_id"),
    )

    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parcel_id: Mapped[str | None] = mapped_column(ForeignKey("parcels.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text)
    haste: Mapped[str] = mapped_column(String(20))
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    instead_of: Mapped[str] = mapped_column(String(20), server_default="")


class CallRow(Base):
    """What one attempt took of the messages that a channel lets out in a minute; older ones are forgotten.

    Attributes:
        id: Of the parcel, or of the shipment that it went with.
        number: Of the attempt.
        at: Real time at which it was over, or by which it may be.
        messages: How many it took.
    """

    __tablename__ = "calls"
    __table_args__ = (Index("ix_calls_channel", "channel", "at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    messages: Mapped[int]
