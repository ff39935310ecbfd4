"""Each event that notify reads goes to its one use case; the group is `notify`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from services.notify import service, service_asks, service_claims, service_steps, service_subscriptions
from services.notify.monitoring import service as monitoring
from services.notify.papers.kinds.kind import Summary
from services.notify.papers.service import draft_paper, keep_anchor
from shared.database import SyncTx, Tx
from shared.events import Envelope
from shared.events.claims import (
    ApprovalClaimed,
    ApprovalDeclined,
    ApprovalReassigned,
    ApprovalRouted,
    ApprovalSuperseded,
    ClaimAwaited,
)
from shared.events.exchange import ArchiveAnchored, SubscriptionDisabled
from shared.events.feed_summaries import FeedSummaryCompiled
from shared.events.services import (
    ServiceAccepted,
    ServiceCompleted,
    ServiceEvent,
    ServicePaused,
    ServiceResumed,
)
from shared.events.summaries import SummaryCompiled
from shared.events.supervision import (
    CalendarRevised,
    ClockStarted,
    ClockStopped,
    ExtensionDecided,
    MeasureTaken,
    ObjectionDismissed,
    PartMoved,
    ReportAsked,
    TaskAccepted,
    TaskAssigned,
    TaskBlocked,
    TaskCancelled,
    TaskCarriedOver,
    TaskClosed,
    TaskEvent,
    TaskInstructed,
    TaskNormalised,
    TaskObjected,
    TaskProgressed,
    TaskReassigned,
    TaskRegistered,
    TaskReopened,
    TaskResumed,
    TaskReturned,
    TaskSubmitted,
    TaskSuspended,
    TaskUnblocked,
    TaskVerified,
    UnitRegistered,
)
from shared.streams import Handlers

GROUP = "notify"  # Renaming this starts a new group: every stream is read again.
STEPS: tuple[type[TaskEvent], ...] = (
    TaskAssigned,
    TaskAccepted,
    TaskProgressed,
    TaskSubmitted,
    TaskVerified,
    TaskObjected,
    ObjectionDismissed,
    TaskSuspended,
    TaskResumed,
    TaskCancelled,
    TaskReopened,
    TaskNormalised,
    TaskCarriedOver,
)
# Of these the units are told at once, beside their deadlines.
TOLD_STEPS: tuple[type[TaskEvent], ...] = (TaskReturned, TaskInstructed, TaskReassigned)
TOLD_BESIDE: tuple[type[service_steps.Stepped], ...] = (MeasureTaken, PartMoved, ExtensionDecided)

# What comes by the million, in batches: the feed of services has no other handler, so a thread reads it.
SERVICES: Mapping[type[ServiceEvent], Callable[[SyncTx, Sequence[Envelope]], None]] = {
    ServiceAccepted: monitoring.accept,
    ServicePaused: monitoring.pause,
    ServiceResumed: monitoring.resume,
    ServiceCompleted: monitoring.complete,
}


async def on_unit_registered(tx: Tx, event: UnitRegistered) -> None:
    """Mirror the unit."""
    await service.mirror_unit(tx, event)


async def on_task_registered(tx: Tx, event: TaskRegistered) -> None:
    """Mirror the task and its units."""
    await service.mirror_task(tx, event)


async def on_task_step(tx: Tx, event: TaskEvent) -> None:
    """Mirror the state."""
    await service.mirror_state(tx, event)


async def on_task_closed(tx: Tx, event: TaskClosed) -> None:
    """Stop all clocks of the task."""
    await service.close_task(tx, event)


async def on_clock_started(tx: Tx, event: ClockStarted) -> None:
    """Watch the clock."""
    await service.start_clock(tx, event)


async def on_clock_stopped(tx: Tx, event: ClockStopped) -> None:
    """Watch the clock no longer."""
    await service.stop_clock(tx, event)


async def on_task_blocked(tx: Tx, event: TaskBlocked) -> None:
    """Spare the units of the task and warn those of its blocker."""
    await service.block_task(tx, event)


async def on_task_unblocked(tx: Tx, event: TaskUnblocked) -> None:
    """Tell the units of the task again."""
    await service.unblock_task(tx, event)


async def on_calendar_revised(tx: Tx, event: CalendarRevised) -> None:
    """Plan anew by the revised working days."""
    await service.revise_calendar(tx, event)


async def on_claim_awaited(tx: Tx, event: ClaimAwaited) -> None:
    """Watch the limit of whoever has a result of an approval now."""
    await service_claims.await_claim(tx, event)


async def on_approval_claimed(tx: Tx, event: ApprovalClaimed) -> None:
    """Watch the limit no longer."""
    await service_claims.end_claim(tx, event.record_id, event.claimed_at)


async def on_approval_superseded(tx: Tx, event: ApprovalSuperseded) -> None:
    """Watch the limit no longer."""
    await service_claims.end_claim(tx, event.record_id, event.superseded_at)


async def on_archive_anchored(tx: Tx, event: ArchiveAnchored) -> None:
    """Keep it for the papers."""
    await keep_anchor(tx, event)


def on_report_asked(channels: Sequence[str]) -> Callable[[Tx, ReportAsked], Awaitable[None]]:
    """Build what passes an ask for a report on to its unit, by these channels beside the inbox."""

    async def remind(tx: Tx, event: ReportAsked) -> None:
        await service_asks.remind_of_report(tx, event, channels)

    return remind


def on_told_step(channels: Sequence[str]) -> Callable[[Tx, TaskEvent], Awaitable[None]]:
    """Build what mirrors the state and tells the units, by these channels beside the inbox."""

    async def step(tx: Tx, event: TaskEvent) -> None:
        await service.mirror_state(tx, event)
        await service_steps.pass_on_step(tx, event, channels)

    return step


def on_told_beside(channels: Sequence[str]) -> Callable[[Tx, service_steps.Stepped], Awaitable[None]]:
    """Build what tells the units of a step that changes no state, by these channels beside the inbox."""

    async def tell(tx: Tx, event: service_steps.Stepped) -> None:
        await service_steps.pass_on_step(tx, event, channels)

    return tell


def on_summary_compiled(issuer: str) -> Callable[[Tx, Summary], Awaitable[None]]:
    """Build what makes a draft of a paper, in the name of the issuer, of the ledger or of a feed."""

    async def draft(tx: Tx, event: Summary) -> None:
        await draft_paper(tx, event, issuer)

    return draft


def on_subscription_disabled(
    channels: Sequence[str],
) -> Callable[[Tx, SubscriptionDisabled], Awaitable[None]]:
    """Make the handler that tells the owner of a subscription that it is served no more."""

    async def tell(tx: Tx, event: SubscriptionDisabled) -> None:
        await service_subscriptions.tell_owner(tx, event, channels)

    return tell


def build_handlers(channels: Sequence[str] = (), issuer: str = "") -> Handlers:
    """List what this service does with each event.

    Args:
        channels: What carries what is told at once.
        issuer: In whose name papers are drafted.
    """
    handlers = Handlers(GROUP)
    handlers.on(UnitRegistered, on_unit_registered)
    handlers.on(TaskRegistered, on_task_registered)
    for step in STEPS:
        handlers.on(step, on_task_step)
    for told in TOLD_STEPS:
        handlers.on(told, on_told_step(channels))
    for beside in TOLD_BESIDE:
        handlers.on(beside, on_told_beside(channels))
    handlers.on(TaskClosed, on_task_closed)
    handlers.on(ClockStarted, on_clock_started)
    handlers.on(ClockStopped, on_clock_stopped)
    handlers.on(TaskBlocked, on_task_blocked)
    handlers.on(TaskUnblocked, on_task_unblocked)
    handlers.on(CalendarRevised, on_calendar_revised)
    for step_of_service, keep in SERVICES.items():
        handlers.on_many(step_of_service, keep)
    for awaited in (ApprovalRouted, ApprovalDeclined, ApprovalReassigned):
        handlers.on(awaited, on_claim_awaited)
    handlers.on(ApprovalClaimed, on_approval_claimed)
    handlers.on(ApprovalSuperseded, on_approval_superseded)
    handlers.on(ArchiveAnchored, on_archive_anchored)
    handlers.on(ReportAsked, on_report_asked(channels))
    handlers.on(SubscriptionDisabled, on_subscription_disabled(channels))
    handlers.on(SummaryCompiled, on_summary_compiled(issuer))
    handlers.on(FeedSummaryCompiled, on_summary_compiled(issuer))
    return handlers
