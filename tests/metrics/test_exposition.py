"""What Prometheus reads: exact names, ids as labels, a clean bill from promtool, never too many series."""

import shutil
import subprocess
from decimal import Decimal

import pytest

from services.metrics import exposition
from services.metrics.domain import RatingCell
from services.metrics.rates.standing import Rated
from services.metrics.service import Picture
from shared.database import Database
from tests.metrics import factories as make

NAMES = {
    "duban_measures",
    "duban_parts",
    "duban_projects",
    "duban_project_investment_yuan",
    "duban_task_extensions",
    "duban_tasks",
    "duban_tasks_by_unit",
    "duban_tasks_due",
    "duban_tasks_overdue",
    "duban_tasks_on_time_ratio",
    "duban_stage_goal_ratio",
    "duban_stage_goal_target_ratio",
    "duban_indicator_target",
    "duban_indicator_value",
    "duban_indicator_state",
    "duban_orders_open",
    "duban_orders_overdue",
    "duban_ratings_total",
    "duban_ratings_by_channel_total",
    "duban_stage_goal_due_timestamp_seconds",
    "duban_assessment_score",
    "duban_ratings_satisfaction_ratio",
    "duban_services_on_time_ratio",
    "duban_services_overdue",
    "duban_rectifications_open",
    "duban_rectifications_overdue",
    "duban_plan_info",
    "duban_unit_info",
    "duban_indicator_info",
}

FRAME = 23 + 21 + 23  # Names, what those with a plan ask for, and states of the frame 18+5.


def promtool(text: str) -> "subprocess.CompletedProcess[str]":
    command = ["promtool", "check", "metrics"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def many_units(count: int) -> tuple[RatingCell, ...]:
    return tuple(
        RatingCell(f"u{unit}", "pc", level, is_default=False, count=100 + 10 * unit + level)
        for unit in range(count)
        for level in range(1, 6)
    )


def crowd(count: int) -> dict[str, object]:
    rated = Rated({f"u{unit}": Decimal("0.5") for unit in range(count)})
    return {"ratings": many_units(count), "rated": rated}


@pytest.mark.slow
async def test_every_name_of_the_contract_is_there(file_db: Database) -> None:
    await make.tell_everything(file_db)

    text = make.exposed(await make.pictured(file_db))

    assert {line.split("{")[0].split(" ")[0] for line in text.splitlines() if line[0] != "#"} >= NAMES


async def test_the_figures_are_those_of_the_facts(file_db: Database) -> None:
    await make.tell_everything(file_db)

    lines = set(make.exposed(await make.pictured(file_db)).splitlines())

    assert lines >= {
        'duban_tasks{plan="p01",state="closed"} 6.0',
        'duban_tasks_overdue{plan="p01"} 1.0',
        'duban_tasks_on_time_ratio{plan="p01"} 0.7142',
        'duban_stage_goal_ratio{goal="p01-m01",plan="p01"} 0.8571',
        'duban_indicator_value{indicator="p01-t001"} 97.43',
        'duban_indicator_target{indicator="p01-t001",operator=">="} 99.0',
        'duban_indicator_state{indicator="p01-t001",state="at_risk"} 1.0',
        'duban_stage_goal_due_timestamp_seconds{goal="p01-m01",plan="p01"} 1.688140799e+09',
        'duban_ratings_total{level="5",unit="11610000000000001X"} 39.0',
        'duban_ratings_by_channel_total{channel="pc",level="5"} 39.0',
        'duban_ratings_default_total{unit="11610000000000001X"} 1.0',
        'duban_tasks_by_unit{light="done",unit="u1"} 1.0',
        'duban_projects{node="start",stage="started"} 1.0',
        'duban_project_investment_yuan{kind="completed"} 5e+07',
        'duban_measures{measure="talk",state="taken"} 1.0',
        'duban_services_on_time_ratio{unit="11610000000000001A"} 0.8',
        'duban_services_overdue{unit="11610000000000001A"} 1.0',
        'duban_orders_open{unit="u1"} 2.0',
        'duban_orders_overdue{unit="u1"} 1.0',
        'duban_rectifications_open{unit="11610000000000001X"} 1.0',
        'duban_rectifications_overdue{unit="11610000000000001X"} 1.0',
        'duban_assessment_score{period="trial.2023-Q1",unit="u1"} 87.5',
    }


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
async def test_promtool_finds_nothing_to_complain_about(file_db: Database) -> None:
    await make.tell_everything(file_db)

    text = make.exposed(await make.pictured(file_db))
    found = promtool(text)

    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


async def test_a_rate_that_may_not_be_read_is_absent(file_db: Database) -> None:
    await make.tell(file_db, *make.told(make.registered(), make.target()))
    await make.tell_ratings(file_db, [make.rating()])

    text = make.exposed(await make.pictured(file_db))

    assert "duban_tasks_on_time_ratio{" not in text
    assert "duban_ratings_satisfaction_ratio{" not in text
    assert "duban_indicator_value{" not in text


async def test_what_is_over_the_limit_is_left_out_and_counted(file_db: Database) -> None:
    picture = await make.pictured(file_db)
    crowded = exposition.families(Picture(**vars(picture) | crowd(1000)))

    kept = exposition.bounded(crowded, limit=exposition.SERIES_LIMIT)

    series = sum(len(family.samples) for family in kept)
    dropped = next(family for family in kept if family.name == "duban_series_dropped")
    assert series == exposition.SERIES_LIMIT + 1
    assert dropped.samples[0].value == 1 + 7005 + FRAME - exposition.SERIES_LIMIT


async def test_the_largest_counts_are_the_last_to_be_left_out(file_db: Database) -> None:
    picture = await make.pictured(file_db)
    crowded = exposition.families(Picture(**vars(picture) | crowd(100)))

    kept = exposition.bounded(crowded, limit=300)

    ratings = next(family for family in kept if family.name == "duban_ratings")
    assert ratings.samples[0].labels["unit"] == "u99"
    assert len(ratings.samples) == 300 - 206 - FRAME


def test_before_the_first_picture_the_facts_are_not_readable() -> None:
    text = make.exposed(None)

    assert [line for line in text.splitlines() if line[0] != "#"] == ["duban_facts_readable 0.0"]
