"""The records that reading a plan document yields; each is immutable and carries the lines it came from.

Ids are stable for one document and unique in it:

- a plan is `p01`, `p02` … in the order of the document;
- a section is `<plan>-s01`, `<plan>-s02` … in the order of the plan;
- a task is `<plan>-<number>` (`p03-1(1)`), where the number is the printed one. Where a number comes back in
  one plan because the numbering restarts, the section's order goes in between (`p01-s02-1`), and where even
  that comes back, a count follows (`p01-s02-1~2`);
- targets, milestones and cadences are `<plan>-t001`, `<plan>-m01`, `<plan>-c01`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Lines = tuple[int, int]
"""First and last line of the file, counted from 1."""

DocumentKind = Literal["txt", "md", "docx"]
SectionRole = Literal["tasks", "goals", "requirements", "steps", "other"]
Role = Literal["lead", "responsible", "cooperating"]
DeadlineSource = Literal["field", "text", "heading"]
TitleKind = Literal["heading", "first_clause", "parent_heading", "cell"]
Operator = Literal[">=", "<=", "=="]
Frequency = Literal["daily", "weekly", "biweekly", "monthly", "quarterly", "yearly"]
UnitKind = Literal["department", "centre", "soe", "external", "collective", "government", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file as text lines; a row of a table is one line, its cells set off by upright strokes."""

    name: str
    kind: DocumentKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan 方案 of the document; `order` counts from 1, `lines` runs from its title to its end."""

    id: str
    order: int
    title: str
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading over tasks, goals or requirements; `heading` is as printed, `chapter` the heading above it."""

    id: str
    plan_id: str
    heading: str
    number: str
    title: str
    role: SectionRole
    chapter: str | None
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A numbered item with its own units or deadline.

    `number` is as printed (`12`, `（三）`, `1(2)` for the second part of item 1); `deadline` is the last day
    meant, `deadline_raw` the words; `ongoing` says 持续推进 and the like, `follow_up` what comes after the
    deadline (2024年持续巩固提升), `stage_note` what is due then (取得阶段性成果); `leaders` are persons.
    """

    id: str
    plan_id: str
    plan: str
    section_id: str | None
    section: str | None
    chapter: str | None
    number: str
    title: str
    title_kind: TitleKind
    body: str
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    deadline_raw: str | None = None
    deadline: date | None = None
    deadline_source: DeadlineSource | None = None
    ongoing: bool = False
    follow_up: str | None = None
    stage_note: str | None = None
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A numeric target; `task` is the number of the task it stands in, None in goals and requirements."""

    id: str
    plan_id: str
    plan: str
    task_id: str | None
    task: str | None
    name: str
    operator: Operator
    value: float
    value_max: float | None = None
    unit: str
    deadline: date | None = None
    period: str | None = None
    strength: Literal["力争", "确保"] | None = None
    raw: str
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A stage goal 阶段目标: this share (%) of `scope` is to be done by `deadline`."""

    id: str
    plan_id: str
    plan: str
    operator: Operator
    value: float
    unit: str
    deadline: date
    scope: str
    strength: Literal["力争", "确保"] | None = None
    raw: str
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """A duty that comes back; `actor` does `action`, and reports `to` somebody where the text says so."""

    id: str
    plan_id: str
    plan: str
    task_id: str | None
    task: str | None
    frequency: Frequency
    times: int | None = None
    actor: str | None
    actor_assumed: bool = False
    action: str
    to: str | None = None
    raw: str
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit name as printed, with its canonical name and how often tasks name it; `lines` is the first place."""

    name: str
    canonical: str
    kind: UnitKind
    mentions: int
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something read but not sure: a stable `code`, a Chinese message for the person who confirms, its place."""

    code: str
    message: str
    lines: Lines
    task_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """All that was read from one document; `document_number` is 陕泾河发〔2023〕15号, `issued_on` its date."""

    name: str
    document_number: str | None
    issued_on: date | None
    plans: tuple[Plan, ...]
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    targets: tuple[Target, ...]
    milestones: tuple[Milestone, ...]
    cadences: tuple[Cadence, ...]
    units: tuple[Unit, ...]
    doubts: tuple[Doubt, ...]
