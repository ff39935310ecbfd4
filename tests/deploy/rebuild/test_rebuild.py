"""`duban rebuild metrics`: what the archive tells again is what the service had learnt, at any instant."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert, select, text
from typer.testing import Result

from services.metrics.models import Base, RateRuleRow, TaskState
from services.metrics.rebuilding import service
from services.metrics.rebuilding.domain import MARKS, SET_HERE, facts_of
from shared.database import Database
from shared.streams.lease import Lease
from shared.tables import LEASES
from shared.testing import FakeClock, sqlite_database
from tests.deploy.gateways import code_of, printed, run
from tests.deploy.rebuild.answers import answers
from tests.deploy.rebuild.lives import BEGIN, COUNT, a_place, lived, lives

DAYS = timedelta(days=30)
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]


def opened(path: Path, now: datetime | None = None) -> Database:
    clock = FakeClock() if now is None else FakeClock(now)
    return Database(f"sqlite:///{path}", service="metrics", clock=clock)


async def rebuild(data: Path, *more: str) -> Result:
    """Run the command, which has an event loop of its own."""
    return await asyncio.to_thread(run, "rebuild", "metrics", "--data", str(data), *more)


def beside(folder: Path, part: str) -> list[str]:
    return [path.name for path in folder.iterdir() if part in path.name]


async def states(path: Path) -> list[tuple[str, str]]:
    db = opened(path)
    async with db.reading() as session:
        rows = await session.execute(select(TaskState.task_id, TaskState.state).order_by(TaskState.task_id))
        found = [(row.task_id, row.state) for row in rows]
    await db.close()
    return found


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_is_rebuilt_equals_what_lived(tmp_path: Path, seed: int) -> None:
    await a_place(tmp_path, seed)

    found = json.loads(printed(await rebuild(tmp_path, "--check", "--json")))

    assert found["events"] == COUNT
    assert sum(table["rows"] > 0 for table in found["compared"].values()) >= 20
    assert all(table["sha256"] for table in found["compared"].values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
async def test_as_of_an_instant_it_equals_one_that_lived_until_then(tmp_path: Path, seed: int) -> None:
    random, then = Random(seed), tmp_path / "then"  # noqa: S311 - a game.
    then.mkdir()
    await a_place(tmp_path, seed)
    instant = BEGIN + DAYS * random.random()
    entries = [entry for at, entry in enumerate(lives(seed)) if BEGIN + at * DAYS / COUNT <= instant]
    here = sqlite_database("metrics", then, FakeClock())
    await lived(here, entries, random)

    done = await rebuild(tmp_path, "--as-of", instant.isoformat(), "--json")

    there = opened(Path(json.loads(printed(done))["where"]))
    await service.count_all(here)
    assert [one.difference for one in await service.compare(here, there) if one.difference] == []
    await here.close()
    await there.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_as_of_an_instant_it_answers_as_the_live_one_does_of_it(tmp_path: Path, seed: int) -> None:
    await a_place(tmp_path, seed, 2 * COUNT, settled=True)
    instant = BEGIN + DAYS / 5 + DAYS * 0.8 * Random(seed + 50).random()  # noqa: S311 - a game.

    done = await rebuild(tmp_path, "--as-of", instant.isoformat(), "--json")

    where = Path(json.loads(printed(done))["where"])
    # The last one is asked at that instant, of what it knows.
    asked = [opened(tmp_path / "metrics.db"), opened(where), opened(where, instant)]
    live, *others = [await answers(db, instant, ["2023-Q2", "2023"]) for db in asked]
    for other in others:
        assert {name: said for name, said in other.items() if said != live[name]} == {}
    assert len(live["2023"][0]) == 2
    for db in asked:
        await db.close()


@pytest.mark.slow
async def test_the_rebuilt_one_is_swapped_in_with_what_people_set_and_the_old_one_kept(
    tmp_path: Path,
) -> None:
    await a_place(tmp_path, 1)
    before = await states(tmp_path / "metrics.db")
    await _alter(tmp_path, "DELETE FROM task_state")

    done = printed(await rebuild(tmp_path))

    assert await states(tmp_path / "metrics.db") == before != []
    assert await states(tmp_path / "metrics.db.before-rebuild") == []
    assert f"原库保留为 {tmp_path}/metrics.db.before-rebuild" in done
    db = opened(tmp_path / "metrics.db")
    async with db.reading() as session:
        assert (await session.scalars(select(RateRuleRow.why))).all() == ["试"]
    lease = Lease(db, holder="next", feeds=["ratings"])
    assert await lease.hold()  # A bus goes on from here.
    await db.close()


@pytest.mark.slow
async def test_a_row_that_no_event_tells_is_shown(tmp_path: Path) -> None:
    await a_place(tmp_path, 2)
    await _alter(tmp_path, "UPDATE task_state SET state = 'cancelled' WHERE task_id = '_task1'")

    result = await rebuild(tmp_path, "--check")

    assert (result.exit_code, code_of(result)) == (1, "rebuild.differs")
    assert "task_state" in str(result.exception)
    assert "_task1" in str(result.exception)
    assert not beside(tmp_path, "rebuild")


async def test_nothing_is_rebuilt_while_metrics_runs(tmp_path: Path) -> None:
    await a_place(tmp_path, 3, 20)
    db = sqlite_database("metrics", tmp_path, FakeClock())
    async with db.transaction() as tx:
        until = datetime.now(UTC) + timedelta(minutes=1)
        held = {"name": "bus", "holder": "m1", "fence": 1, "expires_at": until}
        await tx.session.execute(insert(LEASES), [held])
    await db.close()

    assert code_of(await rebuild(tmp_path)) == "service.running"
    assert not beside(tmp_path, "metrics.db.")


@pytest.mark.slow
async def test_a_hole_in_the_archive_ends_it_and_leaves_the_old_one(tmp_path: Path) -> None:
    await a_place(tmp_path, 4, 60)
    before = await states(tmp_path / "metrics.db")
    gateway = sqlite_database("gateway", tmp_path, FakeClock())
    async with gateway.transaction() as tx:
        hole = "DELETE FROM archive WHERE stream = 'supervision' AND sequence = 3"
        await tx.session.execute(text(hole))
    await gateway.close()

    result = await rebuild(tmp_path)

    assert (code_of(result), "第 3 至 3 号" in str(result.exception)) == ("archive.gap", True)
    assert await states(tmp_path / "metrics.db") == before


async def test_an_archive_that_cannot_be_read_ends_it_in_one_line(tmp_path: Path) -> None:
    await sqlite_database("metrics", tmp_path, FakeClock()).close()

    result = await rebuild(tmp_path)

    assert (code_of(result), "原库未改动" in str(result.exception)) == ("rebuild.interrupted", True)


async def _alter(folder: Path, statement: str) -> None:
    db = sqlite_database("metrics", folder, FakeClock())
    async with db.transaction() as tx:
        await tx.session.execute(text(statement))
    await db.close()


def test_every_table_is_told_by_events_or_set_here_or_a_mark() -> None:
    known = set(Base.metadata.tables)

    assert set(SET_HERE) | MARKS <= known
    assert not {"rate_rule", "finding_limit", "assessment_score", "rating_roll"} & set(facts_of(known))
    assert all(
        Base.metadata.tables[name].c[column] is not None for name, column in SET_HERE.items() if column
    )
