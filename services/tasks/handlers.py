"""What the group `tasks` does with the events that it reads."""

from collections.abc import Awaitable, Callable

from services.tasks.approvals.receiving import receive
from services.tasks.asks.service import record_reminder
from services.tasks.ledger.service_notices import record_notice
from services.tasks.orders import receiving
from services.tasks.rectifications.monitoring import is_overdue, take_overdue_service
from services.tasks.rectifications.opening import is_bad, take_rating
from services.tasks.summaries.instructions import register_instruction
from services.tasks.summaries.service import record_paper
from shared.clock import Clock, LiveClock
from shared.database import Tx
from shared.events.approvals import ApprovalReceived
from shared.events.deadlines import (
    NoticeIssued,
    PaperDrafted,
    PaperEvent,
    PaperInstructed,
    PaperReleased,
    PaperWithdrawn,
    ReportReminded,
    ServiceNoticed,
)
from shared.events.hotline import OrderEvent, OrderRecalled, OrderReceived, OrderRevisited, OrderUrged
from shared.events.ratings import RatingSubmitted
from shared.streams import Handlers

GROUP = "tasks"  # Renaming this starts a new group: every stream is read again.


async def on_notice_issued(tx: Tx, event: NoticeIssued) -> None:
    """Keep what was told about a task beside it."""
    await record_notice(tx, event)


async def on_report_reminded(tx: Tx, event: ReportReminded) -> None:
    """Keep when a unit was told that its report is asked for."""
    await record_reminder(tx, event)


async def on_paper_event(tx: Tx, event: PaperEvent) -> None:
    """Keep what became of the summary that the paper was made from."""
    await record_paper(tx, event)


def on_paper_instructed(clock: Clock) -> Callable[[Tx, PaperInstructed], Awaitable[None]]:
    """Build what makes a task of an instruction 批示; the real time of the entry is the clock's."""

    async def register(tx: Tx, event: PaperInstructed) -> None:
        await register_instruction(tx, event, entered_at=clock.real_now())

    return register


def on_rating_submitted(clock: Clock) -> Callable[[Tx, RatingSubmitted], Awaitable[None]]:
    """Build what makes a task of a bad rating; the real time of the entry is the clock's."""

    async def register(tx: Tx, event: RatingSubmitted) -> None:
        await take_rating(tx, event, entered_at=clock.real_now())

    return register


def on_service_noticed(clock: Clock) -> Callable[[Tx, ServiceNoticed], Awaitable[None]]:
    """Build what makes a problem of a 办件 that is late; the real time of the entry is the clock's."""

    async def register(tx: Tx, event: ServiceNoticed) -> None:
        await take_overdue_service(tx, event, entered_at=clock.real_now())

    return register


def on_order_event(clock: Clock) -> Callable[[Tx, OrderEvent], Awaitable[None]]:
    """Build what follows what the hotline says of its orders; the real time of the entry is the clock's."""

    async def follow(tx: Tx, event: OrderEvent) -> None:
        await receiving.follow(tx, event, entered_at=clock.real_now())

    return follow


def on_approval_received(clock: Clock) -> Callable[[Tx, ApprovalReceived], Awaitable[None]]:
    """Build what routes a result of an approval; the real time of the entry is the clock's."""

    async def route(tx: Tx, event: ApprovalReceived) -> None:
        await receive(tx, event, entered_at=clock.real_now())

    return route


def build_handlers(clock: Clock | None = None) -> Handlers:
    """List the events of this group with their handlers; `clock` says the real time."""
    handlers = Handlers(GROUP)
    handlers.on(NoticeIssued, on_notice_issued)
    handlers.on(ReportReminded, on_report_reminded)
    for kind in (PaperDrafted, PaperReleased, PaperWithdrawn):
        handlers.on(kind, on_paper_event)
    chosen = clock or LiveClock()
    handlers.on(PaperInstructed, on_paper_instructed(chosen))
    handlers.on(ServiceNoticed, on_service_noticed(chosen), when=is_overdue)
    handlers.on(RatingSubmitted, on_rating_submitted(chosen), when=is_bad)
    handlers.on(ApprovalReceived, on_approval_received(chosen))
    for step in (OrderReceived, OrderUrged, OrderRecalled, OrderRevisited):
        handlers.on(step, on_order_event(chosen))
    return handlers
