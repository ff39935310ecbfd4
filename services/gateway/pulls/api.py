"""HTTP of pulling: plans are set and listed with where they stand, tried without taking anything, and run at once."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.access import API, Door
from services.gateway.feeds.api import fitting
from services.gateway.feeds.domain.trial import try_records
from services.gateway.feeds.service_sources import require_source
from services.gateway.feeds.views import TrialOut
from services.gateway.pulls import service
from services.gateway.pulls.acceptance import Acceptance
from services.gateway.pulls.domain import Cursor, Plan, PullPlan, TablePlan, unpack
from services.gateway.pulls.models import FeedPull
from services.gateway.pulls.puller import OpenWay
from services.gateway.pulls.repository import list_pulls
from services.gateway.pulls.service import PullDesk, PullOrder, Round, plan_of, require_pull
from services.gateway.roles import Key
from shared.database import Database

READ, WRITE = "ops:read", "ops:write"


class PullIn(BaseModel):
    """How a source is asked."""

    model_config = ConfigDict(extra="forbid")

    plan: Plan = Field(description="kind 为 pull（接口分页）或 table（前置库表）；只写密钥的名称，不写密钥")
    enabled: bool = True


class RunIn(BaseModel):
    """How a round is asked for."""

    model_config = ConfigDict(extra="forbid")

    from_start: bool = Field(default=False, description="从头再取；已收下的记为重复")


class PullOut(BaseModel):
    """How a source is asked, and where that stands; all times are real time.

    Attributes:
        high: The latest time, or the largest value of the column, up to which whole runs took records.
        cursor: What the next call asks for.
        error: Of the last failure; empty after a round that went well.
    """

    source: str
    plan: PullPlan | TablePlan
    enabled: bool
    high: str
    cursor: dict[str, Any]
    at_hand: bool
    next_at: datetime
    last_at: datetime | None
    runs: int
    failed_runs: int
    failures: int
    error: str
    error_at: datetime | None
    changed_at: datetime
    changed_by: str


def pulls_router(
    db: Database, door: Door, desk: PullDesk, intake: Acceptance, open_way: OpenWay
) -> APIRouter:
    """Serve `/feed-pulls`."""
    router = APIRouter(tags=["数据来源"], prefix=API)
    needs = [Depends(door.needs(READ))]

    @router.get("/feed-pulls", summary="列出拉取的来源：上次、游标和错误", dependencies=needs)
    async def get_pulls() -> list[PullOut]:
        async with db.reading() as session:
            return [_shown(row, db.clock.real_now()) for row in await list_pulls(session)]

    @router.get("/feed-pulls/{source_id}", summary="查看一个来源的拉取", dependencies=needs)
    async def get_pull(source_id: str) -> PullOut:
        async with db.reading() as session:
            return _shown(await require_pull(session, source_id), db.clock.real_now())

    @router.put("/feed-pulls/{source_id}", summary="设置拉取：接口分页或前置库表")
    async def put_pull(
        source_id: str, given: PullIn, by: Annotated[Key, Depends(door.needs(WRITE))]
    ) -> PullOut:
        async with db.transaction() as tx:
            order = PullOrder(given.plan, given.enabled)
            row = await service.set_plan(tx, source_id, order, desk, by=by.principal.id)
            return _shown(row, db.clock.real_now())

    @router.post(
        "/feed-pulls/{source_id}/run", summary="立即拉取一轮", dependencies=[Depends(door.needs(WRITE))]
    )
    async def post_run(source_id: str, given: RunIn) -> PullOut:
        async with db.transaction() as tx:
            now = db.clock.real_now()
            return _shown(
                await service.ask_now(tx, source_id, from_start=given.from_start, real_now=now), now
            )

    @router.post(
        "/feed-pulls/{source_id}/dry-run",
        summary="试读下一页：会读成什么，不收，也不移动游标",
        dependencies=[Depends(door.needs(WRITE))],
    )
    async def post_dry_run(source_id: str) -> TrialOut:
        async with db.reading() as session:
            row, source = await require_pull(session, source_id), await require_source(session, source_id)
        at_hand = Round(source, plan_of(row), Cursor.model_validate_json(row.cursor), row.fence)
        way = open_way(at_hand)
        try:
            fetched = await way.fetch(at_hand.cursor)
        finally:
            await way.close()
        read = try_records(((raw.place, raw.record) for raw in fetched.raws), intake.context(source))
        return fitting(read, source_id)

    return router


def _shown(row: FeedPull, real_now: datetime) -> PullOut:
    cursor = Cursor.model_validate_json(row.cursor)
    return PullOut(
        source=row.source_id,
        plan=plan_of(row),
        enabled=row.enabled,
        high=str(unpack(cursor.high)) if cursor.high else "",
        cursor=cursor.model_dump(mode="json", exclude_defaults=True),
        at_hand=bool(row.holder) and row.held_until > real_now,
        next_at=row.next_at,
        last_at=row.last_at,
        runs=row.runs,
        failed_runs=row.failed_runs,
        failures=row.failures,
        error=row.error,
        error_at=row.error_at,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )
