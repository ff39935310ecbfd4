"""HTTP of keys: the security administrator makes and revokes them, the audit administrator reads the log."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.gateway.access import API, Door
from services.gateway.keys import KeyOrder, create_key, list_audit, list_keys, revoke_key, rotate_key
from services.gateway.models import ApiKey
from services.gateway.roles import (
    AUDIT_READERS,
    KEY_READERS,
    KEY_WRITERS,
    Key,
    check_expiry,
    check_no_administrator,
    check_own_scopes,
)
from shared.database import Database
from shared.errors import Forbidden
from shared.paging_http import LINKED, Linking

READ, WRITE = "keys:read", "keys:write"
MOST_LISTED = 1000


class KeyIn(BaseModel):
    """A key as the security administrator wants it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, description="密钥的名称：谁用、做什么用")
    role: str = Field(max_length=20)
    unit: str = Field(default="", max_length=64, description="单位 id，单位角色必填")
    scopes: frozenset[str] = Field(
        default=frozenset(), description="不填为角色的全部权限；只能少于，不能多于"
    )
    source: str = Field(default="", max_length=64, description="只能报送该数据来源的数据")
    expires: AwareDatetime | None = Field(default=None, description="到期时间（真实时间）；不填为长期")
    per_minute: int | None = Field(
        default=None, ge=0, le=1_000_000, description="每分钟最多请求数，0 为不限；不填按角色"
    )


class Rotation(BaseModel):
    """How a secret is to be replaced."""

    model_config = ConfigDict(extra="forbid")

    overlap_hours: int = Field(default=24, ge=0, le=720, description="旧秘密还有效多少小时；泄露时填 0")


class KeyOut(BaseModel):
    """A key as lists show it: never its secret."""

    id: str
    name: str
    prefix: str
    role: str
    unit: str
    scopes: list[str]
    source: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="最近一次使用，晚记数秒")
    old_until: datetime | None = Field(description="更换前的秘密有效到何时")
    per_minute: int | None


class KeyMade(KeyOut):
    """A new key with its secret, which is told this once only."""

    secret: str


class KeyDeed(BaseModel):
    """One line of the log: who made, rotated or revoked which key, and when (real time)."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    by: str
    what: str
    key_id: str
    role: str
    unit: str
    scopes: str
    label: str


def keys_router(db: Database, door: Door) -> APIRouter:
    """Serve `/keys` and the log of them."""
    router = APIRouter(tags=["密钥"], prefix=API)
    _add_reading(router, db, door)
    _add_writing(router, db, door)
    return router


def _add_reading(router: APIRouter, db: Database, door: Door) -> None:
    @router.get("/keys", summary="列出密钥", dependencies=[Depends(_needs(door, READ, KEY_READERS))])
    async def get_keys() -> list[KeyOut]:
        async with db.reading() as session:
            return [_shown(key) for key in await list_keys(session)]

    @router.get(
        "/keys/audit",
        summary="密钥的新建、更换和撤销记录，最新在前",
        dependencies=[Depends(_needs(door, READ, AUDIT_READERS))],
        responses=LINKED,
    )
    async def get_audit(
        linking: Annotated[Linking, Depends()],
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
        before: Annotated[int | None, Query(ge=1, description="只要此编号之前的记录")] = None,
    ) -> list[KeyDeed]:
        async with db.reading() as session:
            found = await list_audit(session, limit=limit + 1, before=before)
        page = linking.cut(found, limit, lambda one: one.id, name="before")
        return [KeyDeed.model_validate(one) for one in page]


def _add_writing(router: APIRouter, db: Database, door: Door) -> None:
    writer = Annotated[Key, Depends(_needs(door, WRITE, KEY_WRITERS))]

    @router.post("/keys", summary="新建密钥；秘密只显示这一次", status_code=201)
    async def post_key(given: KeyIn, by: writer) -> KeyMade:
        check_own_scopes(given.role, given.scopes)
        check_no_administrator(given.role)
        real_now = db.clock.real_now()
        async with db.transaction() as tx:
            key, secret = await create_key(tx, _order(given, real_now), real_now=real_now, by=by.principal.id)
        return KeyMade(secret=secret, **_shown(key).model_dump())

    @router.post("/keys/{key_id}/rotation", summary="更换密钥的秘密；新旧在重叠期内都有效，新的只显示这一次")
    async def post_rotation(key_id: str, by: writer, given: Rotation | None = None) -> KeyMade:
        overlap = timedelta(hours=(given or Rotation()).overlap_hours)
        real_now = db.clock.real_now()
        async with db.transaction() as tx:
            key, secret = await rotate_key(tx, key_id, real_now=real_now, overlap=overlap, by=by.principal.id)
        return KeyMade(secret=secret, **_shown(key).model_dump())

    @router.delete("/keys/{key_id}", summary="撤销密钥，五秒内生效")
    async def delete_key(key_id: str, by: writer) -> KeyOut:
        async with db.transaction() as tx:
            key = await revoke_key(
                tx, key_id, real_now=db.clock.real_now(), by=by.principal.id, keep_last=True
            )
            return _shown(key)


def _needs(door: Door, scope: str, roles: frozenset[str]) -> Callable[..., Awaitable[Key]]:
    """Build the check of the scope and of the role: a key of another role never looks after keys, whatever it holds."""
    holds = door.needs(scope)

    async def check(key: Annotated[Key, Depends(holds)]) -> Key:
        if key.principal.role not in roles:
            wanted = "、".join(sorted(roles))
            message = f"角色 {key.principal.role} 不能管理密钥，可以的角色：{wanted}"
            raise Forbidden(message, code="role.refused", field="role", roles=sorted(roles))
        return key

    return check


def _order(given: KeyIn, real_now: datetime) -> KeyOrder:
    return KeyOrder(
        role=given.role,
        unit=given.unit,
        scopes=given.scopes,
        label=given.name,
        source_id=given.source,
        per_minute=given.per_minute,
        lifetime=None if given.expires is None else check_expiry(given.expires, real_now) - real_now,
    )


def _shown(key: ApiKey) -> KeyOut:
    return KeyOut(
        id=key.id,
        name=key.label,
        prefix=key.prefix,
        role=key.role,
        unit=key.unit,
        scopes=key.scopes.split(),
        source=key.source_id,
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        last_used_at=key.last_used_at,
        old_until=key.old_until,
        per_minute=key.per_minute,
    )
