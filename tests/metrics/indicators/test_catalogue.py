"""The catalogue: the frame 18+5, and what the plans' targets are measured or reported by."""

import json
from datetime import date
from decimal import Decimal

from deploy.catalogue import CATALOGUE
from services.metrics.indicators import catalogue
from services.metrics.indicators.domain import State
from services.metrics.measuring import registry
from services.tasks.domain_ids import plan_id_of
from shared.database import Database
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW
from tests.metrics.indicators import made


def test_the_frame_has_eighteen_of_the_nation_and_five_of_the_province() -> None:
    levels = [row.level for row in catalogue.frame()]

    assert (levels.count("national"), levels.count("provincial")) == (18, 5)


def test_the_plans_of_the_frame_are_those_that_the_ledger_makes_of_the_catalogue() -> None:
    lines = (CATALOGUE / "plans.jsonl").read_text("utf-8").splitlines()
    titles = {plan["id"]: plan["title"] for plan in map(json.loads, lines)}

    plans = [plan for row in catalogue.frame() for plan in row.plans]

    assert plans == [plan_id_of(titles[f"p{number:02d}"]) for number in range(3, 25)]


def test_every_binding_names_a_registered_measure() -> None:
    assert set(catalogue.bindings().values()) <= set(registry.names())


def test_growth_may_be_negative_and_a_share_may_not() -> None:
    growth, share, count = (
        catalogue.usual(name, unit, "year", "")
        for name, unit in [("投资增长", "%"), ("占比", "%"), ("项目", "个")]
    )

    assert [(one.lowest, one.highest) for one in (growth, share, count)] == [
        (Decimal(-100), None),
        (Decimal(0), Decimal(100)),
        (Decimal(0), None),
    ]


async def test_an_indicator_of_the_frame_is_the_sum_of_its_plans(db: Database) -> None:
    tasks = made.of_water()
    dropped = make.closed("p07-0"), make.closed("p08-1"), make.closed("p08-2")
    await make.tell(db, *make.told(*tasks, *dropped))

    stood = {one.indicator.indicator_id: one for one in await made.standings(db, kinds=frozenset({"frame"}))}

    water = stood["gj07"]
    assert (len(stood), water.present, water.measured and water.measured.denominator) == (23, Decimal(50), 6)
    assert (stood["gj01"].why, stood["gj01"].state) == ("没有数据", State.UNKNOWN)
    assert (stood["gj02"].why, stood["gj02"].indicator.unit) == ("未接入测量", "分")


async def test_a_stage_goal_is_forecast_by_its_pace(file_db: Database) -> None:
    goal = make.stage_goal("p18-m1", plan_id=made.PLAN, due_on=date(2023, 8, 15))
    await made.tell(
        file_db, goal, make.registered("p18-2", plan_id=made.PLAN), make.closed("p18-2", at=NOW - DAY)
    )

    (stood,) = await made.standings(file_db, kinds=frozenset({"goal"}))

    assert (stood.present, stood.forecast.value, stood.state) == (Decimal(50), Decimal(100), State.ON_COURSE)
    assert stood.forecast.method == "序时进度：2023-04-25 至 2023-06-20 共 56 日完成 50.00%，按同样进度"


async def test_a_measured_target_is_that_of_its_plan_and_of_its_year(file_db: Database) -> None:
    named = make.target("任务按期完成率", target_id="t-b", plan_id=made.PLAN)
    tasks = [make.registered(f"p18-{n}", plan_id=made.PLAN) for n in range(2, 9)]
    done = [make.closed(f"p18-{n}") for n in range(2, 9)]
    await made.tell(file_db, named, *tasks, *done)

    stood = await made.stands(file_db, "t-b")

    assert (stood.present, stood.indicator.measure, stood.state) == (Decimal(100), "tasks.on_time", State.MET)
    assert stood.forecast.method == "比率按现值判断，不作期末预测"


async def test_indicators_are_filtered(file_db: Database) -> None:
    await made.tell(file_db, make.target(target_id="x", plan_id="p99"))

    asked = [{"plan": made.PLAN}, {"task": "p18-1"}, {"owner": "u1"}, {"frame": "gj17"}, {"state": "met"}]
    found = [[one.indicator.indicator_id for one in await made.standings(file_db, **one)] for one in asked]

    assert found == [[made.ID], [made.ID], [made.ID], [made.ID], []]
