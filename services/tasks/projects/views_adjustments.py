"""Quarterly adjustments as the API shows them, with what was decided and what they do to the list."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.models import AdjustmentDecisionRow, AdjustmentRow
from services.tasks.projects import repository
from services.tasks.projects.domain_adjustment import BODY_WORDS, STATE_WORDS, AdjustmentState, Body, Size
from services.tasks.projects.views import View, Yi


class DecisionView(View):
    """What a body decided."""

    body: str
    body_word: str = ""
    approved: bool
    paper: str
    decided_on: date
    note: str


class AdjustmentView(View):
    """A quarterly adjustment with its items and decisions."""

    id: str
    year: int
    quarter: int
    state: str
    state_word: str = ""
    items: list[dict[str, Any]]
    decisions: list[DecisionView] = Field(default_factory=list)
    proposed_on: date
    proposed_by: str
    applied_at: datetime | None


class SizeView(View):
    """How large the list is."""

    projects: int
    total: Yi
    annual: Yi


class BalanceView(BaseModel):
    """The list before and after an adjustment; `adjustment` is none when it was only tried out."""

    before: SizeView
    after: SizeView
    adjustment: AdjustmentView | None


async def show_adjustments(session: AsyncSession, rows: Sequence[AdjustmentRow]) -> list[AdjustmentView]:
    """Show adjustments with what was decided on them."""
    decisions = await repository.decisions_of(session, [row.id for row in rows])
    return [_show_adjustment(row, decisions.get(row.id, [])) for row in rows]


def _show_adjustment(row: AdjustmentRow, decisions: Sequence[AdjustmentDecisionRow]) -> AdjustmentView:
    shown_ = [
        DecisionView.model_validate(one).model_copy(update={"body_word": BODY_WORDS[Body(one.body)]})
        for one in decisions
    ]
    said = {"state_word": STATE_WORDS[AdjustmentState(row.state)], "decisions": shown_}
    return AdjustmentView.model_validate(row).model_copy(update=said)


def show_size(size: Size) -> SizeView:
    """Show the size of the list."""
    return SizeView.model_validate(size)
