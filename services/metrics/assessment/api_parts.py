"""What the routes of assessment share: their tools, the shape of bodies, fresh ids, and who sees which unit."""

from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.metrics.assessment.ports import Archive, Measures
from shared.database import Database
from shared.errors import Forbidden
from shared.principal import UNIT_ROLES, Principal

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Tools:
    """What the routes work with."""

    db: Database
    measures: Measures
    archive: Archive


class Body(BaseModel):
    """A body of a request: what is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Done(BaseModel):
    """What was made or changed, by its id."""

    id: str
    run: int | None = None


def fresh(kind: str) -> str:
    """Make an id."""
    return f"{kind}-{uuid4().hex[:16]}"


def seen_unit(who: Principal, unit: str | None) -> str | None:
    """Give the unit whose scores `who` may see: the one asked for, or their own where they may see no other.

    Raises:
        Forbidden: It is another's.
    """
    if who.role not in UNIT_ROLES:
        return unit
    if unit not in {None, who.unit}:
        message = f"单位 {unit} 的考核得分只对该单位和督查、领导开放，请查看本单位的得分"
        raise Forbidden(message, code="score.other_unit", field="unit")
    return who.unit
