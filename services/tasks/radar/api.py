"""The inner API of the radar: all stage goals, or those of a plan, on any day up to today."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.edge import Check
from services.tasks.radar import repository
from services.tasks.radar.domain import READING_WORDS, Outlook, Reading, look, sentence
from shared.clock import end_of_day, local_date
from shared.database import Database
from shared.errors import Invalid
from shared.principal import Principal


class OutlookView(BaseModel):
    """How a stage goal stands on a day, with the counts that the shares follow from."""

    goal_id: str
    plan_id: str
    on: date
    due_on: date
    operator: str
    value: float
    scope: str
    strength: str
    reading: Reading
    reading_word: str
    sentence: str
    total: int
    needed: int
    done: int
    done_share: float
    handed_in: int
    due_soon: int
    soon_share: float
    reachable: int
    reachable_share: float
    mean_progress: float
    deciding: list[str]
    spare: int


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/radar`."""
    router = APIRouter()

    @router.get("/radar")
    async def radar(
        who: Annotated[Principal, Depends(check)], plan: str | None = None, on: date | None = None
    ) -> list[OutlookView]:
        who.require("plans:read")
        now = db.clock.now()
        async with db.reading() as session:
            outlooks = await read_radar(session, plan, on or local_date(now), now)
        return [_show(outlook) for outlook in outlooks]

    return router


async def read_radar(
    session: AsyncSession, plan_id: str | None, on: date, now: datetime
) -> Sequence[Outlook]:
    """Read how the goals of a plan, or of all, stand at the end of the day `on`, or now when that is today.

    Raises:
        Invalid: The day lies in the future.
    """
    if on > local_date(now):
        message = f"on 的日期 {on} 晚于今天，雷达只能查看今天及以前"
        raise Invalid(message, code="radar.future", field="on")
    goals = await repository.goals(session, plan_id)
    tasks = await repository.counted(session, {goal.plan_id for goal in goals}, min(end_of_day(on), now))
    return [look(goal, tasks.get(goal.plan_id, ()), on) for goal in goals]


def _show(outlook: Outlook) -> OutlookView:
    goal = outlook.goal
    return OutlookView(
        goal_id=goal.id,
        plan_id=goal.plan_id,
        on=outlook.on,
        due_on=goal.due_on,
        operator=goal.operator,
        value=goal.value,
        scope=goal.scope,
        strength=goal.strength,
        reading=outlook.reading,
        reading_word=READING_WORDS[outlook.reading],
        sentence=sentence(outlook),
        total=outlook.total,
        needed=outlook.needed,
        done=outlook.done,
        done_share=outlook.share(outlook.done),
        handed_in=outlook.handed_in,
        due_soon=outlook.due_soon,
        soon_share=outlook.share(outlook.done + outlook.due_soon),
        reachable=outlook.reachable,
        reachable_share=outlook.share(outlook.reachable),
        mean_progress=outlook.progress,
        deciding=list(outlook.deciding),
        spare=outlook.spare,
    )
