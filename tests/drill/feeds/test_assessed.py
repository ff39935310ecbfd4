"""Indicators, scores, ranks and lists of the played year are what the raw input says, digit for digit."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from deploy.rebuild.filling import Wish
from deploy.rebuild.places import Places
from deploy.rebuild.running import rebuild
from shared.clock import SHANGHAI
from shared.database import Database
from tests.deploy.rebuild.answers import answers
from tests.drill.feeds import ledger, oracle_scores, oracle_year
from tests.drill.feeds.assessed import INSTANTS, LISTS, PERIODS, SCHEME, YEARLY, judged, yearly
from tests.drill.feeds.oracle_scores import Place, Score
from tests.drill.feeds.oracle_year import Assessment, Stands, shipped
from tests.drill.feeds.play import BEGINS, ENDS
from tests.drill.feeds.played import Year

pytestmark = pytest.mark.drill
AT_END = ENDS.replace(tzinfo=None)


@pytest.fixture(scope="module")
def assessment(year: Year) -> Assessment:
    kinds = ledger.units()
    bodies = {unit: (name, kinds.get(name, "department")) for unit, name in year.names.items()}
    tasks = {task: name for name, task in year.desk.tasks.items()}
    return Assessment(year.told(AT_END), bodies, tasks, judged(year.judged_units), year.assessed.exempted)


def runs_of(year: Year, name: str) -> list[int]:
    return sorted(run for period, run in year.assessed.scores if period == name)


def in_cents(said: str | None) -> int | None:
    if said is None:
        return None
    cents = Decimal(said) * 100
    assert cents == int(cents), f"{said} has more digits than cents"
    return int(cents)


def as_shown(said: Mapping[str, Any]) -> tuple[Score, Place]:
    """Read a score with its rank as the API shows it; each amount has to have no more digits than cents."""
    lines = [
        oracle_scores.Line(
            line["code"], line["standing"], in_cents(line["points"]) or 0, reading_of(line["reading"])
        )
        for line in said["lines"]
    ]
    percent = in_cents(said["percent"])
    score = Score(
        said["class_code"],
        in_cents(said["total"]),
        Fraction(said["out_of"]),
        percent,
        said["short"],
        lines,
    )
    return score, Place(said["rank"], said["ranked"], said["why_unranked"], 0)


def reading_of(said: Mapping[str, Any] | None) -> oracle_scores.Reading | None:
    if said is None:
        return None
    return oracle_scores.Reading(
        in_cents(said["value"]), said["numerator"], said["denominator"], said["exclusions"]
    )


def expected(scheme: Mapping[str, Any], scores: Mapping[str, Score]) -> dict[str, tuple[Score, Place]]:
    ranked = oracle_scores.places(scheme, scores)
    return {unit: (one, ranked[unit]._replace(behind=0)) for unit, one in scores.items()}


@pytest.mark.parametrize("label", PERIODS)
def test_scores_and_ranks_of_a_period_are_what_the_raw_input_says(
    year: Year, assessment: Assessment, label: str
) -> None:
    name = f"{SCHEME}.{label}"
    seen = year.assessed.scores[name, runs_of(year, name)[0]]

    scores = assessment.scores(shipped(), label)

    assert {unit: as_shown(one) for unit, one in seen.items()} == expected(shipped(), scores)


def test_the_year_by_its_quarters_and_every_measure_of_tasks_are_what_the_raw_input_says(
    year: Year, assessment: Assessment
) -> None:
    name = f"{YEARLY}.2023"
    seen = year.assessed.scores[name, runs_of(year, name)[0]]

    scores = assessment.scores(yearly(), "2023")

    assert {unit: as_shown(one) for unit, one in seen.items()} == expected(yearly(), scores)
    assert sum(one.total is not None for one in scores.values()) >= 5


def test_an_upheld_appeal_scores_again_without_its_case_and_keeps_the_run_before(
    year: Year, assessment: Assessment
) -> None:
    appeal = year.assessed.appeal
    unit, subject = appeal["unit"], appeal["subject"]
    before, after = (year.assessed.scores[appeal["period"], run] for run in runs_of(year, appeal["period"]))

    scores = assessment.scores(shipped(), "2023", {(unit, "late"): subject})

    assert {one: as_shown(said) for one, said in after.items()} == expected(shipped(), scores)
    late = {line["code"]: line for line in after[unit]["lines"]}["late"]["reading"]
    assert late["left_out"] == year.assessed.exempted.get(unit, {}) | {subject: appeal["name"]}
    assert before[unit]["lines"] != after[unit]["lines"]


@pytest.mark.parametrize("label", PERIODS)
def test_the_lists_of_a_period_are_what_the_raw_input_says(
    year: Year, assessment: Assessment, label: str
) -> None:
    appeal = year.assessed.appeal
    upheld = {(appeal["unit"], "late"): appeal["subject"]} if label == "2023" else {}

    drawn = oracle_year.lists(assessment.scores(shipped(), label, upheld))

    assert {code: [one["unit_id"] for one in year.assessed.lists[label, code]] for code in LISTS} == drawn


def test_a_unit_with_few_ratings_reads_short_and_is_neither_red_nor_black(
    year: Year, assessment: Assessment
) -> None:
    short = {
        (label, unit)
        for label in PERIODS
        for unit, one in assessment.scores(shipped(), label).items()
        for line in one.lines
        if line.code == "satisfaction" and line.state == "short"
    }

    on_lists = {(label, one["unit_id"]) for (label, _), rows in year.assessed.lists.items() for one in rows}

    assert short
    assert not short & on_lists


@pytest.mark.parametrize("instant", [*(one.replace(tzinfo=None) for one in INSTANTS), AT_END], ids=str)
def test_every_measured_indicator_is_what_the_raw_input_says(year: Year, instant: datetime) -> None:
    shown = year.assessed.indicators[instant.replace(tzinfo=SHANGHAI).isoformat()]
    names = {one: plan for plan, one in year.desk.plans.items()}

    found = {key_of(one, names): stands_of(one) for one in shown if one["measure"]}

    assert found == oracle_year.indicators(year.told(instant), year.desk.plans)
    assert len(found) == 21 + 16 + 3  # Frame 18+5 without two that have no plan, stage goals, bound targets.


def key_of(said: Mapping[str, Any], plans: Mapping[str, str]) -> tuple[str, str, str]:
    if said["kind"] == "frame":
        return "frame", said["target_id"], said["name"]
    return said["kind"], plans[said["plan_id"]], said["due_on"] if said["kind"] == "goal" else said["name"]


def stands_of(said: Mapping[str, Any]) -> Stands:
    rate = said["rate"]
    counted = (rate["numerator"], rate["denominator"], rate["exclusions"])
    return Stands(said["present"], said["why"], counted, said["state"], said["forecast"]["value"])


def places_of(year: Year) -> Places:
    metrics, gateway = (f"sqlite:///{year.folder}/{name}.db" for name in ("metrics", "gateway"))
    return Places(metrics, gateway, "", "", year.play.house.clock)


async def asked(url: str, year: Year, instant: datetime) -> dict[str, Any]:
    """Ask a database for its indicators, rates and scores of quarters as of an instant.

    The year has an upheld appeal, which people decided: it holds whatever instant is asked for, and no event tells it.
    """
    db = Database(url, service="metrics", clock=year.play.house.clock)
    try:
        return await answers(db, instant, PERIODS[:-1])
    finally:
        await db.close()


def test_what_is_rebuilt_from_the_archive_equals_the_live_tables(year: Year) -> None:
    done = asyncio.run(rebuild(places_of(year), Wish(check=True)))

    assert [one.table for one in done.filled.compared if one.difference] == []
    assert sum(one.rows for one in done.filled.compared) > year.play.sent // 2


@pytest.mark.parametrize("seed", range(2))
def test_a_rebuild_as_of_a_random_instant_answers_as_the_live_one_does_of_it(year: Year, seed: int) -> None:
    instant = BEGINS + timedelta(days=1) + (ENDS - BEGINS - timedelta(days=1)) * Random(seed).random()  # noqa: S311 - a game.

    done = asyncio.run(rebuild(places_of(year), Wish(as_of=instant)))

    urls = (f"sqlite:///{done.where}", f"sqlite:///{year.folder}/metrics.db")
    rebuilt, live = (asyncio.run(asked(url, year, instant)) for url in urls)
    assert {name: said for name, said in rebuilt.items() if said != live[name]} == {}
    assert len(rebuilt) > 20
