"""HTTP of the vault: masked for whoever handles a complaint, unmasked for a stated reason, destroyed, and the log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.access import API, Door
from services.gateway.roles import AUDIT_READERS, VAULT_ERASERS, Key
from services.gateway.vault.domain import Kind, stated_reason, wanted_kinds
from services.gateway.vault.domain_masks import masked
from services.gateway.vault.repository import list_deeds
from services.gateway.vault.service import Keeper, nothing_kept
from shared.database import Database, Tx
from shared.paging_http import LINKED, Linking

READ, ERASE, AUDIT = "vault:read", "vault:write", "vault-log:read"
MOST_LISTED = 1000
NO_STORE = {"cache-control": "no-store"}
PLAIN = r"^[^\x00-\x1f\x7f]*$"  # PostgreSQL takes no NUL.
SubjectId = Annotated[str, Path(pattern=PLAIN, max_length=200, description="评价、办件或工单的编号")]


class Withdraw(Protocol):
    """Shows nothing more of these subjects."""

    async def __call__(self, tx: Tx, subjects: Sequence[str], *, by: str) -> None:
        """Withdraw it in the transaction of the destruction, as the key `by`."""
        ...


class Wish(BaseModel):
    """What somebody wants to see unmasked, and why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(
        max_length=500, pattern=PLAIN, description="为什么要查看，记入审计日志；不要写入姓名和号码"
    )
    kinds: list[str] = Field(
        max_length=10, description="name 姓名、phone 电话、certificate 证件号、text 文字内容、address 地址"
    )


class Shown(BaseModel):
    """Pieces of one subject."""

    subject_id: str
    masked: bool
    pieces: dict[Kind, str]


class Destroyed(BaseModel):
    """That a person's key is gone."""

    subject_id: str
    kinds: list[str]
    subjects: int = Field(description="涉及的评价、办件、工单数")


class Deed(BaseModel):
    """One line of the log: who saw what of which subject, or destroyed it, when (real time) and why."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    by: str
    what: str
    subject_id: str
    kinds: str
    reason: str


def vault_router(db: Database, keeper: Keeper, door: Door, *, withdraw: Withdraw) -> APIRouter:
    """Serve `/vault`; `withdraw` takes back what of a person was published, when the person's key is destroyed."""
    router = APIRouter(tags=["保险库"], prefix=f"{API}/vault")
    _add_log(router, db, door)  # First: `audit` is no subject.
    _add_looks(router, db, keeper, door)
    _add_erasing(router, db, keeper, door, withdraw=withdraw)
    return router


def _add_log(router: APIRouter, db: Database, door: Door) -> None:
    reader = Annotated[Key, Depends(door.needs(AUDIT))]

    @router.get("/audit", summary="保险库的查看和销毁记录，最新在前", responses=LINKED)
    async def get_audit(
        by: reader,
        linking: Annotated[Linking, Depends()],
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
        before: Annotated[int | None, Query(ge=1, description="只要此编号之前的记录")] = None,
    ) -> list[Deed]:
        by.principal.require_role(AUDIT_READERS)
        async with db.reading() as session:
            found = await list_deeds(session, limit=limit + 1, before=before)
        page = linking.cut(found, limit, lambda one: one.id, name="before")
        return [Deed.model_validate(one) for one in page]


def _add_looks(router: APIRouter, db: Database, keeper: Keeper, door: Door) -> None:
    reader = Annotated[Key, Depends(door.needs(READ))]

    @router.get("/{subject_id}", summary="查看评价、办件或工单的联系人和内容，已遮蔽；每次记入审计")
    async def get_masked(subject_id: SubjectId, by: reader, response: Response) -> Shown:
        response.headers.update(NO_STORE)
        pieces = await keeper.known(subject_id)
        if not pieces:
            raise nothing_kept(subject_id)
        async with db.transaction() as tx:
            await keeper.note_look(tx, subject_id, list(pieces), by=by.principal.id)
        return Shown(subject_id=subject_id, masked=True, pieces=masked(pieces))

    @router.post("/{subject_id}/unmasked", summary="查看完整内容；须说明原因，每次记入审计日志")
    async def post_unmasked(subject_id: SubjectId, wish: Wish, by: reader, response: Response) -> Shown:
        response.headers.update(NO_STORE)
        kinds, reason = wanted_kinds(wish.kinds), stated_reason(wish.reason)
        async with db.transaction() as tx:
            pieces = await keeper.show(tx, subject_id, kinds, by=by.principal.id, reason=reason)
        return Shown(subject_id=subject_id, masked=False, pieces=pieces)


def _add_erasing(router: APIRouter, db: Database, keeper: Keeper, door: Door, *, withdraw: Withdraw) -> None:
    eraser = Annotated[Key, Depends(door.needs(ERASE))]

    @router.delete(
        "/people/{subject_id}", summary="销毁当事人的密钥：其在本系统的姓名、号码和文字不再可读，不可恢复"
    )
    async def delete_person(
        subject_id: SubjectId,
        by: eraser,
        reason: Annotated[str, Query(max_length=500, pattern=PLAIN, description="依据，记入审计日志")] = "",
    ) -> Destroyed:
        by.principal.require_role(VAULT_ERASERS)
        told = stated_reason(reason)
        async with db.transaction() as tx:
            gone = await keeper.destroy(tx, subject_id, by=by.principal.id, reason=told)
            await withdraw(tx, gone.subjects, by=by.principal.id)
        return Destroyed(subject_id=subject_id, kinds=gone.kinds, subjects=len(gone.subjects))
