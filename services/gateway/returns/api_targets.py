"""HTTP of targets: where the states of a source go back to; a secret is taken and never shown."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.gateway.access import API, Door
from services.gateway.returns.domain import Step
from services.gateway.returns.forms import shipped
from services.gateway.returns.models import ReturnTarget
from services.gateway.returns.repository_lists import list_targets
from services.gateway.returns.service_targets import TargetDesk, TargetOrder, require_target, set_target
from services.gateway.roles import Key
from shared.database import Database

READ, WRITE = "ops:read", "ops:write"


class TargetSet(BaseModel):
    """What is set of a target, but for its secrets."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(min_length=1, max_length=500, description="平台接收回传的地址")
    form: str = Field(max_length=32, description="回传格式：duban、push")
    overrides: dict[str, Any] = Field(
        default_factory=dict, description="对回传格式的更正：codes、fields、answer …；null 为去掉"
    )
    steps: list[Step] = Field(default_factory=list, description="要回传的环节；不填为格式中的全部")
    timeout: float = Field(default=15, gt=0, le=60, description="秒")
    proxy: str = Field(default="", max_length=500)
    ca_file: str = Field(
        default="", max_length=100, description="平台证书的根：DUBAN_RETURN_CA_FOLDER 中的 PEM 文件名"
    )
    per_minute: int = Field(default=60, ge=1, le=6000, description="每分钟最多发送的条数")
    enabled: bool = True


class TargetIn(TargetSet):
    """A target as people set it."""

    secret: SecretStr = Field(default=SecretStr(""), max_length=200, description="签名密钥；不填则保留原密钥")
    headers: dict[str, SecretStr] | None = Field(
        default=None, max_length=20, description="附加请求头，如接口密钥；不填则保留原来的"
    )


class TargetOut(TargetSet):
    """A target as stored; of its secrets only whether they are there.

    Attributes:
        silent_until: The platform asked for silence until then; real time, as is the next.
    """

    source: str
    has_secret: bool
    header_names: list[str]
    silent_until: datetime | None
    changed_at: datetime
    changed_by: str


class FormOut(BaseModel):
    """A shipped form of returns."""

    name: str
    form: dict[str, Any]


def targets_router(db: Database, door: Door, desk: TargetDesk) -> APIRouter:
    """Serve `/return-targets` and the forms that they can have."""
    router = APIRouter(tags=["回传"], prefix=API)
    needs = [Depends(door.needs(READ))]

    @router.get("/return-targets", summary="列出回传目标", dependencies=needs)
    async def get_targets() -> list[TargetOut]:
        async with db.reading() as session:
            return [_shown(row) for row in await list_targets(session)]

    @router.get("/return-forms", summary="列出回传格式", dependencies=needs)
    async def get_forms() -> list[FormOut]:
        return [FormOut(name=name, form=form) for name, form in shipped().items()]

    @router.get("/return-targets/{source_id}", summary="查看回传目标", dependencies=needs)
    async def get_target(source_id: str) -> TargetOut:
        async with db.reading() as session:
            return _shown(await require_target(session, source_id))

    @router.put("/return-targets/{source_id}", summary="设置回传目标；密钥不再显示")
    async def put_target(
        source_id: str, given: TargetIn, by: Annotated[Key, Depends(door.needs(WRITE))]
    ) -> TargetOut:
        async with db.transaction() as tx:
            return _shown(await set_target(tx, source_id, _order(given), desk, by=by.principal.id))

    return router


def _order(given: TargetIn) -> TargetOrder:
    headers = given.headers
    plain = None if headers is None else {name: value.get_secret_value() for name, value in headers.items()}
    return TargetOrder(
        url=given.url,
        form=given.form,
        overrides=given.overrides,
        steps=tuple(given.steps),
        secret=given.secret.get_secret_value(),
        headers=plain,
        timeout=given.timeout,
        proxy=given.proxy,
        ca_file=given.ca_file,
        per_minute=given.per_minute,
        enabled=given.enabled,
    )


def _shown(row: ReturnTarget) -> TargetOut:
    return TargetOut(
        source=row.source_id,
        url=row.url,
        form=row.form,
        overrides=json.loads(row.overrides),
        steps=[Step(step) for step in row.steps.split()],
        timeout=row.timeout,
        proxy=row.proxy,
        ca_file=row.ca_file,
        per_minute=row.per_minute,
        enabled=row.enabled,
        has_secret=row.secret is not None,
        header_names=row.header_names.split(),
        silent_until=row.not_before,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )
