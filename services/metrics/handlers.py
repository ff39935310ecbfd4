"""Which use case keeps which event, for the group `metrics`: supervision, deadlines and ratings."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.metrics import service
from shared.database import Tx
from shared.events import deadlines, supervision
from shared.events.envelope import Event
from shared.events.ratings import RatingSubmitted
from shared.streams import Handlers

GROUP = "metrics"  # Renaming this starts a new group: every stream is read again.

# The one table of events and what keeps them; the ratings come in batches and stand beside it.
KEPT: dict[type[Event], Callable[[Tx, Any], Awaitable[None]]] = {
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
    supervision.TaskReopened: service.learn_state,
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
    deadlines.NoticeIssued: service.learn_notice,
}


def build_handlers() -> Handlers:
    """Bind every event that metrics keeps to its use case."""
    handlers = Handlers(GROUP)
    for model, keep in KEPT.items():
        handlers.on(model, keep)
    handlers.on_many(RatingSubmitted, service.learn_ratings)
    return handlers
