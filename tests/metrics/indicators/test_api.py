"""The inner API of indicators, over the app."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.clock import LiveClock
from shared.database import Database
from shared.principal import sign
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW
from tests.metrics.indicators import made
from tests.metrics.test_api import SECRET, FakeBus, answer, serving

BODY = {"value": "96.5", "on": "2023-06-19", "unit": "%", "evidence": ["att-1"]}
SCOPES = frozenset({"tasks:write", "plans:write", "indicators:read"})


async def call(folder: Path, method: str, path: str, *, who: Any = made.OWNER, **more: Any) -> httpx.Response:  # noqa: ANN401
    headers = {
        "x-duban-principal": sign(
            who.model_copy(update={"scopes": SCOPES}), SECRET, now=LiveClock().real_now()
        )
    }
    async with serving(folder, FakeBus()) as client:
        return await client.request(method, path, headers=headers, **more)


async def test_a_value_is_reported_and_shown_with_its_history(file_db: Database, tmp_path: Path) -> None:
    await made.tell(file_db)

    kept = await call(tmp_path, "POST", f"/indicators/{made.ID}/values", json=BODY)
    shown = await answer(tmp_path, f"/indicators/{made.ID}")

    assert (kept.status_code, kept.json()["value_id"]) == (201, f"{made.ID}-v1")
    one = shown["indicator"]
    assert (one["present"], one["met"], one["state"], one["owner"], one["kind"]) == (
        96.5,
        True,
        "met",
        "u1",
        "target",
    )
    assert [(value["value"], value["holds"], value["evidence"]) for value in shown["history"]] == [
        (96.5, True, ["att-1"])
    ]
    assert (shown["setting"]["cadence"], shown["missed"]) == ("year", {})


async def test_the_past_shows_what_was_known_then(file_db: Database, tmp_path: Path) -> None:
    await made.tell(file_db, time=make.BEGINNING)
    await made.report(file_db, made.said())

    then = await answer(tmp_path, f"/indicators/{made.ID}?as_of=2023-06-19")

    assert (then["history"], then["indicator"]["present"]) == ([], None)


@pytest.mark.slow
async def test_the_list_is_filtered_by_kind_state_and_frame(file_db: Database, tmp_path: Path) -> None:
    await made.tell(file_db)
    await made.report(file_db, made.said())

    paths = [
        "?state=met",
        "?frame=gj17&kind=all",
        f"?kind=frame&plan={made.PLAN}",
        "?state=missed",
        "?owner=u2",
    ]
    found = [(await answer(tmp_path, f"/indicators{path}"))["items"] for path in paths]

    assert [[one["target_id"] for one in items] for items in found] == [
        [made.ID],
        ["gj17", made.ID],
        ["gj17"],
        [],
        [],
    ]


async def test_a_table_is_uploaded_or_refused_by_row(file_db: Database, tmp_path: Path) -> None:
    await made.tell(file_db)
    head = "指标编号,数值,截止日,佐证\n"
    bad, good = f"{head}{made.ID},101,2023-06-19,att-1\n", f"{head}{made.ID},96,2023-06-19,att-1\n"

    refused = await call(tmp_path, "POST", "/indicators/upload", content=bad.encode())
    kept = await call(tmp_path, "POST", "/indicators/upload", content=good.encode())

    assert (refused.status_code, refused.json()["code"]) == (422, "indicator.upload")
    assert refused.json()["faults"][0]["row"] == 2
    assert (kept.status_code, [one["value"] for one in kept.json()["items"]]) == (201, [96.0])


async def test_a_planner_sets_the_owner(file_db: Database, tmp_path: Path) -> None:
    await made.tell(file_db)
    body = {"changes": {"owner": "u2", "cadence": "month"}, "why": "调整分工"}

    set_ = await call(tmp_path, "PUT", f"/indicators/{made.ID}/setting", who=made.PLANNER, json=body)
    refused = await call(tmp_path, "POST", f"/indicators/{made.ID}/values", json=BODY)

    assert (set_.status_code, set_.json()["owner"], set_.json()["version"]) == (200, "u2", 1)
    assert (refused.status_code, refused.json()["code"]) == (403, "indicator.owner")


async def test_rows_lead_from_a_measured_indicator_to_its_events(file_db: Database, tmp_path: Path) -> None:
    tasks = made.of_water()
    await make.tell(file_db, *make.told(*tasks, make.closed("p07-1", at=NOW - DAY)))

    done = await answer(tmp_path, "/indicators/gj07/rows")
    page = await answer(tmp_path, "/indicators/gj07/rows?part=denominator&after=p07-1&limit=2")

    assert [(row["subject"], row["stream"], row["sequence"]) for row in done["items"]] == [
        ("p07-1", "supervision", 7)
    ]
    assert ([row["subject"] for row in page["items"]], page["after"]) == (["p07-2", "p08-0"], "p08-0")


async def test_the_catalogue_names_frame_measures_and_notes(tmp_path: Path) -> None:
    shown = await answer(tmp_path, "/indicators/catalogue")

    assert (len(shown["frame"]), len(shown["measures"]), shown["notes"]["audited"]) == (23, 34, "审定数")


@pytest.mark.slow
async def test_an_unknown_indicator_is_not_found(tmp_path: Path) -> None:
    response = await call(tmp_path, "GET", "/indicators/p99-t001")

    assert (response.status_code, response.json()["code"]) == (404, "indicator.not_found")
