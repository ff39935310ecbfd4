"""Appeals that score again in the open, exemptions that another approves, and judges' scores."""

from datetime import timedelta
from typing import Any

import pytest

from shared.database import Database
from tests.metrics.assessment import made
from tests.metrics.assessment.faked import AFTER, PERIOD, Desk, closed, opened, totals

STEPS = f"/periods/{PERIOD}"
UNIT: dict[str, Any] = {"role": "unit_lead", "by": "head-u2", "unit": "u2"}
CASE = "u2-m.on_time-019"  # The one that was late.


async def appealed(desk: Desk, **changes: object) -> str:
    body = {"period": PERIOD, "line": "late", "subjects": [CASE], "text": "该事项已批准延期"} | changes
    name: str = (await desk.said("POST", "/appeals", body, **UNIT))["id"]
    return name


async def test_an_upheld_appeal_scores_the_unit_again_with_its_trail(db: Database) -> None:
    desk = await closed(db)
    name = await appealed(desk)

    run = (await desk.said("POST", f"/appeals/{name}/decision", {"upheld": True, "why": "属实"}))["run"]

    (change,) = [one for one in (await desk.said("GET", f"{STEPS}/changes"))["changes"] if one["lines"]]
    view = await desk.said("GET", STEPS)
    assert (run, view["run"], view["runs"][-1]["kind"], view["runs"][-1]["appeal"]) == (3, 3, "appeal", name)
    assert (change["unit_id"], change["before"], change["after"]) == ("u2", "74.00", "75.00")
    assert [(line["code"], line["before"], line["after"]) for line in change["lines"]] == [
        ("late", "-1.00", "0.00")
    ]
    assert (await totals(desk, run=2))["u2"] == ("74.00", 2)


async def test_the_case_of_an_upheld_appeal_is_shown_as_left_out(file_db: Database) -> None:
    desk = await closed(file_db)
    name = await appealed(desk)
    await desk.said("POST", f"/appeals/{name}/decision", {"upheld": True, "why": "属实"})

    rows = await desk.said("GET", f"{STEPS}/scores/u2/lines/late/rows?part=excluded")

    assert rows["left_out"] == {CASE: name}
    assert [(row["subject"], row["reason"]) for row in rows["items"]] == [(CASE, f"exempted {name}")]


async def test_an_appeal_changes_nothing_of_other_units_or_lines(file_db: Database) -> None:
    desk = await closed(file_db)
    name = await appealed(desk)
    desk.measures.tell("u1", 0, 5)  # What comes in meanwhile is for the next period.

    await desk.said("POST", f"/appeals/{name}/decision", {"upheld": True, "why": "属实"})

    told = [one for one in await desk.events() if one.type.endswith("score.given.v1")][6:]
    assert (await totals(desk))["u1"] == ("100.00", 1)
    assert [one.subject for one in told] == ["u2"]


async def test_a_dismissed_appeal_leaves_the_score(file_db: Database) -> None:
    desk = await closed(file_db)
    name = await appealed(desk)

    answer = await desk.said("POST", f"/appeals/{name}/decision", {"upheld": False, "why": "不属实"})

    again = await desk.refused("POST", f"/appeals/{name}/decision", {"upheld": True, "why": "改判"})
    assert (answer["run"], again) == (None, (409, "case.decided"))
    assert (await desk.said("GET", "/appeals", **UNIT))["items"][0]["state"] == "dismissed"


async def test_an_appeal_keeps_to_its_form_and_its_time(file_db: Database) -> None:
    desk = await closed(file_db)

    async def refused(**changes: object) -> tuple[int, str]:
        body = {"period": PERIOD, "line": "late", "subjects": [CASE], "text": "异议"} | changes
        return await desk.refused("POST", "/appeals", body, **UNIT)

    assert await refused(subjects=[]) == (422, "appeal.subjects")
    assert await refused(line="stars") == (404, "line.unknown")
    assert await refused(period="trial.2023-Q3") == (404, "period.unknown")
    desk.at(AFTER + timedelta(days=8))
    assert await refused() == (409, "appeal.late")


async def test_an_undecided_appeal_holds_the_period_up(file_db: Database) -> None:
    desk = await closed(file_db)
    await appealed(desk)
    desk.at(AFTER + timedelta(days=10))

    assert await desk.refused("POST", f"{STEPS}/final") == (409, "period.undecided")


async def test_nobody_decides_what_they_asked_for(file_db: Database) -> None:
    desk = await closed(file_db)
    body = {"unit": "u2", "subject": CASE, "reason": "pioneering", "text": "先行先试"}
    name = (await desk.said("POST", "/exemptions", body))["id"]
    path, approved = f"/exemptions/{name}/decision", {"approved": True, "why": "同意"}

    own = await desk.refused("POST", path, approved)
    await desk.said("POST", path, approved, by="s2")

    assert own == (403, "decider.same")
    assert await desk.refused("POST", path, approved, by="s3") == (409, "case.decided")


async def exempted(desk: Desk, *, approved: bool) -> None:
    body = {"subject": CASE, "reason": "reform", "text": "改革探索"}
    name = (await desk.said("POST", "/exemptions", body, **UNIT))["id"]
    decision = {"approved": approved, "why": "研究决定"}
    await desk.said("POST", f"/exemptions/{name}/decision", decision, role="leader", by="l1")


@pytest.mark.parametrize(("approved", "total"), [(True, "75.00"), (False, "74.00")])
async def test_an_approved_exemption_takes_a_case_out_of_the_deductions(
    file_db: Database, *, approved: bool, total: str
) -> None:
    desk = await opened(file_db)

    await exempted(desk, approved=approved)
    await desk.said("POST", f"{STEPS}/preview")

    assert (await totals(desk))["u2"] == (total, 2)
    kinds = [one.type.split(".")[-2] for one in await desk.events() if ".exemption." in one.type]
    assert kinds == ["requested", "approved" if approved else "refused"]


async def test_a_part_may_count_exemptions_too(file_db: Database) -> None:
    desk = await opened(file_db, parts=[made.part(exempt=True)])

    await exempted(desk, approved=True)
    await desk.said("POST", f"{STEPS}/preview")

    assert (await totals(desk))["u2"] == ("100.00", 1)


async def test_an_exemption_after_closing_changes_no_closed_score(file_db: Database) -> None:
    desk = await closed(file_db)

    await exempted(desk, approved=True)

    (correction,) = (await desk.said("GET", f"{STEPS}/corrections"))["changes"]
    assert (await totals(desk))["u2"] == ("74.00", 2)
    assert correction["after"] == "75.00"


async def test_an_exemption_has_a_reason_of_the_list_and_is_about_ones_own_unit(file_db: Database) -> None:
    desk = await opened(file_db)
    body = {"subject": CASE, "reason": "because", "text": "请求"}

    assert await desk.refused("POST", "/exemptions", body, **UNIT) == (422, "exemption.reason")
    other = body | {"unit": "u1", "reason": "reform"}
    assert await desk.refused("POST", "/exemptions", other, **UNIT) == (403, "score.other_unit")
    assert (await desk.said("GET", "/exemptions?state=approved"))["items"] == []
    assert await desk.refused("POST", "/exemptions/x/decision", {"approved": True, "why": "同意"}) == (
        404,
        "case.unknown",
    )


OBSERVED = {"kind": "observation", "judges": 3, "trimmed": 1}


def scores(unit: str, *points: object, day: str = "2023-06-10") -> list[dict[str, object]]:
    return [
        {"day": day, "judge": f"j{number}", "unit": unit, "points": one} for number, one in enumerate(points)
    ]


async def test_judges_scores_give_a_trimmed_mean(file_db: Database) -> None:
    desk = await opened(file_db, parts=[made.part("observation", source=OBSERVED)], cases=[])
    body = {"scores": scores("u1", "100", "80", "84", "60") + scores("u2", "90", "90")}
    await desk.said("POST", "/observations", body)
    await desk.said("POST", f"{STEPS}/preview")

    found = await desk.said("GET", f"{STEPS}/scores/u1")
    rows = await desk.said("GET", f"{STEPS}/scores/u1/lines/observation/rows")

    assert found["lines"][0]["reading"]["value"] == "82.00"
    assert found["score"]["total"] == "55.00"
    assert [row["subject"] for row in rows["items"]] == [f"2023-06-10.j{n}" for n in range(4)]
    assert (await desk.said("GET", f"{STEPS}/scores/u2"))["score"]["short"] is True
    assert (await desk.said("GET", f"{STEPS}/scores/u1/lines/observation/rows?part=excluded"))["items"] == []


async def test_a_judges_score_is_corrected_by_a_new_entry_that_says_why(file_db: Database) -> None:
    desk = await opened(file_db)
    await desk.said("POST", "/observations", {"scores": scores("u1", "70")})

    silent = await desk.refused("POST", "/observations", {"scores": scores("u1", "80")})
    again = [one | {"why": "录入错误"} for one in scores("u1", "80")]
    await desk.said("POST", "/observations", {"scores": again})

    listed = (await desk.said("GET", "/observations?from=2023-06-01&to=2023-06-30&unit=u1"))["items"]
    assert silent == (422, "observation.again")
    assert [(one["points"], one["why"]) for one in listed] == [("80", "录入错误")]


async def test_an_appeal_about_judges_counts_their_corrected_scores(file_db: Database) -> None:
    desk = await opened(file_db, parts=[made.part("observation", source=OBSERVED | {"trimmed": 0})], cases=[])
    await desk.said("POST", "/observations", {"scores": scores("u2", "80", "80", "80")})
    await desk.said("POST", f"{STEPS}/preview")
    await desk.said("POST", f"{STEPS}/closing")
    name = await appealed(desk, line="observation", subjects=[])
    again = [one | {"why": "录入错误"} for one in scores("u2", "92")]
    await desk.said("POST", "/observations", {"scores": again})

    await desk.said("POST", f"/appeals/{name}/decision", {"upheld": True, "why": "更正"})

    assert (await totals(desk))["u2"][0] == "60.00"


async def test_a_unit_without_a_score_has_nothing_to_appeal_against(file_db: Database) -> None:
    desk = await opened(file_db)
    desk.measures.facts = [one for one in desk.measures.facts if one.unit != "u2"]
    await desk.said("POST", f"{STEPS}/preview")
    await desk.said("POST", f"{STEPS}/closing")
    name = await appealed(desk)

    refused = await desk.refused("POST", f"/appeals/{name}/decision", {"upheld": True, "why": "属实"})

    stranger = UNIT | {"unit": "u9"}
    body = {"period": PERIOD, "line": "late", "subjects": [CASE], "text": "异议"}
    assert refused == (409, "appeal.no_score")
    assert await desk.refused("POST", "/appeals", body, **stranger) == (404, "score.unknown")


@pytest.mark.parametrize(
    ("entry", "code"),
    [(scores("u9", "70"), "observation.unit"), (scores("u1", "70", day="2023-08-01"), "observation.day")],
)
async def test_judges_score_known_units_on_past_days(
    file_db: Database, entry: list[dict[str, object]], code: str
) -> None:
    desk = await opened(file_db)

    assert await desk.refused("POST", "/observations", {"scores": entry}) == (422, code)
