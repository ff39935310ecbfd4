"""Every event is a fact, once, and the newest word on a subject wins."""

from datetime import date
from typing import Any

from sqlalchemy import select

from services.metrics.handlers import KEPT, build_handlers
from services.metrics.models import (
    Base,
    ClockStart,
    ClockStop,
    Notice,
    Plan,
    ProjectInvestment,
    ProjectStage,
    StageGoal,
    Target,
    Task,
    TaskLight,
    TaskMeasure,
    TaskRole,
    TaskState,
    TaskStep,
    Unit,
)
from shared.clock import end_of_day
from shared.database import Database
from shared.events import claims, deadlines, inspections, models, supervision
from shared.events.attachments import AttachmentAdded, AttachmentWithdrawn
from shared.events.envelope import Event
from shared.events.hotline import OrderUrged
from shared.events.orders import OrderReferred
from shared.events.ratings import RatingPublished, RatingWithdrawn
from shared.events.summaries import SummaryCompiled
from shared.streams import GROUPS
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW


async def rows(db: Database, model: type[Base]) -> list[Any]:
    async with db.reading() as session:
        return list(await session.scalars(select(model)))


async def test_a_unit_is_known_by_its_newest_name(db: Database) -> None:
    old = supervision.UnitRegistered(unit_id="u1", name="政务中心", kind="department")
    new = old.model_copy(update={"name": "政务服务中心"})

    await make.tell(db, *make.told(old, new))

    assert [unit.name for unit in await rows(db, Unit)] == ["政务服务中心"]


async def test_an_older_word_that_arrives_late_changes_nothing(db: Database) -> None:
    first, second = make.told(make.lit(light="green"), make.lit(light="red"))

    await make.tell(db, second, first)

    assert [light.light for light in await rows(db, TaskLight)] == ["red"]


async def test_a_measure_stands_where_its_last_event_left_it(db: Database) -> None:
    about = {"task_id": "t1", "measure_id": "m1", "measure": "plate"}
    steps = (supervision.MeasureProposed, supervision.MeasureTaken, supervision.MeasureLifted)

    await make.tell(db, *make.told(*(step.model_validate(about) for step in steps)))

    assert [(one.measure, one.state) for one in await rows(db, TaskMeasure)] == [("plate", "lifted")]


async def test_a_project_stands_where_its_last_events_left_it(db: Database) -> None:
    early, late = make.project_advanced(node=""), make.project_advanced(stage="producing")

    await make.tell(
        db, *make.told(early, make.project_invested(), late, make.project_invested(completed=0.75))
    )

    [stage], [money] = await rows(db, ProjectStage), await rows(db, ProjectInvestment)
    assert (stage.stage, stage.node, stage.level_owner) == ("producing", "start", "local")
    assert (money.year, money.annual, money.completed) == (2023, 2.25, 0.75)


async def test_a_project_that_was_dropped_counts_nowhere(db: Database) -> None:
    cancelled = supervision.TaskCancelled(task_id="t0", state="cancelled")
    facts = (make.project_advanced(), make.project_invested(), make.project_advanced("t1", node=""))

    await make.tell(db, *make.told(*facts, cancelled))

    picture = await make.pictured(db)
    assert (picture.projects, picture.investment) == ((("started", "", 1),), None)


async def test_of_two_events_of_one_revision_the_later_in_the_stream_wins(db: Database) -> None:
    early, late = make.told(make.assigned(), make.submitted())
    same = late.model_copy(update={"revision": early.revision})

    await make.tell(db, same, early)

    assert [state.state for state in await rows(db, TaskState)] == ["submitted"]


async def test_the_plan_the_goal_and_the_target_are_kept(db: Database) -> None:
    plan = supervision.PlanConfirmed(plan_id="p01", title="方案", tasks=3)

    await make.tell(db, *make.told(plan, make.stage_goal(), make.target()))

    assert [found.title for found in await rows(db, Plan)] == ["方案"]
    assert [found.due_at for found in await rows(db, StageGoal)] == [end_of_day(date(2023, 6, 30))]
    assert [found.value for found in await rows(db, Target)] == [99]


async def test_a_task_is_due_at_the_end_of_its_printed_day(db: Database) -> None:
    await make.tell(db, *make.told(make.registered(), make.registered("p01-2", due_on=None)))

    due = {task.task_id: task.due_at for task in await rows(db, Task)}
    assert due == {"p01-1": end_of_day(date(2023, 6, 30)), "p01-2": None}


async def test_a_newer_registration_replaces_the_roles(db: Database) -> None:
    twice_named = [{"unit_id": "u2", "role": "lead"}] * 2

    await make.tell(db, *make.told(make.registered(), make.registered(units=twice_named)))

    assert [(role.unit_id, role.role) for role in await rows(db, TaskRole)] == [("u2", "lead")]


async def test_an_older_registration_does_not_bring_its_roles_back(db: Database) -> None:
    old, new = make.told(make.registered(), make.registered(units=[]))

    await make.tell(db, new, old)

    assert await rows(db, TaskRole) == []


async def test_a_closed_task_is_done_since_its_closing(db: Database) -> None:
    await make.tell(db, *make.told(make.assigned(), make.closed(at=NOW - DAY, late=True)))

    (state,) = await rows(db, TaskState)
    assert (state.state, state.done_at, state.late) == ("closed", NOW - DAY, True)


async def test_a_task_that_goes_on_after_its_closing_is_not_done(db: Database) -> None:
    await make.tell(db, *make.told(make.closed(), make.assigned()))

    (state,) = await rows(db, TaskState)
    assert (state.state, state.done_at) == ("assigned", None)


async def test_a_task_that_became_a_standing_duty_is_done_since_then(db: Database) -> None:
    standing = supervision.TaskProgressed(task_id="p01-1", state="standing")

    await make.tell(db, *make.told(standing))

    assert [state.done_at for state in await rows(db, TaskState)] == [NOW]


async def test_a_clock_keeps_its_start_and_its_stop_apart(db: Database) -> None:
    started = make.clock_started(due_at=NOW + DAY)
    stopped = supervision.ClockStopped(task_id="p01-1", clock="finish", stopped_at=NOW)

    await make.tell(db, *reversed(make.told(started, stopped)))

    assert [clock.due_at for clock in await rows(db, ClockStart)] == [NOW + DAY]
    assert [clock.stopped_at for clock in await rows(db, ClockStop)] == [NOW]


async def test_a_notice_is_kept_once(db: Database) -> None:
    await make.tell(db, *make.told(make.notice(1), make.notice(2)))

    assert sorted(notice.notice_id for notice in await rows(db, Notice)) == ["n1", "n2"]


async def test_of_several_words_in_one_batch_the_newest_on_each_subject_stands(db: Database) -> None:
    words = make.told(
        *(make.lit(task, light) for light in ("green", "yellow", "red") for task in ("t1", "t2"))
    )

    await make.keep(db, words[5], words[0], words[3])
    await make.keep(db, words[4], words[1], words[2])

    assert {one.task_id: one.light for one in await rows(db, TaskLight)} == {"t1": "red", "t2": "red"}


async def test_of_several_registrations_in_one_batch_the_newest_on_each_task_gives_the_roles(
    db: Database,
) -> None:
    leads = [[{"unit_id": unit, "role": "lead"}] for unit in ("u1", "u2", "u3")]
    named = [make.registered(task, units=lead) for task, lead in zip(("t1", "t1", "t2"), leads, strict=True)]
    old, newest, other = make.told(*named)

    await make.keep(db, newest, old, other)

    assert {(role.task_id, role.unit_id) for role in await rows(db, TaskRole)} == {("t1", "u2"), ("t2", "u3")}


async def test_every_step_of_a_batch_is_kept_once(db: Database) -> None:
    steps = make.told(*(make.assigned(task) for task in ("t1", "t2", "t1")))

    for _ in range(2):
        await make.keep(db, *steps)

    assert sorted((step.task_id, step.sequence) for step in await rows(db, TaskStep)) == [
        ("t1", 1),
        ("t1", 3),
        ("t2", 2),
    ]


def test_every_event_of_the_feeds_that_metrics_reads_is_kept_but_what_others_count() -> None:
    feeds = {feed for feed, groups in GROUPS.items() if "metrics" in groups}
    published = {model for model in models().values() if model.feed() in feeds}

    # notify alone mutes and warns by these.
    unread: set[type[Event]] = {supervision.TaskBlocked, supervision.TaskUnblocked}
    unread |= {deadlines.ServiceNoticed}  # Whether a service is late follows from its own facts.
    unread |= {RatingPublished, RatingWithdrawn}  # What is shown to everybody is no figure.
    unread |= {supervision.ReportAsked, deadlines.ReportReminded}  # Asks are counted where they are made.
    unread |= {deadlines.StepTold}  # And steps where they happen.
    unread |= {deadlines.NoticeAnswered}  # What is told and answered stands in the proof of notice.
    unread |= {supervision.ProjectLagged}  # The registry tells how far a project is behind.
    unread |= {AttachmentAdded, AttachmentWithdrawn, SummaryCompiled}  # Evidence and papers are no figures.
    unread |= {
        deadlines.PaperDrafted,
        deadlines.PaperReleased,
        deadlines.PaperWithdrawn,
        deadlines.PaperInstructed,
    }
    unread |= {OrderUrged, OrderReferred}  # No rate of orders hangs on them.
    elsewhere = {
        inspections.__name__,
        claims.__name__,
    }  # No figure hangs on inspections and claims of approvals.
    unread |= {
        model for model in models().values() if model.__module__ in elsewhere and model.feed() in feeds
    }
    assert published - set(KEPT) == unread


def test_the_group_binds_every_event_of_the_table_and_reads_all_of_them_in_batches() -> None:
    handlers = build_handlers()

    assert set(handlers.many) == {model.type for model in KEPT}
    assert handlers.one == {}
