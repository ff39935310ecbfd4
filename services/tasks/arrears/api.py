"""The inner API of arrears: both ledgers with their check, and what is done with a debt."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from services.tasks.acts import Act
from services.tasks.arrears import dealings, service, views
from services.tasks.arrears.dealings import TotalOrder
from services.tasks.arrears.domain import to_yuan
from services.tasks.arrears.service import DebtOrder, Dispute, Payment
from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.ledger.bodies import Body, Id, Words
from shared.clock import local_date
from shared.database import Database, Tx
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"
Yuan = Annotated[Decimal, Field(max_digits=15, decimal_places=2)]


class DebtBody(Body):
    """A debt; see `DebtOrder`."""

    unit: Id
    creditor: Id
    amount: Yuan
    arisen_on: date
    source: Id
    source_ref: str | None = Field(default=None, max_length=200)
    body: str = Field(default="", max_length=10_000)
    disputed: bool = False
    dispute_reason: Words = ""
    deadline: date | None = None
    assign: bool = False
    client_ref: str | None = Field(default=None, max_length=200)


class DisputeBody(Body):
    """Whether the debt is disputed 有分歧, and where."""

    disputed: bool
    reason: Words = ""
    on_behalf_of: Id | None = None


class InstalmentBody(Body):
    """An instalment."""

    due_on: date
    amount: Yuan


class PlanBody(Body):
    """The plan for all that is owed."""

    instalments: tuple[InstalmentBody, ...] = Field(max_length=60)
    on_behalf_of: Id | None = None


class PaymentBody(Body):
    """A payment; see `Payment`."""

    amount: Yuan
    paid_on: date
    voucher: str = Field(max_length=200)
    on_behalf_of: Id | None = None


class CourtBody(Body):
    """The proof that a debt went to court; none with a reason takes it back."""

    proof: str | None = Field(default=None, max_length=200)
    reason: Words = ""


class ReplyBody(Body):
    """What the complainant was told."""

    reply: Words
    on_behalf_of: Id | None = None


class LookBackBody(Body):
    """What a 回头看 found; `recurred` reopens the debt."""

    finding: Words
    recurred: bool = False


class TotalBody(Body):
    """A unit's total of a month; without debts and amount a 零报告."""

    unit: Id
    month: str = Field(max_length=7)
    debts: int = 0
    amount: Yuan = Decimal(0)
    on_behalf_of: Id | None = None


class TotalView(BaseModel):
    """A total as it was kept."""

    unit_id: str
    month: str
    debts: int
    amount: str
    zero_report: bool


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/arrears`."""
    router = APIRouter(prefix="/arrears")
    _serve_ledger(router, db, check)
    _serve_debts(router, db, check)
    _serve_dealings(router, db, check)
    return router


Deal = Callable[[Tx, Act], Awaitable[object]]


async def _deal(db: Database, who: Principal, task_id: str, deal: Deal) -> views.DebtView:
    """Do something with a debt in one transaction and show it as it is then."""
    who.require(WRITE)
    async with db.transaction() as tx:
        await deal(tx, act_of(who, tx, db))
        await tx.session.flush()
        return await views.show_debt(tx.session, task_id, local_date(tx.now))


def _serve_ledger(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/ledger")
    async def ledger(who: Annotated[Principal, Depends(check)], month: str = "") -> views.LedgerView:
        who.require(READ)
        today = local_date(db.clock.now())
        wanted = month or f"{today:%Y-%m}"
        on = dealings.total_day(wanted, today)
        async with db.reading() as session:
            return await views.show_ledger(session, wanted, on)

    @router.post("/reports")
    async def report(body: TotalBody, who: Annotated[Principal, Depends(check)]) -> TotalView:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                row = await dealings.report_total(tx, TotalOrder(**body.model_dump()), act_of(who, tx, db))
                said = {"unit_id": row.unit_id, "month": row.month, "debts": row.debts}
                return TotalView.model_validate(
                    said | {"amount": to_yuan(row.amount), "zero_report": row.amount == 0}
                )


def _serve_debts(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("")
    async def register(body: DebtBody, who: Annotated[Principal, Depends(check)]) -> views.DebtView:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                task = await service.register_debt(tx, DebtOrder(**body.model_dump()), act_of(who, tx, db))
                await tx.session.flush()
                return await views.show_debt(tx.session, task.id, local_date(tx.now))

    @router.get("/{task_id}")
    async def show(task_id: str, who: Annotated[Principal, Depends(check)]) -> views.DebtView:
        who.require(READ)
        async with db.reading() as session:
            return await views.show_debt(session, task_id, local_date(db.clock.now()))

    @router.put("/{task_id}/plan")
    async def plan(task_id: str, body: PlanBody, who: Annotated[Principal, Depends(check)]) -> views.DebtView:
        wanted = [(one.due_on, one.amount) for one in body.instalments]
        unit = body.on_behalf_of
        return await _deal(
            db, who, task_id, lambda tx, act: service.agree_plan(tx, task_id, wanted, act, on_behalf_of=unit)
        )

    @router.post("/{task_id}/payments")
    async def pay(
        task_id: str, body: PaymentBody, who: Annotated[Principal, Depends(check)]
    ) -> views.DebtView:
        said = Payment(**body.model_dump())
        return await _deal(db, who, task_id, lambda tx, act: service.pay(tx, task_id, said, act))

    @router.put("/{task_id}/dispute")
    async def dispute(
        task_id: str, body: DisputeBody, who: Annotated[Principal, Depends(check)]
    ) -> views.DebtView:
        said = Dispute(**body.model_dump())
        return await _deal(db, who, task_id, lambda tx, act: service.set_dispute(tx, task_id, said, act))


def _serve_dealings(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/{task_id}/verification")
    async def verify(task_id: str, who: Annotated[Principal, Depends(check)]) -> views.DebtView:
        return await _deal(db, who, task_id, lambda tx, act: dealings.verify_complaint(tx, task_id, act))

    @router.put("/{task_id}/court")
    async def court(
        task_id: str, body: CourtBody, who: Annotated[Principal, Depends(check)]
    ) -> views.DebtView:
        if body.proof is None:
            back = body.reason
            return await _deal(db, who, task_id, lambda tx, act: dealings.take_back(tx, task_id, back, act))
        proof = body.proof
        return await _deal(db, who, task_id, lambda tx, act: dealings.leave_out(tx, task_id, proof, act))

    @router.post("/{task_id}/reply")
    async def reply(
        task_id: str, body: ReplyBody, who: Annotated[Principal, Depends(check)]
    ) -> views.DebtView:
        said, unit = body.reply, body.on_behalf_of
        return await _deal(
            db, who, task_id, lambda tx, act: dealings.reply(tx, task_id, said, act, on_behalf_of=unit)
        )

    @router.post("/{task_id}/look-back")
    async def look_back(
        task_id: str, body: LookBackBody, who: Annotated[Principal, Depends(check)]
    ) -> views.DebtView:
        said, recurred = body.finding, body.recurred
        return await _deal(
            db, who, task_id, lambda tx, act: dealings.look_back(tx, task_id, said, act, recurred=recurred)
        )
