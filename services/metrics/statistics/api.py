"""The inner HTTP API of the monthly statistics."""

import asyncio
from datetime import date, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel

from services.metrics.permissions import Check
from services.metrics.statistics import service
from services.metrics.statistics.domain import Month, Rectified
from services.metrics.statistics.service import Statistics
from services.metrics.statistics.writing import write_xlsx
from shared.clock import local_date
from shared.database import Database

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MonthView(BaseModel):
    """The figures of a line; delays in seconds from the rating to its arrival, by nearest rank."""

    unit_code: str = ""
    unit_name: str = ""
    source_id: str = ""
    ratings: int
    default: int
    by_level: dict[str, int]
    by_channel: dict[str, int]
    delay_median: int | None
    delay_p95: int | None
    rectification: Rectified


class StatisticsView(BaseModel):
    """A month by unit and source, with its sum."""

    month: str
    first: date
    last: date
    as_of: datetime
    items: list[MonthView]
    total: MonthView


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/ratings/statistics` as JSON and as a workbook, to those whom `check` lets in."""
    router = APIRouter(prefix="/ratings", dependencies=[Depends(check)])

    async def counted(month: str = "") -> Statistics:
        now = db.clock.now()
        asked = month or f"{local_date(now):%Y-%m}"
        return await db.look(lambda connection: service.statistics(connection, asked, now))

    @router.get("/statistics")
    async def statistics(found: Annotated[Statistics, Depends(counted)]) -> StatisticsView:
        items = [
            _show(
                month,
                unit_code=line.unit_code,
                source_id=line.source_id,
                name=found.names.get(line.unit_code, ""),
            )
            for line, month in found.lines.items()
        ]
        return StatisticsView(
            month=found.month,
            first=found.first,
            last=found.last,
            as_of=found.as_of,
            items=items,
            total=_show(found.total),
        )

    @router.get("/statistics.xlsx")
    async def workbook(found: Annotated[Statistics, Depends(counted)]) -> Response:
        content = await asyncio.to_thread(write_xlsx, found)
        name = quote(f"好差评统计（{found.month}）.xlsx")
        headers = {"content-disposition": f"attachment; filename=\"ratings.xlsx\"; filename*=UTF-8''{name}"}
        return Response(content, media_type=XLSX, headers=headers)

    return router


def _show(month: Month, *, unit_code: str = "", source_id: str = "", name: str = "") -> MonthView:
    return MonthView(
        unit_code=unit_code,
        unit_name=name,
        source_id=source_id,
        ratings=month.ratings,
        default=month.default,
        by_level=month.by("level"),
        by_channel=month.by("channel"),
        delay_median=month.delay(50),
        delay_p95=month.delay(95),
        rectification=month.rectified,
    )
