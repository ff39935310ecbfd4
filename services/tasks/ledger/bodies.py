"""Parts of request bodies that several routes of the ledger share."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.tasks.ledger.domain import RoleName

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Words = Annotated[str, StringConstraints(max_length=2000)]


class Body(BaseModel):
    """A request body; a field that is none is refused."""

    model_config = ConfigDict(extra="forbid")


class UnitBody(Body):
    """A unit in a role."""

    role: RoleName
    unit_id: Id


class MemberBody(Body):
    """A member of a collective in its role; it never leads."""

    role: Literal["responsible", "cooperating"]
    unit_id: Id


class ReportBody(Body):
    """What a unit reports: 进展情况、存在问题、下一步; `evidence` are ids of attachments."""

    note: str = Field(default="", max_length=10_000)
    problem: Words = ""
    next_step: Words = ""
    evidence: tuple[Id, ...] = Field(default=(), max_length=100)


def in_order(units: Sequence[UnitBody | MemberBody]) -> tuple[tuple[RoleName, str], ...]:
    """Give (role, unit id) in order."""
    return tuple((unit.role, unit.unit_id) for unit in units)
