"""HTTP of feed sources: listed, set, and the forms with the code lists that they can be set with."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.gateway.access import API, Door
from services.gateway.feeds.domain.silence import is_silent
from services.gateway.feeds.forms import lists, shipped
from services.gateway.feeds.ports import Seal
from services.gateway.feeds.repository_sources import list_sources
from services.gateway.feeds.service_sources import SourceOrder, form_of, set_source
from services.gateway.models import FeedSource
from shared.database import Database

MEGABYTE = 1024 * 1024
MOST_BYTES = 16 * MEGABYTE
READ, WRITE = "ops:read", "ops:write"


class SourceSet(BaseModel):
    """What is set of a source, but for its secret."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    form: str = Field(max_length=32, description="接口格式，见 GET /api/v1/feed-forms")
    overrides: dict[str, Any] = Field(
        default_factory=dict, description="对接口格式的更正，形状同格式：lists、records、times …；null 为去掉"
    )
    signature: Literal["none", "hmac-sha256"] = "none"
    per_minute: int = Field(default=0, ge=0, le=1_000_000, description="每分钟最多条数；0 为不限")
    max_bytes: int = Field(default=MOST_BYTES, ge=1024, le=MOST_BYTES, description="一次请求最多字节数")
    silent_after: int = Field(
        default=0, ge=0, le=60 * 24 * 366, description="多少分钟没有数据算静默（含夜间和休息日）；0 为不看"
    )
    enabled: bool = True


class SourceIn(SourceSet):
    """A source as people set it."""

    secret: SecretStr = Field(
        default=SecretStr(""), description="签名密钥，16 到 200 个字符；不填则保留原密钥"
    )


class SourceOut(SourceSet):
    """A source as stored; of its secret only whether there is one.

    Attributes:
        heard_at: When a record came last, in business time.
        is_silent: Whether that is longer ago than `silent_after`.
    """

    id: str
    has_secret: bool
    heard_at: datetime | None
    is_silent: bool


class FormOut(BaseModel):
    """A shipped form."""

    name: str
    title: str
    form: dict[str, Any]


class FormsOut(BaseModel):
    """All shipped forms, and the code lists by sort and name."""

    forms: list[FormOut]
    lists: dict[str, Any]


def sources_router(db: Database, door: Door, seal: Seal) -> APIRouter:
    """Serve the feed sources."""
    router = APIRouter(tags=["数据来源"], prefix=API)

    @router.get("/feed-sources", summary="列出数据来源", dependencies=[Depends(door.needs(READ))])
    async def get_sources() -> list[SourceOut]:
        async with db.reading() as session:
            rows = await list_sources(session)
        return [_shown(row, db.clock.now()) for row in rows]

    @router.get("/feed-forms", summary="列出接口格式和代码表", dependencies=[Depends(door.needs(READ))])
    async def get_forms() -> FormsOut:
        return FormsOut(forms=[_form(name) for name in shipped()], lists=lists())

    @router.put(
        "/feed-sources/{source_id}",
        summary="登记或修改数据来源；五秒内生效",
        dependencies=[Depends(door.needs(WRITE))],
    )
    async def put_source(source_id: str, given: SourceIn) -> SourceOut:
        said: Mapping[str, Any] = given.model_dump(exclude={"secret"})
        order = SourceOrder(**said, secret=given.secret.get_secret_value())
        async with db.transaction() as tx:
            row = await set_source(tx, source_id, order, seal)
            return _shown(row, tx.now)

    return router


def _form(name: str) -> FormOut:
    form = form_of(name, {})
    return FormOut(name=name, title=form.title, form=form.model_dump(mode="json"))


def _shown(row: FeedSource, now: datetime) -> SourceOut:
    return SourceOut(
        id=row.id,
        name=row.name,
        form=row.form,
        overrides=json.loads(row.overrides),
        signature="hmac-sha256" if row.signature == "hmac-sha256" else "none",
        per_minute=row.per_minute,
        max_bytes=row.max_bytes,
        enabled=row.enabled,
        has_secret=row.secret is not None,
        silent_after=row.silent_after,
        heard_at=row.heard_at,
        is_silent=row.enabled and is_silent(row.heard_at, row.watched_from, row.silent_after, now),
    )
