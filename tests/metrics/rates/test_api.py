"""Rates over HTTP: answers that lead to their rows, rules that a place sets, clerks that few may see."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.clock import LiveClock
from shared.database import Database
from shared.events import supervision
from shared.principal import Principal, sign
from tests.metrics import factories as make
from tests.metrics.rates import made
from tests.metrics.rates.made import A, B
from tests.metrics.test_api import SECRET, FakeBus, serving

SCOPES = frozenset({"indicators:read", "plans:write"})
UNIT = supervision.UnitRegistered(unit_id="u1", name="政务中心", kind="centre", codes=(A,))
RULE = {"changes": {"levels": [5, 4], "minimum": 1}, "why": "本市规定基本满意不计"}


async def ask(
    folder: Path, path: str, *, role: str = "supervisor", method: str = "GET", body: object = None
) -> httpx.Response:
    who = Principal(id="p9", role=role, unit="u1" if role == "unit" else "", scopes=SCOPES)
    headers = {"x-duban-principal": sign(who, SECRET, now=LiveClock().real_now())}
    async with serving(folder, FakeBus()) as client:
        return await client.request(method, path, headers=headers, json=body)


async def answer(folder: Path, path: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on.
    response = await ask(folder, path, **more)
    assert response.status_code == 200, response.text
    content: dict[str, Any] = response.json()
    return content


async def tell_ratings(db: Database) -> None:
    """Tell of forty ratings of a known unit, one of them bad, one given by nobody, and two of another unit."""
    await make.tell(db, *make.told(UNIT))
    own = [
        make.rating(n, unit_code=A, level=1 if n == 0 else 5, is_default=n == 1, clerk="c1")
        for n in range(40)
    ]
    await made.tell(db, *own, *(make.rating(n, unit_code=B, clerk="c2") for n in (50, 51)))


async def test_an_answer_says_everything_that_is_needed_to_check_it(
    file_db: Database, tmp_path: Path
) -> None:
    await tell_ratings(file_db)

    found = await answer(tmp_path, "/rates/ratings.satisfaction?from=2023-06-01&to=2023-06-30")

    other, first = found["items"]
    assert (first["unit"], first["unit_name"], first["value"], first["why"]) == (
        "u1",
        "政务中心",
        0.9743,
        "已测量",
    )
    assert (first["numerator"], first["denominator"], first["shown"]) == (38, 39, "0.9743")
    assert (other["unit"], other["value"], other["why"]) == (B, None, "样本不足")
    assert [one["reason"] for one in first["exclusions"]] == ["default"]
    assert (found["rule"]["version"], found["rule"]["rounding"]) == (1, "保留4位小数，其后截去")
    assert (found["from"], found["to"], found["as_of"]) == (
        "2023-06-01",
        "2023-06-30",
        "2023-06-20T01:00:00Z",
    )


@pytest.mark.slow
async def test_each_part_of_each_figure_leads_to_as_many_rows(file_db: Database, tmp_path: Path) -> None:
    await tell_ratings(file_db)
    found = await answer(tmp_path, "/rates/ratings.satisfaction?by=clerk&from=2023-06-20&to=2023-06-20")

    for item in [*found["items"], found["total"]]:
        counts = {part: len((await answer(tmp_path, link))["items"]) for part, link in item["rows"].items()}
        excluded = sum(one["count"] for one in item["exclusions"])
        assert counts == {
            "numerator": item["numerator"],
            "denominator": item["denominator"],
            "excluded": excluded,
        }


@pytest.mark.slow
async def test_rows_come_in_pages_and_say_why_they_are_left_out(file_db: Database, tmp_path: Path) -> None:
    await tell_ratings(file_db)
    path = "/rates/ratings.satisfaction/rows?part=denominator&limit=25"

    first = await answer(tmp_path, path)
    second = await answer(tmp_path, f"{path}&after={first['after']}")
    left_out = await answer(tmp_path, "/rates/ratings.satisfaction/rows?part=excluded")

    assert (len(first["items"]), len(second["items"]), second["after"]) == (25, 16, None)
    assert [row["reason_title"] for row in left_out["items"]] == ["系统默认评价"]


@pytest.mark.slow
async def test_rows_of_services_and_rectifications_are_shown(file_db: Database, tmp_path: Path) -> None:
    await make.tell_everything(file_db)

    (late,) = (await answer(tmp_path, "/rates/services.on_time/rows?part=denominator&limit=1"))["items"]
    (owed,) = (await answer(tmp_path, "/rates/rectifications.done/rows?part=denominator"))["items"]

    assert (late["service_id"], late["state"], late["due_on"]) == ("s0", "overdue", "2023-06-07")
    assert (owed["task_id"], owed["done"], owed["due"]) == ("t-bad", "", True)


@pytest.mark.slow
async def test_clerks_are_for_supervisors_and_their_own_unit(file_db: Database, tmp_path: Path) -> None:
    await tell_ratings(file_db)
    path = "/rates/ratings.satisfaction?by=clerk"

    everybody = await answer(tmp_path, path)
    own = await answer(tmp_path, path, role="unit")
    refused = [await ask(tmp_path, path, role="leader"), await ask(tmp_path, f"{path}&unit={B}", role="unit")]

    assert [item["key"] for item in everybody["items"]] == ["c2", "c1"]
    assert [item["key"] for item in own["items"]] == ["c1"]
    assert {(one.status_code, one.json()["code"]) for one in refused} == {(403, "rate.clerk")}


@pytest.mark.parametrize(
    ("role", "query", "seen"),
    [("supervisor", "", True), ("unit", "&unit=u1", True), ("unit", f"&unit={A}", True), ("unit", "", False)],
)
async def test_rows_name_the_clerk_only_to_those_who_may_see(
    file_db: Database, tmp_path: Path, role: str, query: str, *, seen: bool
) -> None:
    await tell_ratings(file_db)

    found = await answer(
        tmp_path, f"/rates/ratings.satisfaction/rows?part=numerator&limit=1{query}", role=role
    )

    assert ("clerk" in found["items"][0]) is seen


@pytest.mark.slow
async def test_a_place_sets_its_rule_and_says_why(file_db: Database, tmp_path: Path) -> None:
    await tell_ratings(file_db)

    await answer(tmp_path, "/rates/ratings.satisfaction/rule", method="PUT", body=RULE)
    found = await answer(tmp_path, "/rates/ratings.satisfaction/rule")
    listed = await answer(tmp_path, "/rates")

    rule = found["rule"]
    assert (rule["version"], rule["choices"]["levels"], rule["set_by"]) == (2, [5, 4], "p9")
    assert (rule["why"], [one["version"] for one in found["versions"]]) == (RULE["why"], [2, 1])
    assert rule in listed["items"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/rates/ratings.joy", "rate.unknown"),
        ("/rates/ratings.satisfaction?by=mood", "rate.by"),
        ("/rates/ratings.satisfaction?from=2023-07-01&to=2023-06-01", "rate.span"),
        ("/rates/ratings.satisfaction?by=month&key=soon", "rate.period"),
        ("/rates/ratings.satisfaction?as_of=2023-06-21", "rate.as_of"),
        ("/rates/ratings.satisfaction?as_of=yesterday", "rate.as_of"),
        ("/rates/ratings.satisfaction?as_of=2023-06-01T00:00", "rate.as_of"),
        ("/rates/ratings.satisfaction/rows?part=numerator&after=x", "rate.after"),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused(tmp_path: Path, path: str, code: str) -> None:
    response = await ask(tmp_path, path)

    assert (response.status_code in {404, 422}, response.json()["code"]) == (True, code)


async def test_a_rule_without_a_reason_or_with_a_wrong_choice_is_refused(tmp_path: Path) -> None:
    path = "/rates/ratings.satisfaction/rule"
    bodies: list[object] = [{"changes": {}, "why": " "}, RULE | {"changes": {"levels": [9]}}]

    answers = [await ask(tmp_path, path, method="PUT", body=body) for body in bodies]

    assert [one.status_code for one in answers] == [422, 422]
    assert answers[1].json()["code"] == "rate.choice"


async def test_a_day_in_the_past_is_read_as_its_end(file_db: Database, tmp_path: Path) -> None:
    await tell_ratings(file_db)

    found = await answer(tmp_path, "/rates/ratings.satisfaction?as_of=2023-06-19")

    assert (found["as_of"], found["items"]) == ("2023-06-19T15:59:59Z", [])
