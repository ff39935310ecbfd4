"""Which use case keeps which event, for the group `metrics`: supervision, deadlines, ratings and hotline."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from services.metrics import service, service_ratings
from services.metrics.feeds import service as feeds
from services.metrics.feeds import service_orders
from services.metrics.measuring import steps
from shared.database import SyncTx, Tx
from shared.events import deadlines, hotline, orders, rectifications, services, supervision
from shared.events.envelope import Envelope, Event
from shared.events.ratings import RatingSubmitted
from shared.streams import Handlers

GROUP = "metrics"  # Renaming this starts a new group: every stream is read again.

Keep = Callable[[Tx, Any], Awaitable[None]]
# The one table of events and what keeps their newest word, one by one.
NEWEST: dict[type[Event], Keep] = {
    supervision.UnitRegistered: service.learn_unit,
    supervision.PlanConfirmed: service.learn_plan,
    supervision.StageGoalSet: service.learn_stage_goal,
    supervision.TargetSet: service.learn_target,
    supervision.TaskRegistered: service.learn_task,
    supervision.TaskAssigned: service.learn_signing,
    supervision.TaskAccepted: service.learn_state,
    supervision.TaskProgressed: service.learn_state,
    supervision.TaskSubmitted: service.learn_submission,
    supervision.TaskVerified: service.learn_state,
    supervision.TaskReturned: service.learn_state,
    supervision.TaskClosed: service.learn_closing,
    supervision.TaskObjected: service.learn_state,
    supervision.ObjectionDismissed: service.learn_state,
    supervision.TaskReassigned: service.learn_signing,
    supervision.TaskInstructed: service.learn_signing,
    supervision.TaskSuspended: service.learn_state,
    supervision.TaskResumed: service.learn_state,
    supervision.TaskCancelled: service.learn_state,
    supervision.TaskReopened: service.learn_reopening,
    supervision.TaskNormalised: service.learn_routine,
    supervision.TaskCarriedOver: service.learn_state,
    supervision.ReviewPassed: service.learn_state,
    supervision.PartMoved: service.learn_part,
    supervision.ExtensionRequested: service.learn_extension,
    supervision.ExtensionDecided: service.learn_decision,
    supervision.TaskLit: service.learn_light,
    supervision.MeasureProposed: service.learn_measure,
    supervision.MeasureTaken: service.learn_measure,
    supervision.MeasureDeclined: service.learn_measure,
    supervision.MeasureLifted: service.learn_measure,
    supervision.ProjectAdvanced: service.learn_project_stage,
    supervision.ProjectInvested: service.learn_project_investment,
    supervision.ClockStarted: service.learn_clock_start,
    supervision.ClockStopped: service.learn_clock_stop,
    supervision.CalendarRevised: service.learn_calendar,
    rectifications.RectificationOpened: feeds.learn_opened,
    rectifications.RectificationJudged: feeds.learn_judged,
    rectifications.RectificationRectified: feeds.learn_rectified,
    rectifications.RectificationReplied: feeds.learn_replied,
    rectifications.RectificationCalledBack: feeds.learn_called_back,
    deadlines.NoticeIssued: service.learn_notice,
}


def _with_step(keep: Keep) -> Keep:
    """Keep the newest word on a task, and the step for ever."""

    async def both(tx: Tx, event: Event) -> None:
        await keep(tx, event)
        await steps.learn(tx, event)

    return both


KEPT = {model: _with_step(keep) if model in steps.KINDS else keep for model, keep in NEWEST.items()}
# What comes by the million, in batches.
KEPT_IN_BATCHES: dict[type[Event], Callable[[SyncTx, Sequence[Envelope]], None]] = {
    RatingSubmitted: service_ratings.learn_ratings,
    services.ServiceAccepted: feeds.learn_accepted,
    services.ServicePaused: feeds.learn_paused,
    services.ServiceResumed: feeds.learn_resumed,
    services.ServiceCompleted: feeds.learn_completed,
    hotline.OrderReceived: service_orders.learn_received,
    hotline.OrderRecalled: service_orders.learn_steps,
    hotline.OrderRevisited: service_orders.learn_steps,
    orders.OrderOpened: service_orders.learn_steps,
    orders.OrderDispatched: service_orders.learn_steps,
    orders.OrderContacted: service_orders.learn_steps,
    orders.OrderReturned: service_orders.learn_steps,
    orders.OrderMerged: service_orders.learn_steps,
    orders.OrderAnswered: service_orders.learn_steps,
    orders.OrderVisited: service_orders.learn_steps,
    orders.OrderExcluded: service_orders.learn_steps,
}


def build_handlers() -> Handlers:
    """Bind every event that metrics keeps to its use case."""
    handlers = Handlers(GROUP)
    for model, keep in KEPT.items():
        handlers.on(model, keep)
    for batch, learn in KEPT_IN_BATCHES.items():
        handlers.on_many(batch, learn)
    return handlers
