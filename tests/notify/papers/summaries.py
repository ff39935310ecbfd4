"""A summary of June 2023 as the registry would publish it, with what the tests don't care about filled in."""

# ruff: noqa: ANN401 - a factory takes any field of its event.

from datetime import date
from typing import Any

from services.notify.handlers import on_summary_compiled, on_task_registered, on_unit_registered
from services.notify.papers.domain_words import Named, Names
from services.notify.papers.kinds.kind import Summary
from shared.clock import at_local
from shared.database import Database
from shared.events.summaries import (
    BlockedTask,
    GoalFigures,
    LaggingTask,
    PlanFigures,
    SummaryCompiled,
    TaskCounts,
    UnitFigures,
    WaitingExtension,
    WaitingMeasure,
)
from shared.events.supervision import UnitRegistered
from shared.testing import deliver_twice
from tests.notify.made import task_registered

JUNE = (date(2023, 6, 1), date(2023, 6, 30))
COUNTS = {"tasks": 40, "done": 8, "due": 12, "on_time": 7, "late": 1, "overdue": 4, "green": 20, "yellow": 2}
COUNTS |= {"red": 4, "undated": 6}
NAMES = Names(
    {"u1": "政务中心", "u2": "自然资源和规划工作部"},
    {f"t{n}": Named(str(n), f"推进第{n}项“一窗办事”示例事项") for n in range(1, 500)},
)


def lagging(number: int = 4) -> tuple[LaggingTask, ...]:
    return tuple(
        LaggingTask(
            task_id=f"t{n}",
            unit_id=f"u{1 + n % 2}",
            reason="overdue",
            due_on=date(2023, 6, 20),
            days=10,
            progress=40,
        )
        for n in range(1, number + 1)
    )


def summary(kind: str = "monthly", red: int = 4, **changes: Any) -> SummaryCompiled:
    """Make a summary with everything in it; `red` tasks lag."""
    periods = {"weekly": "2023-W26", "monthly": "2023-06", "quarterly": "2023-Q2"}
    version = changes.get("version", 1)
    said = {
        "summary_id": f"{kind}-{periods[kind]}-{version}",
        "kind": kind,
        "period": periods[kind],
        "version": version,
        "first_on": JUNE[0],
        "last_on": JUNE[1],
        "as_of": at_local(date(2023, 6, 30), 23, 59),
        "totals": TaskCounts(**COUNTS | {"red": red}),
        "finished": 5,
        "extended": 2,
        "measures": {"urge": 3, "talk": 1},
        "plans": (PlanFigures(plan_id="p1", title="示例 提升方案", **COUNTS),),
        "units": (
            UnitFigures(unit_id="", tasks=3),
            UnitFigures(unit_id="u1", **COUNTS),
            UnitFigures(unit_id="u2"),
        ),
        "goals": (
            GoalFigures(
                goal_id="g1",
                plan_id="p1",
                due_on=JUNE[1],
                value=60,
                reading="missed",
                needed=24,
                done=8,
                total=40,
                done_share=20,
                deciding=0,
            ),
        ),
        "lagging": lagging(red),
        "blocked": (BlockedTask(task_id="t1", by="t2", since=JUNE[0]),),
        "extensions": (WaitingExtension(task_id="t2", number=1, wanted_on=date(2023, 8, 31)),),
        "proposed": (
            WaitingMeasure(task_id="t3", measure_id="m1", measure="talk"),
            WaitingMeasure(task_id="t3", measure_id="m2", measure="circular"),
        ),
    }
    return SummaryCompiled(**{**said, **changes})


def quiet(kind: str) -> SummaryCompiled:
    """Make a summary of a period in which nothing was wrong."""
    nothing: dict[str, Any] = {"blocked": (), "extensions": (), "proposed": (), "goals": (), "measures": {}}
    units = (UnitFigures(unit_id="u1", tasks=40, green=40),)
    return summary(kind, 0, totals=TaskCounts(tasks=40, green=40), units=units, **nothing)


async def told(db: Database, *summaries: Summary) -> None:
    """Let notify hear of two units and some tasks, and then of summaries."""
    for unit, name in NAMES.units.items():
        await deliver_twice(
            db, on_unit_registered, UnitRegistered(unit_id=unit, name=name, kind="department")
        )
    for number in range(1, 5):
        title = NAMES.task(f"t{number}")
        await deliver_twice(db, on_task_registered, task_registered(f"t{number}", title=title))
    await deliver_twice(db, on_summary_compiled("督查室"), *summaries)
