"""The catalogue in the repository: 430 tasks, loaded and assigned as of the day of issue."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.catalogue import CATALOGUE
from services.tasks import catalogue
from services.tasks.models import ClockRow, TaskRow
from services.tasks.plans.service import confirm_plan
from shared.clock import at_local
from shared.database import Database
from shared.errors import Invalid, NotFound
from shared.events.supervision import ClockStarted, PlanConfirmed, StageGoalSet, TargetSet, TaskAssigned
from shared.testing import DRILL_START, FakeClock, events_of, published, sqlite_database
from tests.tasks import factories as make

ISSUED = at_local(date(2023, 4, 25), 9)


async def load(db: Database, folder: Path = CATALOGUE) -> int:
    return await catalogue.load(db, folder, as_of=ISSUED, now=DRILL_START)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the catalogue once for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("loaded")

    async def make_it() -> None:
        database = sqlite_database("tasks", folder, FakeClock())
        await load(database)
        await database.close()

    asyncio.run(make_it())
    return folder


@pytest_asyncio.fixture
async def loaded(template: Path, clock: FakeClock) -> AsyncIterator[Database]:
    database = sqlite_database("tasks", template, clock)
    yield database
    await database.close()


async def test_the_catalogue_holds_430_tasks_of_25_plans_and_44_units(loaded: Database) -> None:
    plans = await events_of(loaded, PlanConfirmed)

    assert (len(plans), sum(plan.tasks for plan in plans)) == (25, 430)
    assert len(await make.units(loaded)) == 44


async def test_the_catalogue_holds_16_stage_goals_and_about_208_targets(loaded: Database) -> None:
    assert len(await events_of(loaded, StageGoalSet)) == 16
    assert abs(len(await events_of(loaded, TargetSet)) - 208) <= 3


async def test_every_task_with_a_unit_that_can_answer_is_assigned(loaded: Database) -> None:
    states = Counter(row.state for row in await make.rows(loaded, TaskRow))

    assert states == {"assigned": 402, "registered": 28}


async def test_dates_are_those_of_the_plans(loaded: Database) -> None:
    tasks = await make.rows(loaded, TaskRow)

    due = Counter(row.deadline for row in tasks)
    assert (due[make.SEPTEMBER], due[make.JUNE], due[None]) == (156, 84, 140)
    assert sum(row.ongoing for row in tasks) == 18


async def test_events_are_dated_on_the_day_of_issue_and_clocks_know_when_they_were_learned_of(
    loaded: Database,
) -> None:
    clocks = await events_of(loaded, ClockStarted)

    assert {one.time for one in await published(loaded)} == {ISSUED}
    assert {(clock.started_at, clock.recorded_at) for clock in clocks} == {(ISSUED, DRILL_START)}


async def test_no_body_text_stands_in_the_catalogue(loaded: Database) -> None:
    assert {row.body for row in await make.rows(loaded, TaskRow)} == {""}


@pytest.mark.slow
async def test_loading_twice_changes_nothing(db: Database, clock: FakeClock) -> None:
    assert await load(db) == 430
    before = await published(db)
    clock.instant = at_local(date(2023, 7, 1))
    await load(db)

    assert await published(db) == before


@pytest.mark.slow
async def test_a_load_that_was_cut_short_is_finished_by_the_next(db: Database) -> None:
    parsed, origin = catalogue.read(CATALOGUE)  # The import was committed, the assignment was not.
    async with db.transaction() as tx:
        await confirm_plan(tx, parsed, origin, make.act())
    await load(db)

    assert len(await events_of(db, TaskAssigned)) == 402
    assert len(await make.rows(db, ClockRow)) == 290


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    shutil.copy(CATALOGUE / "units.json", tmp_path)
    said = make.document()
    catalogue.write(said, tmp_path)

    parsed, _ = catalogue.read(tmp_path)

    assert [task.title for task in parsed.tasks] == [task.title for task in said.tasks]
    assert (parsed.milestones, parsed.issued_on) == (said.milestones, said.issued_on)
    assert {task.body for task in parsed.tasks} == {""}


def test_a_target_of_zero_stays_a_target_of_zero(tmp_path: Path) -> None:
    shutil.copy(CATALOGUE / "units.json", tmp_path)
    catalogue.write(make.document(targets=(make.target(value=0.0),)), tmp_path)

    parsed, _ = catalogue.read(tmp_path)

    assert [target.value for target in parsed.targets] == [0.0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"document\.json"):
        catalogue.read(tmp_path)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    shutil.copytree(CATALOGUE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "plans.jsonl").write_text('{"id": "p01"}\n', "utf-8")

    with pytest.raises(Invalid, match=r"plans\.jsonl 第 1 行"):
        catalogue.read(tmp_path)
