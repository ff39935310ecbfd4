"""Rectifications as people see them: where each stands, in Chinese words, what is next, and what happened.

What people wrote is shown to the office and to units that have a part in the case, and to nobody else.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain import AT_REST, State
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.repository_queries import unit_names
from services.tasks.models import CallBackRow, RectificationRow, RectificationStepRow, TaskRow
from services.tasks.rectifications.domain import (
    MODE_WORDS,
    STAGE_WORDS,
    STEP_WORDS,
    VERDICT_WORDS,
    Stage,
    StepName,
    legal_steps,
)
from services.tasks.rectifications.domain_rules import GRADE_WORDS
from services.tasks.rectifications.repository import Case, Listed


class CaseView(BaseModel):
    """A case in a list; `overdue` is past its limit by now, or was when it was put right."""

    id: str
    title: str
    rating_id: str
    project_no: str
    service_number: int
    item_code: str
    level: int
    is_named: bool
    unit_id: str | None
    unit_name: str
    rated_unit: str | None
    dispatched_by: str
    doubt: str
    state: str
    state_word: str
    stage: str
    stage_word: str
    round: int
    grade: str
    grade_word: str
    verdict: str | None
    verdict_word: str
    stands: bool
    call_back: bool
    due_at: datetime | None
    overdue: bool
    task_level: str
    opened_at: datetime
    closed_at: datetime | None
    revision: int


class StepView(BaseModel):
    """A step: who, for which unit, when and why."""

    number: int
    step: str
    step_word: str
    round: int
    from_stage: str
    to_stage: str
    to_stage_word: str
    at: datetime
    by: str
    unit_id: str | None
    reason: str
    details: dict[str, Any]


class CallView(BaseModel):
    """An attempt of a call-back."""

    number: int
    round: int
    at: datetime
    by: str
    reached: bool
    level: int | None
    note: str


class RatingView(BaseModel):
    """A bad rating of the case."""

    rating_id: str
    assessment_number: int
    level: int
    is_named: bool
    rated_at: datetime


class WholeCaseView(CaseView):
    """A case with all that is known of it; `texts_hidden` where the reader's unit has no part in it.

    Attributes:
        legal: Steps that may be made now, with their words.
    """

    legal: dict[str, str]
    mode: str | None
    mode_word: str
    measures: str
    owner: str
    ledger_due: date | None
    rectified_at: datetime | None
    late: bool | None
    reply: str
    replied_at: datetime | None
    rules_region: str
    rules_version: int
    texts_hidden: bool
    ratings: list[RatingView]
    call_backs: list[CallView]


async def show_list(session: AsyncSession, listed: Sequence[Listed], now: datetime) -> list[CaseView]:
    """Show cases as of `now`."""
    names = await unit_names(session, {task.answering_unit for _, task in listed if task.answering_unit})
    return [CaseView.model_validate(_facts(row, task, names, now)) for row, task in listed]


async def show_case(
    session: AsyncSession, case: Case, now: datetime, *, seen_by: str | None
) -> WholeCaseView:
    """Show one case with the eyes of a unit, or of those who see what all units do."""
    row, task = case.row, case.held.task
    names = await unit_names(session, [task.answering_unit] if task.answering_unit else [])
    hidden = is_hidden(case, seen_by)
    said = {name: getattr(row, name) for name in WholeCaseView.model_fields if hasattr(row, name)} | _facts(
        row, task, names, now
    )
    texts = dict.fromkeys(("measures", "owner", "reply"), "") if hidden else {}
    more = {
        "legal": {step: STEP_WORDS[step] for step in legal_steps(case.standing)},
        "mode_word": MODE_WORDS.get(row.mode or "", ""),
        "texts_hidden": hidden,
        "ratings": [_pick(one, RatingView) for one in case.ratings],
        "call_backs": [_call(one, hidden=hidden) for one in case.call_backs],
    }
    return WholeCaseView.model_validate(said | more | texts)


def show_steps(case: Case, *, seen_by: str | None) -> list[StepView]:
    """Show what happened, in order."""
    hidden = is_hidden(case, seen_by)
    return [_step(one, hidden=hidden) for one in case.steps]


def is_hidden(case: Case, seen_by: str | None) -> bool:
    """Tell whether somebody is not to see what people wrote: their unit has no part in the case."""
    return seen_by is not None and seen_by not in case.units


def _facts(row: RectificationRow, task: TaskRow, names: dict[str, str], now: datetime) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in CaseView.model_fields if hasattr(row, name)}
    return same | {
        "id": task.id,
        "title": task.title,
        "unit_id": task.answering_unit,
        "unit_name": names.get(task.answering_unit or "", ""),
        "doubt": "" if task.answering_unit else "派单目录和单位代码都找不到承办单位，请督查人员派单（改派）",
        "state": task.state,
        "state_word": kind_of(task.kind).state_word(State(task.state)),
        "stage_word": STAGE_WORDS[Stage(row.stage)],
        "grade_word": GRADE_WORDS[row.grade],
        "verdict_word": VERDICT_WORDS.get(row.verdict or "", "未认定"),
        "due_at": task.due_at,
        "overdue": _is_overdue(row, task, now),
        "task_level": task.level,
        "revision": task.revision,
    }


def _is_overdue(row: RectificationRow, task: TaskRow, now: datetime) -> bool:
    runs = State(task.state) not in AT_REST and task.submitted_at is None
    return bool(row.late) or (runs and task.due_at is not None and task.due_at < now)


def _step(row: RectificationStepRow, *, hidden: bool) -> StepView:
    words = {
        "step_word": STEP_WORDS[StepName(row.step)],
        "to_stage_word": STAGE_WORDS[Stage(row.to_stage)],
    }
    texts = {"reason": "", "details": {}} if hidden else {}
    return StepView.model_validate(_pick(row, StepView) | words | texts)


def _call(row: CallBackRow, *, hidden: bool) -> dict[str, Any]:
    return _pick(row, CallView) | ({"note": ""} if hidden else {})


def _pick(row: object, model: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in model.model_fields if hasattr(row, name)}
