"""HTTP of the daily reconciliation of results of approvals: what came in here against what the ledger has of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from services.gateway.access import API, Door
from services.gateway.feeds.repository_approvals import count_received
from services.gateway.inner.client import Call, InnerServices
from services.gateway.roles import Key
from shared.clock import local_date
from shared.database import Database

READ = "tasks:read"
PATH = "/approvals/reconciliation"
COUNTS = (
    "recorded",
    "routed",
    "claimed",
    "late",
    "unclaimed",
    "overdue",
    "unroutable",
    "declined",
    "superseded",
)


class DayOut(BaseModel):
    """The results of one source that came in on a day; where they stand is of now."""

    source: str
    day: date
    received: int = Field(description="网关当日收到的审批结果数，含补收的，不含重复的")
    recorded: int = Field(description="督办服务已登记数")
    difference: int = Field(description="收到数减登记数：正在传递的，或未能登记的（见死信）")
    routed: int = Field(description="已推送到单位：待认领、已认领和已开展监管")
    claimed: int = Field(description="已认领，含已开展监管")
    late: int = Field(description="其中超期认领")
    unclaimed: int = Field(description="未认领，含待指派和已退回")
    overdue: int = Field(description="其中已超期")
    unroutable: int = Field(description="目录无对应单位、待督查人员指派")
    declined: int = Field(description="单位已退回、待督查人员改派")
    superseded: int = Field(description="未认领前被新结果替代")


def approvals_router(db: Database, door: Door, services: InnerServices) -> APIRouter:
    """Serve `/approval-reconciliation`."""
    router = APIRouter(tags=["数据来源"], prefix=API)

    @router.get(
        "/approval-reconciliation",
        summary="审批结果日对账：每个来源收到、登记、推送、认领、未认领、无法推送的数",
        response_model=list[DayOut],
    )
    async def get_days(
        key: Annotated[Key, Depends(door.needs(READ))], day: date | None = None, source: str = ""
    ) -> Response:
        on = day or local_date(db.clock.now())
        query = f"day={on.isoformat()}"
        answer = await services.call(Call("tasks", "GET", PATH, query=query), key.principal)
        if answer.is_error:
            return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))
        async with db.reading() as session:
            received = await count_received(session, source, on)
        rows = [row for row in answer.json() if source in {"", row["source"]}]
        return JSONResponse([row.model_dump(mode="json") for row in set_against(received, rows, on)])

    return router


def set_against(received: Mapping[str, int], rows: Iterable[Mapping[str, Any]], day: date) -> list[DayOut]:
    """Set what came in against what the ledger has, a row for each source that either knows of."""
    known = {row["source"]: row for row in rows}
    return [
        _shown(source, day, received.get(source, 0), known.get(source, {}))
        for source in sorted({*received, *known})
    ]


def _shown(source: str, day: date, received: int, row: Mapping[str, Any]) -> DayOut:
    counts = {name: row.get(name, 0) for name in COUNTS}
    return DayOut(
        source=source, day=day, received=received, difference=received - counts["recorded"], **counts
    )
