"""Versions of schemes: a change is tried on past periods and alters none; the default; the year from its quarters."""

from pathlib import Path
from typing import Any

import pytest

from services.metrics.assessment.adapters import Registry
from services.metrics.assessment.schemes.domain import refusal
from services.metrics.assessment.schemes.files import shipped
from shared.clock import LiveClock
from shared.database import Database
from shared.principal import Principal, sign
from tests.metrics import factories as make
from tests.metrics.assessment import made
from tests.metrics.assessment.faked import PERIOD, SCOPES, Desk, final, totals
from tests.metrics.test_api import SECRET, FakeBus, serving

STRICT = made.LINEAR | {"nothing_at": "80"}
DRAFT = made.content(parts=[made.part(curve=STRICT)])


async def test_a_draft_is_tried_on_a_past_period_and_nothing_is_kept(file_db: Database) -> None:
    desk = await final(file_db)
    before = await totals(desk)

    found = await desk.said("POST", "/schemes/trial/preview", {"content": DRAFT, "period": PERIOD})

    changed = {one["unit_id"]: (one["before"], one["after"]) for one in found["changes"]}
    assert (found["run"], found["units"], changed["u2"]) == (2, 6, ("74.00", "50.00"))
    assert await totals(desk) == before
    assert len((await desk.said("GET", "/schemes/trial"))["versions"]) == 1


async def test_a_draft_is_tried_on_an_open_period_against_the_scheme_in_force(file_db: Database) -> None:
    desk = await final(file_db)
    await desk.said("POST", "/periods", {"scheme": "trial", "period": "2023-Q3"})
    desk.measures.tell("u2", 9, 1)

    found = await desk.said("POST", "/schemes/trial/preview", {"content": DRAFT, "period": "trial.2023-Q3"})

    (change,) = [one for one in found["changes"] if one["unit_id"] == "u2"]
    assert (found["run"], change["before"], change["after"]) == (0, "73.00", "50.00")


async def revised(desk: Desk, valid_from: str, **changes: object) -> tuple[int, str]:
    body = {"content": DRAFT | changes, "valid_from": valid_from, "why": "从严"}
    answer = await desk.ask("PUT", "/schemes/trial", body)
    return answer.status_code, answer.json().get("code", "")


async def test_a_new_version_alters_no_closed_period(file_db: Database) -> None:
    desk = await final(file_db)
    before = await totals(desk)

    early, later = await revised(desk, "2023-Q2"), await revised(desk, "2023-Q3")
    await desk.said("POST", f"/periods/{PERIOD}/rescoring", {"why": "复核"})

    view = await desk.said("GET", f"/periods/{PERIOD}")
    newest = (await desk.said("GET", "/schemes/trial"))["versions"][0]
    assert (early, later) == ((409, "scheme.closed_period"), (200, ""))
    assert await totals(desk) == before
    assert view["runs"][-1]["scheme_version"] == 1
    assert (newest["version"], newest["valid_from"], newest["why"]) == (2, "2023-07-01", "从严")


async def test_the_period_goes_by_the_version_that_holds_when_it_begins(file_db: Database) -> None:
    desk = await final(file_db)
    await revised(desk, "2023-Q4")
    for label in ("2023-Q3", "2023-Q4"):
        await desk.said("POST", "/periods", {"scheme": "trial", "period": label})
        await desk.said("POST", f"/periods/trial.{label}/preview")

    held = [
        (await desk.said("GET", f"/periods/trial.{label}"))["runs"][0]["scheme_version"]
        for label in ("2023-Q3", "2023-Q4")
    ]

    assert held == [1, 2]


async def test_a_scheme_that_scores_signing_is_refused(file_db: Database) -> None:
    desk = await final(file_db)
    case = made.case(measure="tasks.sign_hours")

    assert await revised(desk, "2023-Q3", cases=[case]) == (422, "scheme.sign")
    assert await revised(desk, "2023-Q3", parts=[made.part(weight="90")]) == (422, "request.invalid")
    assert await desk.refused("GET", "/schemes/nobody") == (404, "scheme.unknown")


YEAR: dict[str, Any] = {
    "scheme": "trial-year",
    "kinds": ["year"],
    "parts": [
        made.part(
            "quarters",
            source={"kind": "quarters", "scheme": "trial", "quarters": 1},
            curve={"kind": "linear", "nothing_at": "0", "full_at": "100"},
        )
    ],
}


async def test_the_year_is_the_mean_of_its_final_quarters(file_db: Database) -> None:
    desk = await final(file_db)
    body = {"content": made.content(**YEAR), "valid_from": "2023", "why": "年总评"}
    await desk.said("PUT", "/schemes/trial-year", body)
    await desk.said("POST", "/periods", {"scheme": "trial-year", "period": "2023"})

    await desk.said("POST", "/periods/trial-year.2023/preview")

    found = await desk.said("GET", "/periods/trial-year.2023/scores/u2")
    rows = await desk.said("GET", "/periods/trial-year.2023/scores/u2/lines/quarters/rows")
    assert found["score"]["total"] == "74.00"
    assert [row["subject"] for row in rows["items"]] == [PERIOD]


def test_the_default_scheme_names_measures_that_are_there_and_ranks_no_enterprise() -> None:
    default = shipped()["three-years"]

    assert refusal(default, Registry().known()) is None
    assert (default.scores_hotline, default.ranking.smallest_class) == (False, 5)
    assert {"税务", "消防", "供电", "燃气", "法院", "公安"} <= set(default.informed.words)


@pytest.mark.slow
async def test_the_default_scheme_scores_with_the_real_measures(file_db: Database, tmp_path: Path) -> None:
    await make.tell_everything(file_db)
    default = shipped()["three-years"].model_dump(mode="json")
    who = Principal(id="s1", role="supervisor", scopes=SCOPES)
    headers = {"x-duban-principal": sign(who, SECRET, now=LiveClock().real_now())}

    async with serving(tmp_path, FakeBus()) as client:
        opened = await client.post(
            "/assessment/periods", json={"scheme": "three-years", "period": "2023-Q2"}, headers=headers
        )
        found = await client.post(
            "/assessment/schemes/three-years/preview",
            json={"content": default, "period": opened.json()["id"]},
            headers=headers,
        )

    assert (opened.status_code, found.status_code) == (201, 200), found.text
    assert (found.json()["changes"], found.json()["units"] > 0) == ([], True)


async def test_the_shipped_scheme_is_shown_with_its_rules_in_words(file_db: Database) -> None:
    desk = Desk(file_db)

    (shown,) = (await desk.said("GET", "/schemes"))["items"]

    rules = {one["code"]: one["rule"] for one in shown["rules"]}
    assert (shown["version"], shown["set_by"], shown["set_at"]) == (1, "", None)
    assert rules["on_time"] == "40分；100得满分，60不得分，其间按比例；不足5件为样本不足"
    assert rules["returned"] == "每件扣2分，最多扣10分"
