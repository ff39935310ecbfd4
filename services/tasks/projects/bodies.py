"""Request bodies of projects; what the fields mean stands with the use cases' own words."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from services.tasks.ledger.bodies import Body, Id, UnitBody, Words, in_order
from services.tasks.projects.domain import LOCAL, Node, Project, Stage
from services.tasks.projects.domain_adjustment import Body as Deciding
from services.tasks.projects.domain_adjustment import Item, ItemKind

Yi = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=4)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Ref = Annotated[str, Field(min_length=1, max_length=200)]
Months = Annotated[tuple[Yi, ...], Field(max_length=12)]
Fund = Literal["bond", "central"]


class ParticularsBody(Body):
    """What is said of a project later; see `Particulars`."""

    leader_post: Id | None = None
    officer_unit: Id | None = None
    approval_ref: Ref | None = None
    preliminary: bool | None = None
    charter_ref: Ref | None = None
    starts_on: date | None = None
    completes_on: date | None = None


class EditBody(ParticularsBody):
    """What to correct."""

    if_revision: int | None = None


class AdvanceBody(EditBody):
    """The batch to move to, with what it needs; see `Advance`."""

    to: Stage
    reason: Words = ""


class ProjectBody(Body):
    """A project; see `Project`. Amounts are in 亿元."""

    title: str = Field(min_length=1, max_length=300)
    body: str = Field(default="", max_length=20_000)
    units: tuple[UnitBody, ...] = Field(min_length=1, max_length=50)
    leader_post: Id
    officer_unit: Id | None = None
    total: Yi
    annual: Yi
    year: Year
    months: Months = ()
    completed_before: Yi = Decimal(0)
    stage: Stage = Stage.PLANNED
    level_owner: Id = LOCAL
    approval_ref: Ref | None = None
    preliminary: bool = False
    charter_ref: Ref | None = None
    starts_on: date | None = None
    completes_on: date | None = None
    listed_on: date | None = None
    source: Id = "document"
    source_ref: Ref | None = None
    plan_id: Id | None = None
    level: Id = "normal"
    client_ref: Ref | None = None

    def said(self) -> Project:
        """Give the project."""
        return Project(**self.model_dump(exclude={"units"}), units=in_order(self.units))


class NodeBody(Body):
    """A node that was reached; see `Confirmation`."""

    node: Node
    reached_on: date
    evidence: dict[Id, Ref] = Field(default_factory=dict, max_length=10)
    output: Yi | None = None
    if_revision: int | None = None


class InvestmentBody(Body):
    """What was completed since 1 January; see `Investment`."""

    on: date
    completed: Yi
    on_behalf_of: Id | None = None


class YearPlanBody(Body):
    """The plan of a year; see `YearPlan`."""

    annual: Yi
    months: Months = ()
    paper: str = Field(default="", max_length=200)


class FundBody(Body):
    """How far a fund is; see `FundReport`."""

    fund: Fund
    on: date
    allocated: Yi
    paid: Yi
    on_behalf_of: Id | None = None


class ElementBody(Body):
    """Something that a project needs; see `Element`."""

    kind: Id
    item: str = Field(max_length=500)
    unit_id: Id
    due_on: date | None = None
    for_start: bool = True


class DoneBody(Body):
    """That it was seen to; see `Done`."""

    done_on: date
    evidence: Ref


class ItemBody(Body):
    """One change of the list; see `Item`."""

    kind: ItemKind
    reason: Words
    task_id: Id | None = None
    project: ProjectBody | None = None
    annual: Yi | None = None
    months: Months = ()
    total: Yi | None = None
    stage: Stage | None = None
    starts_on: date | None = None

    def said(self) -> Item:
        """Give the item."""
        project = self.project.said() if self.project else None
        return Item(**self.model_dump(exclude={"project"}), project=project)


class AdjustmentBody(Body):
    """A quarterly adjustment of the list."""

    year: Year
    quarter: int = Field(ge=1, le=4)
    items: tuple[ItemBody, ...] = Field(min_length=1, max_length=500)


class DecisionBody(Body):
    """What a body decided; see `Decision`."""

    body: Deciding
    approved: bool
    paper: Ref
    decided_on: date
    note: Words = ""
