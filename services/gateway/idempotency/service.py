"""Use cases: claim a key for a request, keep or free it after the answer, and forget what is past its life."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from services.gateway.idempotency.domain import LARGEST_ANSWER, LIFE, Fate, Known, Verdict, judge
from services.gateway.idempotency.models import IdempotentRequest
from services.gateway.returns.ports import Seal
from shared.database import Database, Tx
from shared.errors import Conflict, Invalid

SWEEP_S = 3600.0  # Real seconds between two looks for what is past its life.


@dataclass(frozen=True, slots=True)
class Claim:
    """A request under a key."""

    owner: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given first."""

    status: int
    content_type: str
    body: bytes


class Register:
    """What was asked under which key; each step is one transaction."""

    def __init__(self, db: Database, seal: Seal) -> None:
        self._db, self._seal = db, seal

    async def claim(self, claim: Claim) -> Kept | None:
        """Take a key for a request that now runs, or give the answer that it had.

        Raises:
            Invalid: The key was used for another request.
            Conflict: The first request still runs, nobody knows what became of it, or its answer was too large.
        """
        real_now = self._db.clock.real_now()
        async with self._db.transaction() as tx:
            if await _claimed(tx, claim, real_now, sqlite=self._db.is_sqlite):
                return None
            row = (await tx.session.scalars(_of(claim).with_for_update())).one()
            return self._repeated(row, claim, real_now)

    def _repeated(self, row: IdempotentRequest, claim: Claim, real_now: datetime) -> Kept:
        verdict = judge(Known(row.fingerprint, row.begun_at, row.status), claim.fingerprint, real_now)
        if verdict is Verdict.OTHER_REQUEST:
            message = f"幂等键 {claim.key[:60]} 已用于另一个请求，请为新的请求换一个键"
            raise Invalid(message, code="idempotency.key_reused", field="Idempotency-Key")
        if verdict is Verdict.IN_PROGRESS:
            message = f"幂等键 {claim.key[:60]} 的请求正在处理，请稍后用同一个键再试"
            raise Conflict(message, code="idempotency.in_progress", field="Idempotency-Key")
        if verdict is Verdict.OUTCOME_UNKNOWN:
            message = (
                f"幂等键 {claim.key[:60]} 的请求没有等到结果，请先查询是否已生效；确未生效再换一个键重发"
            )
            raise Conflict(message, code="idempotency.outcome_unknown", field="Idempotency-Key")
        if row.status is None or row.body is None:
            message = f"幂等键 {claim.key[:60]} 的请求已完成（{row.status}），回答过大未保存，请直接查询"
            raise Conflict(message, code="idempotency.answer_not_kept", field="Idempotency-Key")
        return Kept(row.status, row.content_type, self._seal.open(row.body))

    async def settle(self, claim: Claim, answer: Kept, fate: Fate) -> None:
        """Keep the answer to a request, or free its key."""
        if fate is Fate.UNKNOWN:
            return
        async with self._db.transaction() as tx:
            row = (await tx.session.scalars(_of(claim).with_for_update())).one()
            if fate is Fate.FREE:
                await tx.session.delete(row)
                return
            row.status, row.content_type = answer.status, answer.content_type
            row.body = self._seal.seal(answer.body) if len(answer.body) <= LARGEST_ANSWER else None

    async def sweep(self) -> float:
        """Forget what is past its life; gives the real seconds until the next time."""
        async with self._db.transaction() as tx:
            past = IdempotentRequest.begun_at <= self._db.clock.real_now() - LIFE
            await tx.session.execute(delete(IdempotentRequest).where(past))
        return SWEEP_S


def _of(claim: Claim) -> Select[IdempotentRequest]:
    return select(IdempotentRequest).where(
        IdempotentRequest.owner == claim.owner, IdempotentRequest.key == claim.key
    )


async def _claimed(tx: Tx, claim: Claim, real_now: datetime, *, sqlite: bool) -> bool:
    """Take the key, if nobody has it; of two who come at once the second one waits for the first to commit."""
    mine = (IdempotentRequest.owner == claim.owner, IdempotentRequest.key == claim.key)
    past = IdempotentRequest.begun_at <= real_now - LIFE
    await tx.session.execute(delete(IdempotentRequest).where(*mine, past))
    insert = insert_sqlite if sqlite else insert_postgresql
    row = {"owner": claim.owner, "key": claim.key, "fingerprint": claim.fingerprint, "begun_at": real_now}
    wanted = insert(IdempotentRequest).values(**row, content_type="").on_conflict_do_nothing()
    return await tx.session.scalar(wanted.returning(IdempotentRequest.key)) is not None
