"""The inner HTTP API of indicators: what they stand at, the facts behind them, and what people report of them."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from services.metrics.indicators import repository, service, service_values, sheets
from services.metrics.indicators.domain import Kind, State
from services.metrics.indicators.service_catalogue import Wanted, indicator
from services.metrics.indicators.views import (
    CatalogueView,
    DetailView,
    IndicatorsView,
    IndicatorView,
    KeptView,
    RowsView,
    RowView,
    SettingBody,
    SettingView,
    ValueBody,
    ValueView,
)
from services.metrics.measuring import registry
from services.metrics.permissions import Check
from services.metrics.rates.api import read_as_of
from shared.database import Database
from shared.paging_http import Linking
from shared.principal import Principal
from shared.workbooks import check_size

ALL: frozenset[Kind] = frozenset({"target", "frame", "goal"})
REPORTED = "报送值：由责任单位报送，附佐证；系统核对单位、范围和突变。"


class IndicatorsQuery(BaseModel):
    """Which indicators are asked for; targets of plans unless `kind` says otherwise."""

    model_config = ConfigDict(extra="ignore")

    plan: str | None = None
    task: str | None = None
    owner: str | None = None
    frame: str | None = None
    state: State | None = None
    kind: Literal["target", "frame", "goal", "all"] = "target"
    as_of: str = ""

    def wanted(self, now: datetime) -> Wanted:
        """Give it as the service knows it."""
        kinds = ALL if self.kind == "all" else frozenset({self.kind})
        as_of = read_as_of(self.as_of, now) or now
        return Wanted(now, as_of, kinds, self.plan, self.task, self.owner, self.frame, self.state)


class RowsQuery(BaseModel):
    """A page of the facts behind a part of a measured indicator."""

    part: Literal["numerator", "denominator", "excluded"] = "numerator"
    after: str = ""
    limit: int = Field(default=100, ge=1, le=500)
    as_of: str = ""


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/indicators`, to those whom `check` lets in."""
    router = APIRouter(prefix="/indicators")

    @router.get("")
    async def indicators(
        _who: Annotated[Principal, Depends(check)], query: Annotated[IndicatorsQuery, Query()]
    ) -> IndicatorsView:
        wanted = query.wanted(db.clock.now())
        stood = await db.look(lambda connection: service.standings(connection, wanted))
        shown = [IndicatorView.of(one, wanted.as_of) for one in stood]
        return IndicatorsView(as_of=wanted.as_of, items=shown)

    @router.get("/catalogue")
    async def whole_catalogue(_who: Annotated[Principal, Depends(check)]) -> CatalogueView:
        return CatalogueView.whole()

    @router.get("/{indicator_id}")
    async def detail(
        indicator_id: str, _who: Annotated[Principal, Depends(check)], as_of: str = ""
    ) -> DetailView:
        now = db.clock.now()
        wanted = Wanted(now, read_as_of(as_of, now) or now)
        return await db.look(lambda connection: _detail(connection, indicator_id, wanted))

    @router.get("/{indicator_id}/rows")
    async def rows(
        indicator_id: str,
        linking: Annotated[Linking, Depends()],
        _who: Annotated[Principal, Depends(check)],
        query: Annotated[RowsQuery, Query()],
    ) -> RowsView:
        now = db.clock.now()
        wanted = Wanted(now, read_as_of(query.as_of, now) or now)
        shown = await db.look(lambda connection: _rows(connection, indicator_id, wanted, query))
        linking.tell(shown.after)
        return shown

    _add_writing(router, db, check)
    return router


def _add_writing(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/upload", status_code=201)
    async def upload(who: Annotated[Principal, Depends(check)], request: Request) -> KeptView:
        content = await request.body()
        check_size(len(content))
        kept = await db.run_sync(lambda tx: service_values.upload(tx, who, sheets.read_table(content)))
        return KeptView(items=[ValueView.of(one, holds=True) for one in kept])

    @router.post("/{indicator_id}/values", status_code=201)
    async def report(
        indicator_id: str, body: ValueBody, who: Annotated[Principal, Depends(check)]
    ) -> ValueView:
        kept = await db.run_sync(lambda tx: service_values.report(tx, who, indicator_id, body.said()))
        return ValueView.of(kept, holds=True)

    @router.put("/{indicator_id}/setting")
    async def change(
        indicator_id: str, body: SettingBody, who: Annotated[Principal, Depends(check)]
    ) -> SettingView:
        one = await db.run_sync(
            lambda tx: service_values.change(tx, who, indicator_id, body.changes, body.why)
        )
        return SettingView.of(one)


def _detail(connection: Connection, indicator_id: str, wanted: Wanted) -> DetailView:
    stood = service.standing(connection, indicator_id, wanted)
    one = stood.indicator
    values = repository.values(connection, indicator_id).get(indicator_id, [])
    return DetailView(
        as_of=wanted.as_of,
        indicator=IndicatorView.of(stood, wanted.as_of),
        setting=SettingView.of(one),
        counted=registry.about(one.measure).text if one.measure else REPORTED,
        history=ValueView.history(values, wanted.as_of),
        missed=repository.missed(connection, wanted.as_of).get(indicator_id, {}),
    )


def _rows(connection: Connection, indicator_id: str, wanted: Wanted, query: RowsQuery) -> RowsView:
    one = indicator(connection, indicator_id, wanted)
    page = query.after, query.limit
    found = [
        RowView.of(row) for row in service.rows_behind(connection, one, wanted, part=query.part, page=page)
    ]
    after = found[-1].subject if len(found) >= query.limit else None
    return RowsView(as_of=wanted.as_of, items=found, after=after)
