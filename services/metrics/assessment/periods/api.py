"""The inner HTTP API of periods: their steps, runs and what a run changed."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import Connection, Row

from services.metrics.assessment.api_parts import Body, Done, Key, Tools, Why
from services.metrics.assessment.periods import repository, repository_cases, service
from services.metrics.assessment.periods.domain import STATES
from services.metrics.assessment.periods.service import Counted, Order
from services.metrics.assessment.scoring.domain_changes import Change, changes
from services.metrics.permissions import Check
from shared.database import SyncTx
from shared.paging_http import Paging
from shared.principal import Principal

Who = Principal


class RunView(BaseModel):
    """A run of a period: what it was counted from, and what later facts would have changed in the period before."""

    number: int
    kind: str
    before: int
    scheme_version: int
    as_of: datetime
    archive_position: int
    archive_hash: str
    cursors: dict[str, int]
    corrections: list[Change]
    digest: str
    appeal: str
    at: datetime
    by: str
    why: str

    @classmethod
    def of(cls, row: Row[Any]) -> "RunView":
        """Show a run."""
        return cls.model_validate({**row._mapping, "appeal": row.reference})  # noqa: SLF001 - the documented name.


class PeriodView(BaseModel):
    """A period; `run` is the one that counts."""

    id: str
    scheme: str
    period: str
    kind: str
    first: date
    last: date
    state: str
    state_title: str
    run: int
    appeals_until: datetime | None
    opened_at: datetime
    opened_by: str
    final_at: datetime | None
    final_by: str | None

    @classmethod
    def of(cls, row: Row[Any]) -> "PeriodView":
        """Show a period."""
        more = {"id": row.period_id, "period": row.label, "state_title": STATES[row.state]}
        return cls.model_validate({**row._mapping, **more})  # noqa: SLF001 - as above.


class PeriodsView(BaseModel):
    """A page of periods, the latest first; `next` is the `after` of the page behind it."""

    items: list[PeriodView]
    next: str | None = None


class PeriodDetail(PeriodView):
    """A period with its runs and the number of appeals that wait."""

    runs: list[RunView]
    undecided: int


class ChangesView(BaseModel):
    """What a run changed against the one before it, or what scoring again now would change."""

    period: str
    run: int
    before: int
    changes: list[Change]


class OpenBody(Body):
    """Which period of which scheme: `2023-Q2` or `2023`."""

    scheme: Key
    period: Key


class WhyBody(Body):
    """Why."""

    why: Why


def build_router(tools: Tools, check: Check) -> APIRouter:
    """Serve `/assessment/periods`, to those whom `check` lets in."""
    router = APIRouter(prefix="/assessment/periods")

    @router.get("", dependencies=[Depends(check)])
    async def periods(page: Annotated[Paging, Depends()], scheme: str | None = None) -> PeriodsView:
        found = await tools.db.look(lambda connection: repository.periods(connection, scheme, page.asked))
        return PeriodsView(items=[PeriodView.of(row) for row in page.show(found)], next=found.next)

    @router.post("", status_code=201)
    async def open_period(body: OpenBody, who: Annotated[Who, Depends(check)]) -> Done:
        name = await tools.db.run_sync(lambda tx: service.open_period(tx, body.scheme, body.period, who.id))
        return Done(id=name)

    @router.get("/{period}", dependencies=[Depends(check)])
    async def period(period: str) -> PeriodDetail:
        return await tools.db.look(lambda connection: _detail(connection, period))

    _add_steps(router, tools, check)
    _add_changes(router, tools, check)
    return router


def _detail(connection: Connection, name: str) -> PeriodDetail:
    view = PeriodView.of(repository.period(connection, name))
    runs = [RunView.of(row) for row in repository.runs(connection, name)]
    return PeriodDetail(
        **view.model_dump(), runs=runs, undecided=repository_cases.undecided(connection, name)
    )


def _counting(tools: Tools) -> Callable[[str, str], Awaitable[Counted]]:
    async def count(name: str, step: str) -> Counted:
        now = tools.db.clock.now()
        return await tools.db.look(
            lambda connection: service.count_period(connection, tools.measures, name, step, now)
        )

    return count


def _add_steps(router: APIRouter, tools: Tools, check: Check) -> None:
    count = _counting(tools)

    @router.post("/{period}/preview")
    async def preview(period: str, who: Annotated[Who, Depends(check)]) -> Done:
        head = await tools.archive.head()
        counted = await count(period, "preview")
        run = await tools.db.run_sync(lambda tx: service.keep_preview(tx, counted, head, who.id))
        return Done(id=period, run=run)

    @router.post("/{period}/closing")
    async def close(period: str, who: Annotated[Who, Depends(check)]) -> Done:
        head = await tools.archive.head()
        counted = await count(period, "close")
        run = await tools.db.run_sync(lambda tx: service.close(tx, counted, head, who.id))
        return Done(id=period, run=run)

    @router.post("/{period}/rescoring")
    async def rescore(period: str, body: WhyBody, who: Annotated[Who, Depends(check)]) -> Done:
        head = await tools.archive.head()
        counted = await count(period, "rescore")
        order = Order("rescored", who.id, body.why)
        run = await tools.db.run_sync(lambda tx: service.rescore(tx, counted, head, order))
        return Done(id=period, run=run)

    @router.post("/{period}/final")
    async def finalise(period: str, who: Annotated[Who, Depends(check)]) -> Done:
        def work(tx: SyncTx) -> None:
            service.finalise(tx, period, who.id)

        await tools.db.run_sync(work)
        return Done(id=period)


def _add_changes(router: APIRouter, tools: Tools, check: Check) -> None:
    @router.get("/{period}/changes", dependencies=[Depends(check)])
    async def run_changes(period: str, run: int | None = None) -> ChangesView:
        return await tools.db.look(lambda connection: _changes(connection, period, run))

    @router.get("/{period}/corrections", dependencies=[Depends(check)])
    async def corrections(period: str) -> ChangesView:
        now = tools.db.clock.now()

        def work(connection: Connection) -> ChangesView:
            row = repository.period(connection, period)
            found = service.corrections_of(connection, tools.measures, row, now)
            return ChangesView(period=period, run=0, before=row.run, changes=found)

        return await tools.db.look(work)


def _changes(connection: Connection, period: str, run: int | None) -> ChangesView:
    row = repository.period(connection, period)
    held = repository.run(connection, period, row.run if run is None else run)
    stood = repository.scores(connection, period, held.before)
    found = changes(stood, repository.scores(connection, period, held.number))
    return ChangesView(period=period, run=held.number, before=held.before, changes=found)
