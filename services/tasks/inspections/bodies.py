"""What the routes of inspections are sent."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.tasks.inspections.domain import Effect, InspectionState, Outcome
from services.tasks.problems.api import ProblemBody

Id = Annotated[str, Field(max_length=64)]
Text = Annotated[str, Field(max_length=10_000)]
Name = Annotated[str, Field(max_length=100)]


class Body(BaseModel):
    """A word that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class PlanBody(Body):
    """An inspection as it is planned; see `InspectionPlan`."""

    title: str = Field(max_length=500)
    basis: Text
    scope: Text
    starts_on: date
    ends_on: date
    team: tuple[Name, ...] = Field(max_length=100)
    units: tuple[Id, ...] = Field(max_length=100)
    joint_units: tuple[Id, ...] = Field(default=(), max_length=100)
    follow_up_of: Id | None = None


class ApprovalBody(Body):
    """A leader's approval; see `Approval`."""

    decided_by_name: Name = ""
    override_by_name: Name = ""
    override_reason: Text = ""


class WithdrawalBody(Body):
    """Why a plan is taken back."""

    reason: Text


class FindingBody(ProblemBody):
    """A problem that was found; it is handed out at once unless `assign` says otherwise."""

    assign: bool = True
    found_in: None = None


class ConclusionBody(Body):
    """The conclusion, and until when the units answer."""

    conclusion: Text
    due_on: date | None = None


class UnitBody(Body):
    """What an inspected unit says; see `UnitSays`."""

    text: Text
    on_behalf_of: Id | None = None


class ReviewBody(Body):
    """What a leader decides about an objection; see `Review`."""

    outcome: Outcome
    opinion: Text
    decided_by_name: Name = ""
    conclusion: Text = ""


class ClosingBody(Body):
    """The effect of an inspection."""

    effect: Effect
    effect_note: Text


class Filters(Body):
    """What `GET /inspections` is asked for."""

    state: InspectionState | None = None
    unit: str = ""
    year: int | None = None
    follow_up_of: str = ""
