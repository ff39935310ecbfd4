"""Which use case keeps which event, for the group `metrics`: supervision, deadlines, ratings and hotline."""

from collections.abc import Sequence

from services.metrics import models, service_facts, service_ratings
from services.metrics.feeds import service as feeds
from services.metrics.feeds import service_orders
from services.metrics.measuring import steps
from services.metrics.service_facts import Learn, newest_in
from shared.database import SyncTx
from shared.events import deadlines, hotline, orders, rectifications, services, supervision
from shared.events.envelope import Envelope, Event
from shared.events.ratings import RatingSubmitted
from shared.streams import Handlers

GROUP = "metrics"  # Renaming this starts a new group: every stream is read again.

# The one table of events and what keeps their newest word.
LEARNT: dict[type[Event], Learn] = {
    supervision.UnitRegistered: service_facts.learn_units,
    supervision.PlanConfirmed: service_facts.learn_plans,
    supervision.StageGoalSet: service_facts.learn_stage_goals,
    supervision.TargetSet: service_facts.learn_targets,
    supervision.TaskRegistered: service_facts.learn_tasks,
    supervision.TaskAssigned: service_facts.learn_signings,
    supervision.TaskAccepted: service_facts.learn_states,
    supervision.TaskProgressed: service_facts.learn_states,
    supervision.TaskSubmitted: service_facts.learn_submissions,
    supervision.TaskVerified: service_facts.learn_states,
    supervision.TaskReturned: service_facts.learn_states,
    supervision.TaskClosed: service_facts.learn_closings,
    supervision.TaskObjected: service_facts.learn_states,
    supervision.ObjectionDismissed: service_facts.learn_states,
    supervision.TaskReassigned: service_facts.learn_signings,
    supervision.TaskInstructed: service_facts.learn_signings,
    supervision.TaskSuspended: service_facts.learn_states,
    supervision.TaskResumed: service_facts.learn_states,
    supervision.TaskCancelled: service_facts.learn_states,
    supervision.TaskReopened: service_facts.learn_reopenings,
    supervision.TaskNormalised: service_facts.learn_routines,
    supervision.TaskCarriedOver: service_facts.learn_states,
    supervision.ReviewPassed: service_facts.learn_states,
    supervision.PartMoved: newest_in(models.TaskPart),
    supervision.ExtensionRequested: service_facts.learn_extensions,
    supervision.ExtensionDecided: service_facts.learn_decisions,
    supervision.TaskLit: newest_in(models.TaskLight),
    supervision.MeasureProposed: service_facts.learn_measures,
    supervision.MeasureTaken: service_facts.learn_measures,
    supervision.MeasureDeclined: service_facts.learn_measures,
    supervision.MeasureLifted: service_facts.learn_measures,
    supervision.ProjectAdvanced: newest_in(models.ProjectStage),
    supervision.ProjectInvested: newest_in(models.ProjectInvestment),
    supervision.ClockStarted: newest_in(models.ClockStart),
    supervision.ClockStopped: newest_in(models.ClockStop),
    supervision.CalendarRevised: service_facts.learn_calendars,
    rectifications.RectificationOpened: feeds.learn_opened,
    rectifications.RectificationJudged: feeds.learn_judged,
    rectifications.RectificationRectified: feeds.learn_rectified,
    rectifications.RectificationReplied: feeds.learn_replied,
    rectifications.RectificationCalledBack: feeds.learn_called_back,
    deadlines.NoticeIssued: service_facts.learn_notices,
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


def _with_steps(learn: Learn) -> Learn:
    """Keep the newest words on tasks, and the steps for ever."""

    def both(tx: SyncTx, causes: Sequence[Envelope]) -> None:
        learn(tx, causes)
        steps.learn(tx, causes)

    return both


KEPT = {model: _with_steps(learn) if model in steps.KINDS else learn for model, learn in LEARNT.items()}


def build_handlers() -> Handlers:
    """Bind every event that metrics keeps to its use case; all come in batches, in a thread."""
    handlers = Handlers(GROUP)
    for model, learn in KEPT.items():
        handlers.on_many(model, learn)
    return handlers
