"""Indicators of the tests: a plan that was issued, a target that a unit owns, and who reports."""

from datetime import date, datetime
from typing import Any

from services.metrics.indicators import catalogue, service, service_values
from services.metrics.indicators.domain import Indicator, Setting, Standing
from services.metrics.indicators.domain_values import Reported, Said
from services.metrics.indicators.service_catalogue import Wanted
from shared.database import Database
from shared.events import supervision
from shared.principal import Principal
from tests.metrics import factories as make

ID, ISSUED = "p18-t001", date(2023, 4, 25)
FRAME = {row.code: row.plans for row in catalogue.frame()}
(PLAN,) = FRAME["gj17"]
PLANNER = Principal(id="a-planner", role="supervisor")
OWNER = Principal(id="a-owner", role="unit", unit="u1")
OTHER = Principal(id="a-other", role="unit", unit="u2")


def said(value: str = "96.5", **changes: Any) -> Said:  # noqa: ANN401 - fields of any type.
    content: dict[str, Any] = {"value": value, "on": date(2023, 6, 19), "evidence": ("att-1",)} | changes
    return Said(**content)


def indicator(**changes: Any) -> Indicator:  # noqa: ANN401 - fields of any type.
    content: dict[str, Any] = {
        "indicator_id": ID,
        "kind": "target",
        "name": "政务服务事项网上可办率",
        "plans": (PLAN,),
        "task_id": None,
        "operator": ">=",
        "value": 96,
        "value_max": None,
        "unit": "%",
        "due_on": None,
        "period": None,
        "strength": "must",
        "measure": "",
        "begins_on": ISSUED,
        "ends_on": date(2023, 12, 31),
        "setting": Setting(owner="u1"),
    }
    return Indicator(**(content | changes))


async def tell(db: Database, *more: Any, time: datetime = make.NOW, **changes: Any) -> None:  # noqa: ANN401 - fields of any type.
    """Tell at an instant of a plan, its unit, a task of it, and a target that the task's unit owns."""
    plan = supervision.PlanConfirmed(plan_id=PLAN, title="政务服务", issued_on=ISSUED, tasks=1)
    units = [
        supervision.UnitRegistered(unit_id=f"u{n}", name=name, kind="centre")
        for n, name in enumerate(["政务中心", "税务局"], 1)
    ]
    task = make.registered("p18-1", plan_id=PLAN)
    target = make.target(
        "政务服务事项网上可办率",
        **{"target_id": ID, "plan_id": PLAN, "task_id": "p18-1", "value": 96} | changes,
    )
    await make.tell(db, *make.told(plan, *units, task, target, *more, time=time), times=1)


def of_water() -> list[supervision.TaskRegistered]:
    """Register three tasks for each of the two plans of one indicator of the frame."""
    named = zip(("p07", "p08"), FRAME["gj07"], strict=True)
    return [make.registered(f"{name}-{n}", plan_id=plan) for name, plan in named for n in range(3)]


async def report(db: Database, value: Said, *, who: Principal = OWNER, about: str = ID) -> Reported:
    return await db.run_sync(lambda tx: service_values.report(tx, who, about, value))


async def stands(db: Database, about: str = ID, **asked: Any) -> Standing:  # noqa: ANN401 - fields of any type.
    now = db.clock.now()
    wanted = Wanted(now, asked.get("as_of", now))
    return await db.look(lambda connection: service.standing(connection, about, wanted))


async def standings(db: Database, **asked: Any) -> list[Standing]:  # noqa: ANN401 - fields of any type.
    now = db.clock.now()
    wanted = Wanted(now, **{"as_of": now} | asked)
    return await db.look(lambda connection: service.standings(connection, wanted))
