"""/tasks of the API (督办事项服务、提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import cast

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import (
    AttachmentView,
    BlockedView,
    BriefView,
    ExtensionState,
    FieldView,
    LinkView,
    ListedMeasure,
    MeasureKind,
    MeasureView,
    NotFollowedView,
    Reviewer,
    TaskPage,
    UnitBody,
    UnitView,
)


class ArchivePart(Model):
    """Where the event of a notice stands in the archive."""

    hash: str
    position: int
    sequence: int


class AttemptPart(Model):
    """One attempt to send a notice; every attempt of it through a channel carries the same `parcel_id`.

    Attributes:
        instead_of: Channel on which the recipient's route before this one failed for good; empty for a first route.
    """

    at: dt.datetime | None
    channel: str
    detail: str
    instead_of: str
    number: int
    outcome: str
    outcome_word: str
    parcel_id: str | None


class EraPart(Model):
    """One due instant of a clock and how long it held."""

    due_at: dt.datetime
    known_from: dt.datetime
    until: dt.datetime | None


class ExtensionPart(Model):
    """An extension 延期 that was asked for."""

    asked_at: dt.datetime
    decided_at: dt.datetime | None
    granted_on: str
    number: int
    old_due_at: dt.datetime
    outcome: str
    outcome_word: str
    wanted_on: str


class GapPart(Model):
    """A rung that the rules planned and that has no notice, for a unit or for all."""

    clock: str
    clock_word: str
    due_at: dt.datetime
    explained: bool
    planned_at: dt.datetime
    reason: str
    rung: str
    rung_word: str
    unit_name: str


class SpanPart(Model):
    """When the service was down."""

    begin: dt.datetime
    end: dt.datetime


class UnitsPart(Model):
    """Who answered for the task from an instant on; more than one where it changed hands 改派."""

    since: dt.datetime
    units: list[str]


class BlocksBody(Model):
    """What a task blocks from now on."""

    blocks: list[str]
    if_revision: int | None = None


class ClockView(Model):
    """A clock of a task."""

    due_at: dt.datetime
    name: str
    original_due_at: dt.datetime
    printed: bool
    recorded_at: dt.datetime
    started_at: dt.datetime
    stopped_at: dt.datetime | None
    provisional: bool = False


class DeadlinesBody(Model):
    """Which tasks get which date, and why: ids, or a filter as in the ledger's list, which picks those without a date.

    Nothing is set unless `confirm`.
    """

    deadline: dt.date
    reason: str
    confirm: bool = False
    filter: dict[str, str] | None = None
    tasks: list[str] = Field(default_factory=list)


class ExtensionView(Model):
    """A request for more time and its answer."""

    asked_at: dt.datetime
    asked_by: str
    clock: str
    decided_at: dt.datetime | None
    decided_by: str | None
    granted_on: dt.date | None
    number: int
    old_due_at: dt.datetime
    opinion: str
    reason: str
    state: ExtensionState | str
    task_id: str
    unit_id: str
    wanted_on: dt.date
    state_word: str = ""


class LightView(Model):
    """The light that a task shows, and from what it was computed."""

    inputs: dict[str, str]
    light: str
    lit_at: dt.datetime
    rule: str
    version: int


class MemberBody(Model):
    """A member of a collective in its role; it never leads."""

    role: str
    unit_id: str


class Move(StrEnum):
    """What may be done with a task."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    OBJECT = "object"
    DISMISS = "dismiss"
    REASSIGN = "reassign"
    UNASSIGN = "unassign"
    PROGRESS = "progress"
    SUBMIT = "submit"
    VERIFY = "verify"
    RETURN = "return"
    CLOSE = "close"
    NORMALISE = "normalise"
    INSTRUCT = "instruct"
    SUSPEND = "suspend"
    RESUME = "resume"
    CANCEL = "cancel"
    REOPEN = "reopen"
    CARRY_OVER = "carry_over"


class PartView(Model):
    """The part of a signing unit."""

    progress: int
    reported_at: dt.datetime | None
    signed_at: dt.datetime | None
    state: str
    submitted_at: dt.datetime | None
    unit_id: str
    name: str = ""
    state_word: str = ""


class RequestBody(Model):
    """A request for a later day of a clock."""

    reason: str
    wanted_on: dt.date
    clock: str = "finish"
    if_revision: int | None = None
    on_behalf_of: str | None = None


class ReviewView(Model):
    """A step of the chain of reviews; `unit` is who looks where that is a unit."""

    passed: bool
    review: Reviewer | str
    unit: str | None
    word: str


class RevisionView(Model):
    """One step of a task's history; `at` is business time, `entered_at` real time."""

    at: dt.datetime
    by: str
    changes: JsonObject
    entered_at: dt.datetime
    from_state: str | None
    move: str
    on_behalf_of: str | None
    progress: int | None
    reason: str
    revision: int
    to_state: str


class TaskBlocks(Model):
    """What a task blocks, and what blocks it."""

    blocked_by: list[BlockedView]
    blocks: list[BlockedView]


class ToldView(Model):
    """The last rung that a recipient was told."""

    clock: str
    decided_at: dt.datetime
    due_at: dt.datetime
    late: bool
    notice_id: str
    occurrence: int
    offset_days: int
    recipient: str
    rung: str


class EditBody(Model):
    """What to correct; a field that is not given stays, `source_ref` may be emptied."""

    body: str = ""
    if_revision: int | None = None
    level: str = ""
    source_ref: str | None = None
    title: str = ""


class ApiByHandEntryBody(Model):
    """A task as somebody enters it; see `Entry`."""

    kind: str
    source: str
    title: str
    units: list[UnitBody]
    body: str = ""
    client_ref: str | None = None
    deadline: dt.date | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    level: str = "normal"
    parent_id: str | None = None
    plan_id: str | None = None
    source_ref: str | None = None


class ApiDeadlinesFaultView(Model):
    """Why a task can't have the date."""

    code: str
    message: str


class AnswerBody(Model):
    """The answer; without `granted_on` the day that was asked for is granted."""

    grant: bool
    granted_on: dt.date | None = None
    opinion: str = ""


class WithdrawalBody(Model):
    """Taking a request back."""

    on_behalf_of: str | None = None


class ReportBody(Model):
    """What a unit reports: 进展情况、存在问题、下一步; `evidence` are ids of attachments."""

    evidence: list[str] = Field(default_factory=list)
    next_step: str = ""
    note: str = ""
    problem: str = ""


class ReportView(Model):
    """What a unit reported; `evidence` are ids of attachments."""

    at: dt.datetime
    evidence: list[str]
    next_step: str
    note: str
    problem: str
    progress: int | None
    revision: int
    unit_id: str
    name: str = ""


class ApiEntryBody(Model):
    """A measure that the supervision office enters."""

    kind: MeasureKind | str
    reason: str


class AnswerPart(Model):
    """What a recipient answered to a notice: 知悉 or 稍后提醒.

    Attributes:
        reason: As recorded; the archive does not know it.
        archive: Where the answer stands there; none where it is a record of notify alone.
    """

    answer: str
    answer_word: str
    archive: ArchivePart | None
    at: dt.datetime
    by: str
    clock: str
    clock_word: str
    notice_id: str
    reason: str
    recipient: str
    recipient_name: str
    until_at: dt.datetime


class ClockPart(Model):
    """A clock 时限: its due instants in order, the original one first."""

    clock: str
    clock_word: str
    eras: list[EraPart]
    extensions: list[ExtensionPart]


class NoticePart(Model):
    """One decision for one recipient; `archive` is empty for what was told to nobody.

    Attributes:
        verified: The archive says the same: of what was told, and of the answer that held back what was not.
    """

    archive: ArchivePart | None
    attempts: list[AttemptPart]
    clock: str
    clock_word: str
    decided_at: dt.datetime
    due_at: dt.datetime
    id: str
    late: bool
    occurrence: int
    offset_days: int
    planned_at: dt.datetime
    read_at: dt.datetime | None
    reason: str
    recipient: str
    recipient_name: str
    rules_version: int
    rung: str
    rung_word: str
    told: bool
    verdict: str
    verified: bool


class ExtensionsView(Model):
    """All requests; `granted` counts them, `slip_days` is how far the due day lies behind the original one."""

    granted: int
    items: list[ExtensionView]
    slip_days: int


class MembersBody(Model):
    """Who stands behind a collective on the task."""

    collective: str
    units: list[MemberBody]
    if_revision: int | None = None
    on_behalf_of: str | None = None


class MoveBody(Model):
    """A move; see `MoveCommand`. `if_revision` refuses it when the task has changed since."""

    move: Move | str
    deadline: dt.date | None = None
    if_revision: int | None = None
    on_behalf_of: str | None = None
    part: str | None = None
    progress: int | None = None
    reason: str = ""
    report: ReportBody | None = None
    units: list[UnitBody] = Field(default_factory=list)


class PlannedView(Model):
    """A task that the order is about."""

    old_deadline: dt.date | None
    refused: ApiDeadlinesFaultView | None
    state: str
    task_id: str
    title: str


class TaskThen(Model):
    """A task as it was at `as_of`; `lit` is computed for that instant."""

    answering_assumed: bool
    answering_unit: str | None
    as_of: dt.datetime
    body: str
    clocks: list[ClockView]
    closed_at: dt.datetime | None
    deadline: dt.date | None
    deadline_raw: str | None
    deadline_set: bool
    document_id: str | None
    due_at: dt.datetime | None
    follow_up: str | None
    id: str
    in_year_scope: bool
    kind: str
    level: str
    light: str
    lines: tuple[int | None, int | None]
    lit: LightView
    number: str
    ongoing: bool
    parent_id: str | None
    parts: list[PartView]
    plan_id: str | None
    progress: int
    reports: list[ReportView]
    revision: int
    revisions: list[RevisionView]
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


class ProofPage(Model):
    """The proof of notice of one task.

    Attributes:
        verified: Every told notice stands in the archive, once, with the same content, in an unbroken link.
        verdict: In one Chinese sentence, whether it verifies and has gaps.
        problems: What does not verify, in Chinese.
        unexplained: How many gaps have no reason.
        archive: The newest archived event of the task: printed, it is a witness outside the system.
    """

    answers: list[AnswerPart]
    archive: ArchivePart | None
    clocks: list[ClockPart]
    downtimes: list[SpanPart]
    drill: bool
    gaps: list[GapPart]
    made_at: dt.datetime
    notices: list[NoticePart]
    number: str
    problems: list[str]
    state: str
    task_id: str
    title: str
    unexplained: int
    units: list[UnitsPart]
    verdict: str
    verified: bool


class DeadlinesView(Model):
    """What an order did, or would do."""

    confirmed: bool
    count: int
    deadline: dt.date
    refused: int
    tasks: list[PlannedView]


class MovedView(Model):
    """The task after its move, and what became of the others of its link."""

    answering_assumed: bool
    answering_unit: str | None
    body: str
    children: list[BriefView]
    clocks: list[ClockView]
    closed_at: dt.datetime | None
    deadline: dt.date | None
    deadline_raw: str | None
    deadline_set: bool
    document_id: str | None
    due_at: dt.datetime | None
    extensions: ExtensionsView
    fields: list[FieldView]
    follow_up: str | None
    followed: list[str]
    id: str
    in_year_scope: bool
    kind: str
    level: str
    light: str
    lines: tuple[int | None, int | None]
    link: LinkView | None
    lit: LightView
    move_words: dict[str, str]
    moves: list[Move | str]
    not_followed: list[NotFollowedView]
    number: str
    ongoing: bool
    parent: BriefView | None
    parent_id: str | None
    parts: list[PartView]
    plan_id: str | None
    progress: int
    reports: list[ReportView]
    review_turn: ReviewView | None
    reviews: list[ReviewView]
    revision: int
    revisions: list[RevisionView]
    section: str | None
    source: str
    source_ref: str | None
    stage_note: str | None
    state: str
    submitted_at: dt.datetime | None
    title: str
    told: list[ToldView]
    answering_unit_name: str | None = None
    kind_word: str = ""
    open_collectives: list[str] = Field(default_factory=list)
    plan_title: str = ""
    source_word: str = ""
    state_word: str = ""
    units: list[UnitView] = Field(default_factory=list)


class TaskDetail(Model):
    """Everything about one task; `lines` are those of its document, `moves` the legal ones now with their words."""

    answering_assumed: bool
    answering_unit: str | None
    body: str
    children: list[BriefView]
    clocks: list[ClockView]
    closed_at: dt.datetime | None
    deadline: dt.date | None
    deadline_raw: str | None
    deadline_set: bool
    document_id: str | None
    due_at: dt.datetime | None
    extensions: ExtensionsView
    fields: list[FieldView]
    follow_up: str | None
    id: str
    in_year_scope: bool
    kind: str
    level: str
    light: str
    lines: tuple[int | None, int | None]
    link: LinkView | None
    lit: LightView
    move_words: dict[str, str]
    moves: list[Move | str]
    number: str
    ongoing: bool
    parent: BriefView | None
    parent_id: str | None
    parts: list[PartView]
    plan_id: str | None
    progress: int
    reports: list[ReportView]
    review_turn: ReviewView | None
    reviews: list[ReviewView]
    revision: int
    revisions: list[RevisionView]
    section: str | None
    source: str
    source_ref: str | None
    stage_note: str | None
    state: str
    submitted_at: dt.datetime | None
    title: str
    told: list[ToldView]
    answering_unit_name: str | None = None
    kind_word: str = ""
    open_collectives: list[str] = Field(default_factory=list)
    plan_title: str = ""
    source_word: str = ""
    state_word: str = ""
    units: list[UnitView] = Field(default_factory=list)


class TasksApi:
    """/tasks of the API (督办事项服务、提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_tasks(
        self,
        *,
        plan: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        unit: str | None = None,
        role: str | None = None,
        light: str | None = None,
        due_from: str | None = None,
        due_to: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        limit: str | None = None,
        after: str | None = None,
        as_of: str | None = None,
    ) -> TaskPage:
        """列出和筛选督办事项: GET /api/v1/tasks."""
        return self.calls.ask(
            TaskPage,
            "GET",
            "/api/v1/tasks",
            query={
                "plan": plan,
                "kind": kind,
                "state": state,
                "unit": unit,
                "role": role,
                "light": light,
                "due_from": due_from,
                "due_to": due_to,
                "q": q,
                "sort": sort,
                "limit": limit,
                "after": after,
                "as_of": as_of,
            },
        )

    def post_tasks(
        self, body: ApiByHandEntryBody | JsonObject, *, idempotency_key: str | None = None
    ) -> TaskDetail:
        """人工登记事项或子任务: POST /api/v1/tasks."""
        return self.calls.ask(
            TaskDetail, "POST", "/api/v1/tasks", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def get_tasks_by_task_id(self, *, task_id: str, as_of: str | None = None) -> TaskDetail | TaskThen:
        """查看督办事项: GET /api/v1/tasks/{task_id}."""
        return self.calls.ask(
            cast("type[TaskDetail | TaskThen]", TaskDetail | TaskThen),
            "GET",
            f"/api/v1/tasks/{in_path(task_id)}",
            query={"as_of": as_of},
        )

    def patch_tasks_by_task_id(
        self, body: EditBody | JsonObject, *, task_id: str, if_match: str | None = None
    ) -> TaskDetail:
        """修改人工登记的事项: PATCH /api/v1/tasks/{task_id}."""
        return self.calls.ask(
            TaskDetail,
            "PATCH",
            f"/api/v1/tasks/{in_path(task_id)}",
            headers={"If-Match": if_match},
            body=body,
        )

    def post_tasks_by_task_id_moves(
        self,
        body: MoveBody | JsonObject,
        *,
        task_id: str,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> MovedView:
        """交办、签收、办理、提交、退回、复核、办结: POST /api/v1/tasks/{task_id}/moves."""
        return self.calls.ask(
            MovedView,
            "POST",
            f"/api/v1/tasks/{in_path(task_id)}/moves",
            headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_tasks_by_task_id_attachments(self, *, task_id: str) -> list[AttachmentView]:
        """列出事项的附件: GET /api/v1/tasks/{task_id}/attachments."""
        return self.calls.ask(list[AttachmentView], "GET", f"/api/v1/tasks/{in_path(task_id)}/attachments")

    def post_tasks_by_task_id_attachments(
        self, body: bytes, *, task_id: str, filename: str, idempotency_key: str | None = None
    ) -> AttachmentView:
        """上传附件（佐证材料）：正文即文件内容，最大 20 MB: POST /api/v1/tasks/{task_id}/attachments."""
        return self.calls.ask(
            AttachmentView,
            "POST",
            f"/api/v1/tasks/{in_path(task_id)}/attachments",
            query={"filename": filename},
            headers={"Idempotency-Key": idempotency_key, "content-type": "application/octet-stream"},
            body=body,
        )

    def get_tasks_by_task_id_measures(self, *, task_id: str) -> list[ListedMeasure]:
        """查看事项的督办措施: GET /api/v1/tasks/{task_id}/measures."""
        return self.calls.ask(list[ListedMeasure], "GET", f"/api/v1/tasks/{in_path(task_id)}/measures")

    def post_tasks_by_task_id_measures(
        self, body: ApiEntryBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> MeasureView:
        """催办，或提出约谈、通报、挂牌: POST /api/v1/tasks/{task_id}/measures."""
        return self.calls.ask(
            MeasureView,
            "POST",
            f"/api/v1/tasks/{in_path(task_id)}/measures",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_tasks_by_task_id_blocks(self, *, task_id: str) -> TaskBlocks:
        """查看阻塞关系: GET /api/v1/tasks/{task_id}/blocks."""
        return self.calls.ask(TaskBlocks, "GET", f"/api/v1/tasks/{in_path(task_id)}/blocks")

    def put_tasks_by_task_id_blocks(
        self, body: BlocksBody | JsonObject, *, task_id: str, if_match: str | None = None
    ) -> TaskBlocks:
        """设置阻塞关系: PUT /api/v1/tasks/{task_id}/blocks."""
        return self.calls.ask(
            TaskBlocks,
            "PUT",
            f"/api/v1/tasks/{in_path(task_id)}/blocks",
            headers={"If-Match": if_match},
            body=body,
        )

    def put_tasks_by_task_id_members(
        self, body: MembersBody | JsonObject, *, task_id: str, if_match: str | None = None
    ) -> TaskDetail:
        """明确“各相关部门”所指单位: PUT /api/v1/tasks/{task_id}/members."""
        return self.calls.ask(
            TaskDetail,
            "PUT",
            f"/api/v1/tasks/{in_path(task_id)}/members",
            headers={"If-Match": if_match},
            body=body,
        )

    def post_tasks_deadlines(
        self, body: DeadlinesBody | JsonObject, *, idempotency_key: str | None = None
    ) -> DeadlinesView:
        """批量人工设定时限；confirm=false 只试算: POST /api/v1/tasks/deadlines."""
        return self.calls.ask(
            DeadlinesView,
            "POST",
            "/api/v1/tasks/deadlines",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_tasks_by_task_id_extensions(
        self,
        body: RequestBody | JsonObject,
        *,
        task_id: str,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> TaskDetail:
        """申请延期: POST /api/v1/tasks/{task_id}/extensions."""
        return self.calls.ask(
            TaskDetail,
            "POST",
            f"/api/v1/tasks/{in_path(task_id)}/extensions",
            headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_tasks_by_task_id_extensions_by_number_decision(
        self, body: AnswerBody | JsonObject, *, task_id: str, number: int, idempotency_key: str | None = None
    ) -> TaskDetail:
        """批复延期申请: POST /api/v1/tasks/{task_id}/extensions/{number}/decision."""
        return self.calls.ask(
            TaskDetail,
            "POST",
            f"/api/v1/tasks/{in_path(task_id)}/extensions/{in_path(number)}/decision",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_tasks_by_task_id_extensions_by_number_withdrawal(
        self,
        body: WithdrawalBody | JsonObject | None = None,
        *,
        task_id: str,
        number: int,
        idempotency_key: str | None = None,
    ) -> TaskDetail:
        """撤回延期申请: POST /api/v1/tasks/{task_id}/extensions/{number}/withdrawal."""
        return self.calls.ask(
            TaskDetail,
            "POST",
            f"/api/v1/tasks/{in_path(task_id)}/extensions/{in_path(number)}/withdrawal",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_tasks_by_task_id_proof(self, *, task_id: str) -> ProofPage:
        """提醒送达证明：某事项的全部提醒及核验: GET /api/v1/tasks/{task_id}/proof."""
        return self.calls.ask(ProofPage, "GET", f"/api/v1/tasks/{in_path(task_id)}/proof")

    def get_tasks_by_task_id_proof_docx(self, *, task_id: str) -> bytes:
        """提醒送达证明（Word）: GET /api/v1/tasks/{task_id}/proof.docx."""
        return self.calls.fetch("GET", f"/api/v1/tasks/{in_path(task_id)}/proof.docx")
