"""Periods: from open to final, bound to the archive; nothing that is closed changes but by an explicit, told run."""

from datetime import timedelta
from typing import Any

import pytest

from services.metrics.assessment.periods import repository, service
from services.metrics.assessment.periods.domain import digest_of
from shared.database import Database
from shared.errors import Conflict
from tests.metrics.assessment import made
from tests.metrics.assessment.faked import AFTER, CLOSE, PERIOD, UNITS, closed, final, opened, totals

STEPS = f"/periods/{PERIOD}"


async def test_a_period_goes_from_open_to_final_and_each_step_is_told(db: Database) -> None:
    desk = await final(db)

    view = await desk.said("GET", STEPS)
    told = [one.type.removeprefix("cn.duban.assessment.") for one in await desk.events()]

    assert (view["state"], view["run"], [run["kind"] for run in view["runs"]]) == (
        "final",
        2,
        ["preview", "closed"],
    )
    assert [kind for kind in told if not kind.startswith("score.")][-5:] == [
        "scheme.revised.v1",
        "period.opened.v1",
        "period.previewed.v1",
        "period.closed.v1",
        "period.finalised.v1",
    ]


async def test_scores_are_ranked_and_told_with_their_lines(file_db: Database) -> None:
    desk = await closed(file_db)

    given = [one.data for one in await desk.events() if one.type.endswith("score.given.v1")]

    assert await totals(desk) == {
        "u1": ("100.00", 1),
        "u2": ("74.00", 2),
        "u3": ("48.00", 3),
        "u4": ("22.00", 4),
        "u5": ("0.00", 5),
        "u6": ("0.00", 5),
    }
    assert all(sum(line.hundredths for line in one.lines) == one.total_hundredths for one in given)  # type: ignore[union-attr]  # They are `ScoreGiven`.


async def test_a_closed_period_is_bound_to_the_archive(file_db: Database) -> None:
    desk = await closed(file_db)

    run = (await desk.said("GET", STEPS))["runs"][-1]
    scores = await file_db.look(lambda connection: repository.scores(connection, PERIOD, 2))

    assert (run["archive_position"], run["archive_hash"]) == (7, f"{7:064x}")
    assert run["digest"] == digest_of(run["archive_hash"], [one for one, _rank in scores.values()])


async def test_closing_waits_until_every_archived_event_was_taken_in(file_db: Database) -> None:
    desk = await opened(file_db)
    await desk.said("POST", f"{STEPS}/preview")
    desk.archive.streams = {"supervision": 3, "exchange": 9}

    answer = await desk.ask("POST", CLOSE)

    assert (answer.status_code, answer.json()["behind"]) == (409, {"supervision": 3})
    assert (await desk.said("GET", STEPS))["state"] == "previewed"


async def test_without_the_archive_nothing_is_closed(file_db: Database) -> None:
    desk = await opened(file_db)
    desk.archive.is_there = False

    assert await desk.refused("POST", f"{STEPS}/preview") == (503, "history.unavailable")


async def test_each_step_has_its_time(file_db: Database) -> None:
    desk = await opened(file_db)

    early = await desk.refused("POST", CLOSE)
    await desk.said("POST", f"{STEPS}/preview")
    desk.at(AFTER - timedelta(days=4))
    running = await desk.refused("POST", CLOSE)
    desk.at(AFTER)
    await desk.said("POST", CLOSE)

    assert (early, running) == ((409, "period.state"), (409, "period.running"))
    assert await desk.refused("POST", CLOSE) == (409, "period.state")
    assert await desk.refused("POST", f"{STEPS}/final") == (409, "period.appeals_open")


async def test_a_period_that_cannot_be_is_not_opened(file_db: Database) -> None:
    desk = await opened(file_db, kinds=["quarter"])

    async def refused(scheme: str, period: str) -> tuple[int, str]:
        return await desk.refused("POST", "/periods", {"scheme": scheme, "period": period})

    assert await refused("trial", "2023-Q2") == (409, "period.exists")
    assert await refused("trial", "2023") == (422, "period.kind")
    assert await refused("trial", "2022-Q4") == (404, "scheme.not_yet")
    assert await refused("trial", "2023-Q5") == (422, "period.label")
    assert await refused("nobody", "2023-Q2") == (404, "scheme.unknown")
    assert await desk.refused("GET", "/periods/trial.2099") == (404, "period.unknown")


async def test_facts_that_come_late_change_nothing_but_are_shown_in_the_next_period(
    file_db: Database,
) -> None:
    desk = await closed(file_db)
    before = await totals(desk)
    desk.measures.tell("u2", 0, 1, told_at=AFTER + timedelta(days=1))
    desk.at(AFTER + timedelta(days=95))
    await desk.said("POST", "/periods", {"scheme": "trial", "period": "2023-Q3"})
    await desk.said("POST", "/periods/trial.2023-Q3/preview")

    await desk.said("POST", "/periods/trial.2023-Q3/closing")

    (correction,) = (await desk.said("GET", "/periods/trial.2023-Q3"))["runs"][-1]["corrections"]
    assert await totals(desk) == before
    assert (correction["unit_id"], correction["before"], correction["after"]) == ("u2", "74.00", "52.55")
    assert (await desk.said("GET", f"{STEPS}/corrections"))["changes"] == [correction]


async def test_scoring_again_is_explicit_and_shows_before_and_after(file_db: Database) -> None:
    desk = await final(file_db)
    desk.measures.tell("u2", 0, 1, told_at=AFTER + timedelta(days=1))

    without = await desk.ask("POST", f"{STEPS}/rescoring", {})
    done = await desk.said("POST", f"{STEPS}/rescoring", {"why": "补录迟到的办件"})

    changes: dict[str, Any] = await desk.said("GET", f"{STEPS}/changes")
    view = await desk.said("GET", STEPS)
    assert (without.status_code, done["run"], changes["before"]) == (422, 3, 2)
    assert [(one["unit_id"], one["before"], one["after"]) for one in changes["changes"]] == [
        ("u2", "74.00", "52.55")
    ]
    assert (view["state"], view["runs"][-1]["why"], view["final_at"]) == ("closed", "补录迟到的办件", None)
    assert await totals(desk, run=2) == await totals(desk, run=1)


async def test_a_run_that_was_counted_before_another_is_not_kept(file_db: Database) -> None:
    desk = await opened(file_db)
    head, now = await desk.archive.head(), file_db.clock.now()
    counted = await file_db.look(
        lambda connection: service.count_period(connection, desk.measures, PERIOD, "preview", now)
    )
    await desk.said("POST", f"{STEPS}/preview")

    with pytest.raises(Conflict, match="刚被他人变更"):
        await file_db.run_sync(lambda tx: service.keep_preview(tx, counted, head, "s1"))

    assert len((await desk.said("GET", STEPS))["runs"]) == 1


async def test_units_see_their_own_scores_alone(file_db: Database) -> None:
    desk = await closed(file_db)
    mine = {"role": "unit", "by": "c1", "unit": "u2"}

    seen = await desk.said("GET", f"{STEPS}/scores", **mine)

    assert [one["unit"] for one in seen["items"]] == ["u2"]
    assert (await desk.said("GET", f"{STEPS}/scores/u2", **mine))["score"]["rank"] == 2
    for path in ("", "/lines/late/rows", "/report.docx"):
        assert await desk.refused("GET", f"{STEPS}/scores/u1{path}", **mine) == (403, "score.other_unit")
    assert await desk.refused("POST", CLOSE, **mine) == (403, "role.refused")


async def test_a_unit_with_three_ratings_is_neither_red_nor_black(file_db: Database) -> None:
    parts = [made.part(weight="60"), made.part("late", "40", minimum=5)]
    desk = await opened(file_db, parts=parts, cases=[])
    for unit in UNITS:
        desk.measures.tell(unit, 3 if unit == "u6" else 5, 0, measure="m.late")
    await desk.said("POST", f"{STEPS}/preview")

    found = {one["unit"]: one for one in (await desk.said("GET", f"{STEPS}/scores"))["items"]}

    assert (found["u6"]["short"], found["u6"]["rank"], found["u6"]["why_unranked"]) == (
        True,
        None,
        "样本不足，不参加排名",
    )
    assert (found["u1"]["rank"], found["u1"]["ranked"]) == (1, 5)
