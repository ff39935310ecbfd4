"""What monitoring shows of scores: of the two closed periods that ended last, by the run that counts."""

import pytest

from services.metrics.assessment.periods.repository import standing_scores
from shared.database import Database
from tests.metrics import factories
from tests.metrics.assessment import faked

LABELS = ("2022-Q4", "2023-Q2", "2023-Q1")


async def shown(db: Database) -> dict[tuple[str, str], str]:
    found = await db.look(standing_scores)
    return {(one.period, one.unit_id): str(one.percent) for one in found}


async def keep(db: Database, label: str, state: str) -> None:
    await db.run_sync(lambda tx: factories.score(tx.connection, {"u1": "80.00"}, label, state))


async def test_a_previewed_period_shows_no_score_and_a_closed_one_those_of_its_run(db: Database) -> None:
    desk = await faked.opened(db)
    await desk.said("POST", f"/periods/{faked.PERIOD}/preview")
    before = await shown(db)

    await desk.said("POST", faked.CLOSE)

    listed = await desk.said("GET", f"/periods/{faked.PERIOD}/scores")
    assert before == {}
    assert await shown(db) == {(faked.PERIOD, one["unit"]): one["percent"] for one in listed["items"]}


async def test_a_new_run_takes_the_place_of_the_one_before(db: Database) -> None:
    desk = await faked.closed(db)
    before = await shown(db)
    desk.measures.tell("u6", 90, 0)

    await desk.said("POST", f"/periods/{faked.PERIOD}/rescoring", {"why": "补录"})

    after = await shown(db)
    assert after.keys() == before.keys()
    assert [key for key in before if before[key] != after[key]] == [(faked.PERIOD, "u6")]


@pytest.mark.parametrize("state", ["closed", "final"])
async def test_the_two_periods_that_ended_last_are_shown(db: Database, state: str) -> None:
    for label in LABELS:
        await keep(db, label, state)

    assert list(await shown(db)) == [("trial.2023-Q1", "u1"), ("trial.2023-Q2", "u1")]


async def test_a_unit_without_a_score_has_none_to_show(db: Database) -> None:
    await db.run_sync(lambda tx: factories.score(tx.connection, {"u1": "80.00", "u2": None}))

    assert await shown(db) == {("trial.2023-Q1", "u1"): "80.00"}
