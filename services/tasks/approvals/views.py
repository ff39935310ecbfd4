"""Results of approvals as people see them, in Chinese words; who applied is asked of the vault."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.approvals.domain import HOW_WORDS, RESULT_WORDS, STATE_WORDS, STEP_WORDS, is_overdue
from services.tasks.ledger.repository_queries import unit_names
from services.tasks.models import ApprovalRow, ApprovalStepRow


class RecordView(BaseModel):
    """One version of a result; `due_at` is the end of the limit of whoever has it, or had it when it was claimed."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    approval_id: str
    version: int
    source_id: str
    project_no: str
    unit_code: str
    item_code: str
    item_type: str
    region_code: str
    result: str
    result_word: str = ""
    decided_at: datetime
    amends: str
    valid_until: date | None
    received_at: datetime
    state: str
    state_word: str = ""
    unit_id: str | None
    unit_name: str = ""
    how: str
    how_word: str = ""
    rule_id: str | None
    hop: int
    limit_workdays: int
    started_at: datetime
    due_at: datetime
    overdue: bool = False
    claimed_at: datetime | None
    claimed_by: str
    late: bool | None
    supervised_on: date | None
    supervised_note: str
    superseded_by: int | None


class StepView(BaseModel):
    """A step of a record: who, for which unit, when and why."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    step: str
    step_word: str = ""
    at: datetime
    by: str
    unit_id: str | None
    unit_name: str = ""
    reason: str
    details: dict[str, Any]


class RecordDetail(RecordView):
    """A record with its steps."""

    steps: list[StepView]


class RecordsView(BaseModel):
    """A page of records, the earliest received first; `next` is the `after` of the page behind it."""

    items: list[RecordView]
    next: str | None


async def show_page(
    session: AsyncSession, rows: Sequence[ApprovalRow], limit: int, now: datetime
) -> RecordsView:
    """Show a page of which one more than `limit` was read."""
    page = rows[:limit]
    names = await unit_names(session, [row.unit_id for row in page if row.unit_id])
    items = [_view(row, names, now) for row in page]
    return RecordsView(items=items, next=page[-1].id if len(rows) > len(page) else None)


async def show_record(
    session: AsyncSession, row: ApprovalRow, steps: Sequence[ApprovalStepRow], now: datetime
) -> RecordDetail:
    """Show a record with its steps."""
    ids = [one for one in (row.unit_id, *(step.unit_id for step in steps)) if one]
    names = await unit_names(session, ids)
    shown = [
        StepView.model_validate(step).model_copy(
            update={"step_word": STEP_WORDS[step.step], "unit_name": names.get(step.unit_id or "", "")}
        )
        for step in steps
    ]
    return RecordDetail(**_view(row, names, now).model_dump(), steps=shown)


def _view(row: ApprovalRow, names: Mapping[str, str], now: datetime) -> RecordView:
    words = {
        "result_word": RESULT_WORDS[row.result],
        "state_word": STATE_WORDS[row.state],
        "how_word": HOW_WORDS[row.how],
        "unit_name": names.get(row.unit_id or "", ""),
        "overdue": is_overdue(row.state, row.due_at, now),
    }
    return RecordView.model_validate(row).model_copy(update=words)
