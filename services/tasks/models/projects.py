"""Tables of key projects 重点项目: batch, nodes, investment by day, elements, funds, and adjustments of the list.

Amounts are decimals in 亿元, stored as whole 万元 so that nothing is lost in a binary fraction.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from services.tasks.models.rows import ID, Base

CODE = String(16)


class Yi(TypeDecorator[Decimal]):
    """An amount in 亿元 with four places."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Give whole 万元."""
        return None if value is None else int(value.scaleb(4))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Give 亿元."""
        return None if value is None else Decimal(value).scaleb(-4)


class ProjectRow(Base):
    """What a task of the kind `project` has beside the common fields.

    `leader_post` is the code of the leader's post 包抓领导, `officer_unit` the unit of the project officer 项目主管;
    `completed_before` was invested before the first year of its plans; `dropped_on` is when an adjustment took it off.
    """

    __tablename__ = "project"
    __table_args__ = (Index("ix_project_stage", "stage", "level_owner"),)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(CODE)
    level_owner: Mapped[str] = mapped_column(CODE)
    leader_post: Mapped[str] = mapped_column(ID)
    officer_unit: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), index=True)
    total: Mapped[Decimal] = mapped_column(Yi)
    completed_before: Mapped[Decimal] = mapped_column(Yi)
    approval_ref: Mapped[str | None]
    preliminary: Mapped[bool]
    charter_ref: Mapped[str | None]
    starts_on: Mapped[date | None]
    completes_on: Mapped[date | None]
    listed_on: Mapped[date]
    dropped_on: Mapped[date | None]


class ProjectPlanRow(Base):
    """The plan of a year as it holds since a day; `months` are running totals in 亿元, or none."""

    __tablename__ = "project_plan"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("project.task_id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[date] = mapped_column(primary_key=True)
    annual: Mapped[Decimal] = mapped_column(Yi)
    months: Mapped[list[str]]


class ProjectInvestmentRow(Base):
    """What was completed from 1 January to the end of a day."""

    __tablename__ = "project_investment"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("project.task_id"), primary_key=True)
    on: Mapped[date] = mapped_column("day", primary_key=True)
    completed: Mapped[Decimal] = mapped_column(Yi)
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]


class ProjectNodeRow(Base):
    """A node that a supervisor confirmed, with the evidence of each test."""

    __tablename__ = "project_node"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("project.task_id"), primary_key=True)
    node: Mapped[str] = mapped_column(CODE, primary_key=True)
    reached_on: Mapped[date]
    evidence: Mapped[dict[str, Any]]
    output: Mapped[Decimal | None] = mapped_column(Yi)
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[str]


class ProjectElementRow(Base):
    """One thing that a project needs 要素保障, and the unit that has to see to it."""

    __tablename__ = "project_element"
    __table_args__ = (Index("ix_project_element_unit", "unit_id"),)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("project.task_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(CODE)
    item: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"))
    due_on: Mapped[date | None]
    for_start: Mapped[bool]
    done_on: Mapped[date | None]
    evidence: Mapped[str]


class ProjectFundRow(Base):
    """What of a fund 专项债券 / 中央预算内 was handed down 下达 and paid 支付 until the end of a day."""

    __tablename__ = "project_fund"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("project.task_id"), primary_key=True)
    fund: Mapped[str] = mapped_column(CODE, primary_key=True)
    on: Mapped[date] = mapped_column("day", primary_key=True)
    allocated: Mapped[Decimal] = mapped_column(Yi)
    paid: Mapped[Decimal] = mapped_column(Yi)
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]


class ProjectLagRow(Base):
    """That a project was behind its plan in a week 序时进度滞后 (`2023-W25`), by how much on its last day `on`."""

    __tablename__ = "project_lag"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("project.task_id"), primary_key=True)
    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    on: Mapped[date] = mapped_column("day")
    planned: Mapped[Decimal] = mapped_column(Yi)
    completed: Mapped[Decimal] = mapped_column(Yi)
    told_at: Mapped[datetime]


class AdjustmentRow(Base):
    """A quarterly adjustment of the list; `items` are what it changes, in order, as `Item`."""

    __tablename__ = "project_adjustment"
    __table_args__ = (Index("ix_project_adjustment_state", "state", "year", "quarter"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    year: Mapped[int]
    quarter: Mapped[int]
    state: Mapped[str] = mapped_column(CODE)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    proposed_on: Mapped[date]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[str | None]


class AdjustmentDecisionRow(Base):
    """What a body 分管委领导 or 主任办公会 decided on an adjustment, with the number of its paper."""

    __tablename__ = "project_adjustment_decision"
    adjustment_id: Mapped[str] = mapped_column(ID, ForeignKey("project_adjustment.id"), primary_key=True)
    body: Mapped[str] = mapped_column(CODE, primary_key=True)
    approved: Mapped[bool]
    paper: Mapped[str]
    decided_on: Mapped[date]
    note: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
