"""HTTP of the intake: records of a source, and the dry run that shows how a sample would be read."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from services.gateway.access import API, Door
from services.gateway.feeds.domain.trial import Trial, try_records
from services.gateway.feeds.reception import FeedReception, Sent
from services.gateway.feeds.records import CSV, JSON, XLSX, read_records
from services.gateway.feeds.service_sources import require_source
from services.gateway.feeds.views import TakenOut, TrialOut
from services.gateway.roles import Key
from shared.database import Database
from shared.errors import Invalid

SCOPE = "ratings:write"
_CONTENT: dict[str, Any] = {
    JSON: {"schema": {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}},
    "application/x-ndjson": {"schema": {"type": "string", "description": "每行一条记录（JSON）"}},
    CSV: {"schema": {"type": "string", "description": "首行为字段名"}},
    XLSX: {"schema": {"type": "string", "format": "binary", "description": "每张表首行为字段名"}},
}
_BODY = {"requestBody": {"content": _CONTENT, "required": True}}
_SIGNATURE = [
    {"name": name, "in": "header", "description": told, "schema": {"type": "string"}}
    for name, told in (
        ("X-Duban-Timestamp", "签名时刻（Unix 秒）；来源设有签名时必填"),
        ("X-Duban-Signature", "对“时刻.正文”的 HMAC-SHA256；来源设有签名时必填"),
    )
]


def feeds_router(db: Database, door: Door, reception: FeedReception) -> APIRouter:
    """Serve the intake."""
    router = APIRouter(tags=["数据来源"], prefix=API)

    @router.post(
        "/feeds/{source}",
        summary="报送办件和评价：按来源的接口格式，一条或一批",
        openapi_extra=_BODY | {"parameters": _SIGNATURE},
    )
    async def post_records(
        source: str, request: Request, key: Annotated[Key, Depends(door.needs(SCOPE))]
    ) -> TakenOut:
        found = await reception.source_for(source, key)
        sent = Sent(
            source, await request.body(), request.headers.get("content-type", ""), dict(request.headers)
        )
        return await reception.take(sent, found)

    @router.post(
        "/feed-sources/{source_id}/dry-run",
        summary="试读：样本按该来源的映射会读成什么，不收",
        openapi_extra=_BODY,
        dependencies=[Depends(door.needs("ops:read"))],
    )
    async def post_dry_run(source_id: str, request: Request) -> TrialOut:
        body, kind = await request.body(), request.headers.get("content-type", "")
        async with db.reading() as session:
            source = await require_source(session, source_id)
        raws, _ = await asyncio.to_thread(read_records, body, kind)
        trial = try_records(((raw.place, raw.record) for raw in raws), reception.context(source))
        return fitting(trial, source_id)

    return router


def fitting(trial: Trial, source_id: str) -> TrialOut:
    """Show a trial; one with findings is refused with them.

    Raises:
        Invalid: Something does not fit.
    """
    records = [record._asdict() for record in trial.records]
    if not trial.findings:
        return TrialOut.model_validate({"fits": True, "count": trial.count, "records": records})
    findings = [asdict(finding) for finding in trial.findings]
    first = trial.findings[0]
    message = f"样本 {trial.count} 条与来源 {source_id} 的映射不符，共 {len(findings)} 类：{first.message}"
    raise Invalid(
        message,
        code="mapping.misfit",
        field=first.field,
        count=trial.count,
        findings=findings,
        records=records,
    )
