"""What several parts of the API use.

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TypeAlias

from pydantic import Field

from .calls import Json, Model


class CodeIn(Model):
    """A code of the second factor, or a recovery code."""

    # 6 位动态口令，或恢复码
    code: str


JsonValue: TypeAlias = Json


class Outcome(StrEnum):
    """What became of a record or of one of its events; also the name under which it is counted."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REPEATED = "repeated"
    IGNORED = "ignored"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class SessionOut(Model):
    """Who is logged in, and what is still to be done."""

    session: str
    account: str
    login: str
    name: str
    role: str
    unit: str
    scopes: list[str]
    # factor 待验证动态口令、password 待改密、enrol 待绑定动态口令、full 已登录
    stage: str
    # 最迟到期（真实时间）；闲置过久会提前失效
    expires_at: dt.datetime
    # 会话令牌，只显示这一次；用 Cookie 时为空
    token: str = ""


class Done(Model):
    """What was made or changed, by its id."""

    id: str
    run: int | None = None


class RateView(Model):
    """A rate with everything a reader needs to check it; `value` is null when it may not be read, and `why` says so."""

    as_of: dt.datetime
    denominator: int
    exclusions: dict[str, int]
    minimum: int
    numerator: int
    rounding: str
    value: float | None
    why: str


class Leave(Model):
    """Who is away from a day to another, both included, and who stands in."""

    deputy: str
    person: str
    since: dt.date
    until: dt.date


class NoticeForecast(Model):
    """A notice that will be decided; `recipient` is a mailbox, `planned_at` business time."""

    clock: str
    due_at: dt.datetime
    id: str
    occurrence: int
    offset_days: int
    planned_at: dt.datetime
    recipient: str
    rung: str
    task_id: str
    text: str


class Post(Model):
    """Who reads a mailbox, from a day to another; both count, and None is open."""

    mailbox: str
    person: str
    since: dt.date
    until: dt.date | None = None


class Way(Model):
    """One way to reach a person: the name of a channel, and where that finds the person."""

    address: str
    channel: str


class State(StrEnum):
    """Where the publication of a rating is."""

    WAITING = "waiting"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class AttachmentView(Model):
    """An attachment; `unit_id` is None where the supervision office attached it, times are business time."""

    added_at: dt.datetime
    added_by: str
    id: str
    media_type: str
    name: str
    sha256: str
    size: int
    task_id: str
    unit_id: str | None
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str


class BlockedView(Model):
    """A task at the other end of a block."""

    id: str
    state: str
    title: str


class BriefView(Model):
    """Another task, in one line."""

    due_at: dt.datetime | None
    id: str
    light: str
    progress: int
    state: str
    title: str
    state_word: str = ""


class ChangeKind(StrEnum):
    """What is ordered."""

    RENAME = "rename"
    MERGE = "merge"
    HAND_OVER = "hand_over"


class ChangeState(StrEnum):
    """Whether an order holds yet."""

    PENDING = "pending"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class ExtensionState(StrEnum):
    """Where a request for more time stands; it falls void when its task ends, or goes to other units."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class FieldView(Model):
    """A field of a task; `value_word` is the word of a value that is one of several codes."""

    name: str
    value: str
    value_word: str
    word: str


class MeasureKind(StrEnum):
    """What is done, from the mildest to the most severe."""

    URGE = "urge"
    TALK = "talk"
    CIRCULAR = "circular"
    PLATE = "plate"


class MeasureState(StrEnum):
    """Where a measure stands; a measure that was taken stays so unless it is a plate that is lifted."""

    PROPOSED = "proposed"
    TAKEN = "taken"
    DECLINED = "declined"
    LIFTED = "lifted"


class NotFollowedView(Model):
    """A linked task on which a move could not be made too, and why."""

    code: str
    message: str
    task_id: str


class PairedView(Model):
    """A task of a pair, as people find it."""

    id: str
    number: str
    plan: str
    title: str


class Reviewer(StrEnum):
    """Who reviews at a step of the chain.

    The lead unit's look 牵头初审 is at the parts of responsible units, before it hands in the whole; the others look
    at the whole after that.
    """

    LEAD = "lead"
    AUTHORITY = "authority"
    SUPERVISOR = "supervisor"


class UnitView(Model):
    """A unit's role on a task."""

    name: str
    role: str
    unit_id: str


class UnitBody(Model):
    """A unit in a role."""

    role: str
    unit_id: str


class FaultView(Model):
    """A fault with its place; `column` is a letter, empty for a whole row."""

    code: str
    column: str
    header: str
    reason: str
    remedy: str
    row: int
    sheet: str
    value: str


class Kept(Model):
    """A publication as those see it who release."""

    rating_id: str
    level: int
    level_words: str
    unit_code: str
    item_code: str
    reasons: list[str]
    rated_on: str
    text: str
    outcome: str
    published_at: dt.datetime | None
    state: State | str
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str


class PartOut(Model):
    """One event that a record gave."""

    gives: str
    id: str
    outcome: Outcome | str


class TrialEventOut(Model):
    """An event that a record would give; `private` names what of it would go into the vault."""

    gives: str
    fields: dict[str, JsonValue]
    meanings: list[str]
    private: list[str]


class Person(Model):
    """A person, and the ways to reach them, the preferred one first."""

    id: str
    name: str
    routes: list[Way] = Field(default_factory=list)


class ChangeOut(Model):
    """An order as it stands."""

    applied_at: dt.datetime | None
    effective_on: dt.date
    id: str
    kind: ChangeKind | str
    name: str | None
    ordered_at: dt.datetime
    ordered_by: str
    reason: str
    state: ChangeState | str
    tasks: list[str]
    to_unit: str | None
    unit_id: str


class LinkView(Model):
    """A link with its tasks, the shown one included."""

    id: str
    made_at: dt.datetime
    made_by: str
    reason: str
    tasks: list[BriefView] = Field(default_factory=list)


class ListedMeasure(Model):
    """A measure in a list, with its task."""

    answering_unit: str | None
    decided_at: dt.datetime | None
    decided_by: str | None
    decided_by_name: str | None
    due_on: dt.date | None
    id: str
    inputs: dict[str, str]
    kind: MeasureKind | str
    lift_reason: str
    lifted_at: dt.datetime | None
    lifted_by: str | None
    lifted_by_name: str | None
    paper_number: str | None
    proposed_at: dt.datetime
    proposed_by: str
    published: bool
    reason: str
    record: str
    rule: str | None
    rule_version: int | None
    state: MeasureState | str
    task_id: str
    task_state: str
    task_state_word: str
    task_title: str
    kind_word: str = ""
    state_word: str = ""


class MeasureView(Model):
    """A measure with the words for people; `inputs` are what its rule saw."""

    decided_at: dt.datetime | None
    decided_by: str | None
    decided_by_name: str | None
    due_on: dt.date | None
    id: str
    inputs: dict[str, str]
    kind: MeasureKind | str
    lift_reason: str
    lifted_at: dt.datetime | None
    lifted_by: str | None
    lifted_by_name: str | None
    paper_number: str | None
    proposed_at: dt.datetime
    proposed_by: str
    published: bool
    reason: str
    record: str
    rule: str | None
    rule_version: int | None
    state: MeasureState | str
    task_id: str
    kind_word: str = ""
    state_word: str = ""


class TaskView(Model):
    """A task in a list; words are for people, `plan_title` is the printed one.

    `deadline_set` marks a date that a person set 人工设定; `open_collectives` are the units 各相关部门 on it of which
    nobody has said yet who they are.
    """

    answering_assumed: bool
    answering_unit: str | None
    closed_at: dt.datetime | None
    deadline: dt.date | None
    deadline_raw: str | None
    deadline_set: bool
    due_at: dt.datetime | None
    follow_up: str | None
    id: str
    in_year_scope: bool
    kind: str
    level: str
    light: str
    number: str
    ongoing: bool
    parent_id: str | None
    plan_id: str | None
    progress: int
    revision: int
    section: str | None
    source: str
    source_ref: str | None
    stage_note: str | None
    state: str
    submitted_at: dt.datetime | None
    title: str
    answering_unit_name: str | None = None
    kind_word: str = ""
    open_collectives: list[str] = Field(default_factory=list)
    plan_title: str = ""
    source_word: str = ""
    state_word: str = ""
    units: list[UnitView] = Field(default_factory=list)


class ProposalView(Model):
    """Two tasks that say the same; `likeness` is 1 where they do so word for word."""

    first: PairedView
    likeness: float
    second: PairedView


class RecordOut(Model):
    """What became of one record."""

    line: int
    outcome: Outcome | str
    sheet: str = ""
    parts: list[PartOut] = Field(default_factory=list)
    field: str = ""
    value: str = ""
    code: str = ""
    message: str = ""
    remedy: str = ""
    reject_id: str = ""


class TrialRecordOut(Model):
    """One record as it would be read."""

    place: str
    known_as: list[str]
    events: list[TrialEventOut]
    faults: list[dict[str, str]]


class Book(Model):
    """All contacts."""

    leaves: list[Leave] = Field(default_factory=list)
    people: list[Person] = Field(default_factory=list)
    posts: list[Post] = Field(default_factory=list)


class TaskPage(Model):
    """A page of the ledger; `next` is the `after` of the following page, `as_of` the past instant asked for."""

    items: list[TaskView]
    next: str | None
    as_of: dt.datetime | None = None


class TrialOut(Model):
    """What a sample came to; one that does not fit is refused with its findings."""

    fits: bool
    count: int
    records: list[TrialRecordOut]
