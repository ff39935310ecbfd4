"""Tables of hotline orders 12345工单: the order, what the feed said of it, its hops, steps, visits; and its directory.

Invariant: what callers said stays with the gateway; here are ids, codes and the words of officials.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class OrderRow(Base):
    """What a task of the kind `order` has beside the common fields.

    `category` is the widest first, joined by `/`, and `category_1` its first level. `rules_region` and `rules_version`
    name the limits that it runs by (version 0 is what is shipped). `hop` counts the units it was handed to; `blocked`
    is the code of why it waits for a person; `contact_due_at` and `return_due_at` are those of the present hop. `hard`
    tells where a 疑难工单 stands (`industry` or `handler` is to be named, `settled`). `visit` is `owed` while we have
    to ask the caller. `merged_into` is the task that it is dealt with in; `excluded` why it counts in no rate.
    """

    __tablename__ = "hotline_order"
    __table_args__ = (
        Index("ix_hotline_order_number", "source_id", "order_no"),
        Index("ix_hotline_order_received", "received_at", "kind"),
        Index("ix_hotline_order_caller", "caller", "source_id"),
        Index("ix_hotline_order_blocked", "blocked", "received_at"),
        Index("ix_hotline_order_visit", "visit", "task_id"),
        Index("ix_hotline_order_hard", "hard", "task_id"),
        Index("ix_hotline_order_merged", "merged_into"),
        Index("ix_hotline_order_category", "category_1", "received_at"),
    )
    order_id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), unique=True)
    source_id: Mapped[str]
    order_no: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    category: Mapped[str]
    category_1: Mapped[str]
    region_code: Mapped[str]
    unit_code: Mapped[str]
    enterprise: Mapped[bool]
    urgent: Mapped[bool]
    channel: Mapped[str]
    caller: Mapped[str]
    repeats: Mapped[str]
    is_named: Mapped[bool]
    received_at: Mapped[datetime]
    due_on: Mapped[date | None]
    rules_region: Mapped[str] = mapped_column(ID)
    rules_version: Mapped[int]
    hop: Mapped[int]
    blocked: Mapped[str] = mapped_column(String(16))
    dispatched_at: Mapped[datetime | None]
    contact_due_at: Mapped[datetime | None]
    return_due_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    contact_late: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    answer_late: Mapped[bool | None]
    answer: Mapped[str]
    resolved: Mapped[str | None] = mapped_column(String(8))
    closed_at: Mapped[datetime | None]
    urged: Mapped[int]
    recalled_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(String(32))
    merged_into: Mapped[str | None] = mapped_column(ID)
    hard: Mapped[str] = mapped_column(String(16))
    industry_unit: Mapped[str | None] = mapped_column(ID)
    visit: Mapped[str] = mapped_column(String(16))
    reopened: Mapped[int]
    excluded: Mapped[str] = mapped_column(String(32))
    excluded_by: Mapped[str]
    steps: Mapped[int]


class OrderFactRow(Base):
    """What the feed said of an order beside that it came in; it may say so before. `kind` is a word of the event."""

    __tablename__ = "hotline_order_fact"
    order_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    reached: Mapped[bool | None]
    resolved: Mapped[str | None] = mapped_column(String(8))
    level: Mapped[int | None]


class OrderHopRow(Base):
    """A unit that an order was handed to, and how it gave the order back, if it did.

    `how` is `directory` (then `rule_id`), `code`, `manual` or `hard`; `granted` is None while a return waits.
    """

    __tablename__ = "hotline_order_hop"
    __table_args__ = (
        Index("ix_hotline_order_hop_first", "number", "at"),
        Index("ix_hotline_order_hop_unit", "unit_id", "at"),
    )
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"))
    cooperating: Mapped[list[str]]
    how: Mapped[str] = mapped_column(String(16))
    rule_id: Mapped[str | None] = mapped_column(ID)
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
    due_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[str]
    return_reason: Mapped[str] = mapped_column(String(32))
    return_note: Mapped[str]
    granted: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str]
    opinion: Mapped[str]
    refusals: Mapped[int]


class OrderStepRow(Base):
    """A step of an order: who, for which unit, when and why; rows are added and never changed."""

    __tablename__ = "hotline_order_step"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    entered_at: Mapped[datetime]
    by: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(ID)
    reason: Mapped[str]
    details: Mapped[dict[str, Any]]


class OrderVisitRow(Base):
    """An attempt of ours to ask the caller 回访, by somebody who is not of the unit that dealt with the order."""

    __tablename__ = "hotline_order_visit"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by: Mapped[str]
    reached: Mapped[bool]
    resolved: Mapped[str | None] = mapped_column(String(8))
    level: Mapped[int | None]
    note: Mapped[str]


class OrderDirectoryRow(Base):
    """A row of the directory of orders 派单目录; an empty level or region means any of them.

    `region` is a prefix. It holds from `starts_on` through `ends_on`, Shanghai days. `delegated` with its `basis` lets
    a township or street 镇街 have what it names.
    """

    __tablename__ = "order_directory"
    __table_args__ = (Index("ix_order_directory_category", "category_1", "starts_on"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    category_1: Mapped[str]
    category_2: Mapped[str]
    category_3: Mapped[str]
    region: Mapped[str] = mapped_column(ID)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"))
    cooperating: Mapped[list[str]]
    delegated: Mapped[bool]
    basis: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class OrderRuleRow(Base):
    """The limits and lists that a place (region prefix, empty for everywhere) set, as versions; the last one holds."""

    __tablename__ = "order_rule"
    region: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    reason: Mapped[str]


class OrderProposalRow(Base):
    """What orders give reason to propose: a task of the 督查 ledger, or a referral 移送.

    `about` is what it is found by: a category and region, a caller's pseudonym at a source, or a task; `orders` are the
    ids of the tasks behind it. `task_id` is what accepting it made, `referred_to` whom a referral went to.
    """

    __tablename__ = "order_proposal"
    __table_args__ = (
        Index("ix_order_proposal_about", "kind", "about", "state"),
        Index("ix_order_proposal_state", "state", "proposed_at"),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    about: Mapped[str]
    orders: Mapped[list[str]]
    inputs: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str]
    decided_by_name: Mapped[str]
    reason: Mapped[str]
    task_id: Mapped[str | None] = mapped_column(ID, ForeignKey("task.id"))
    referred_to: Mapped[str | None] = mapped_column(String(16))


class KnowledgeRow(Base):
    """An entry of the 知识库: an answer, the unit that stands for it, and until when it holds.

    `words` is what searches look into, in small letters. Only what its unit has reviewed in this version is shown as
    valid.
    """

    __tablename__ = "knowledge"
    __table_args__ = (Index("ix_knowledge_unit", "unit_id", "title"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    title: Mapped[str]
    category: Mapped[str]
    answer: Mapped[str]
    words: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"))
    valid_until: Mapped[date | None]
    version: Mapped[int]
    edited_by: Mapped[str]
    edited_at: Mapped[datetime]
    reviewed_by: Mapped[str]
    reviewed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
