"""HTTP of the audit: the audit administrator reads and verifies it; nobody changes it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, Json

from services.gateway.access import API, Door
from services.gateway.audit.repository import Wanted, list_entries, verify_chain
from services.gateway.roles import AUDIT_READERS, Key
from shared.database import Database
from shared.paging_http import LINKED, Linking

READ = "audit:read"
MOST_LISTED = 1000


class EntryOut(BaseModel):
    """One entry, as it stands in the chain."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    what: str
    by: str
    about: str
    address: str
    times: int = Field(description="一秒内相同的合并为一条，此为次数")
    detail: Json[dict[str, Any]]
    hash: str


class Verified(BaseModel):
    """Whether the chain holds."""

    entries: int = Field(description="从第一条起连续正确的条数")
    broken_at: int | None = Field(description="第一处断裂的编号；完好时为空")
    how: str = Field(
        description="missing 缺失或插入、altered 被改动、cut 末尾被截去；完好时为空",
    )


def audit_router(db: Database, door: Door) -> APIRouter:
    """Serve `/audit`."""
    router = APIRouter(tags=["审计"], prefix=f"{API}/audit")
    reader = Annotated[Key, Depends(door.needs(READ))]

    @router.get(
        "", summary="审计记录：登录、拒绝、账号和授权的变更、查看个人信息；最新在前", responses=LINKED
    )
    async def get_audit(  # noqa: PLR0913, PLR0917 - each is a parameter of the query.
        key: reader,
        linking: Annotated[Linking, Depends()],
        by: Annotated[str, Query(max_length=64, description="账号或密钥编号")] = "",
        what: Annotated[str, Query(max_length=40, description="如 login.failed、request.refused")] = "",
        about: Annotated[str, Query(max_length=200)] = "",
        before: Annotated[int | None, Query(ge=1, description="只要此编号之前的记录")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
    ) -> list[EntryOut]:
        key.principal.require_role(AUDIT_READERS)
        async with db.reading() as session:
            found = await list_entries(session, Wanted(by, what, about, before, limit + 1))
        page = linking.cut(found, limit, lambda one: one.id, name="before")
        return [EntryOut.model_validate(one) for one in page]

    @router.get("/verify", summary="验证审计记录的哈希链，指出第一处断裂")
    async def get_verify(key: reader) -> Verified:
        key.principal.require_role(AUDIT_READERS)
        count, broken = await db.look(verify_chain)
        return Verified(
            entries=count,
            broken_at=None if broken is None else broken.id,
            how="" if broken is None else broken.how,
        )

    return router
