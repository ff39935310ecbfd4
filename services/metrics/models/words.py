"""Every word on units, plans, targets and stage goals, kept for ever: from these the past is read as it stood.

Invariant: a word never changes; the table of its subject holds the newest of them.
"""

from datetime import datetime

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import Base
from services.metrics.models.facts import PlanColumns, StageGoalColumns, TargetColumns, UnitColumns
from shared.tables import UtcDateTime


class Told:
    """What every word carries.

    Attributes:
        sequence: Its place in `supervision`; of two words the later one of the higher revision holds.
        told_at: Business time of the event.
    """

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    revision: Mapped[int]
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UnitWord(UnitColumns, Told, Base):
    """What a unit was called from then on, and its codes."""

    __tablename__ = "unit_word"

    codes: Mapped[list[str]] = mapped_column(JSON)


class PlanWord(PlanColumns, Told, Base):
    """A plan as it was confirmed then."""

    __tablename__ = "plan_word"


class StageGoalWord(StageGoalColumns, Told, Base):
    """A stage goal as it was set or withdrawn then."""

    __tablename__ = "stage_goal_word"


class TargetWord(TargetColumns, Told, Base):
    """A target as it was set or withdrawn then."""

    __tablename__ = "target_word"
