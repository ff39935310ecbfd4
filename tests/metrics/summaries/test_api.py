"""The inner API of summaries: compile, list, switch."""

from datetime import date
from pathlib import Path

import httpx
import pytest

from shared.clock import at_local
from shared.database import Database
from tests.metrics.rates import made
from tests.metrics.rates.test_orders import received
from tests.metrics.test_api import FakeBus, serving, token

BODY = {"kind": "hotline_daily", "period": "2023-06-19"}


async def call(folder: Path, method: str, path: str, **said: object) -> httpx.Response:
    async with serving(folder, FakeBus()) as client:
        return await client.request(method, path, headers=token("indicators:read", "plans:write"), **said)  # type: ignore[arg-type]


@pytest.mark.slow
async def test_a_person_compiles_a_summary_and_finds_it_in_the_list(
    file_db: Database, tmp_path: Path
) -> None:
    at = at_local(date(2023, 6, 19), 20)
    await made.tell(file_db, received(received_at=at), time=at)

    compiled = await call(tmp_path, "POST", "/feed-summaries", json=BODY)
    again = await call(tmp_path, "POST", "/feed-summaries", json=BODY)
    listed = (await call(tmp_path, "GET", "/feed-summaries?kind=hotline_daily")).json()

    assert (compiled.status_code, compiled.json()["version"], compiled.json()["facts"]) == (200, 1, 1)
    assert again.json()["id"] == "hotline_daily-2023-06-19-2"
    assert [one["version"] for one in listed["items"]] == [2, 1]
    assert "hotline_daily" in listed["active"]


async def test_a_kind_is_switched_off(file_db: Database, tmp_path: Path) -> None:
    switched = await call(tmp_path, "PUT", "/feed-summaries/kinds/hotline_daily", json={"active": False})
    listed = (await call(tmp_path, "GET", "/feed-summaries")).json()

    assert switched.json() == {"kind": "hotline_daily", "active": False}
    assert listed["active"] == ["hotline_weekly", "hotline_monthly", "ratings_monthly"]
    await file_db.probe()


@pytest.mark.parametrize("body", [BODY | {"kind": "daily"}, BODY | {"period": "2023-W25"}])
async def test_what_is_no_kind_or_period_is_refused(tmp_path: Path, body: dict[str, str]) -> None:
    refused = await call(tmp_path, "POST", "/feed-summaries", json=body)

    assert refused.status_code == 422
    assert refused.json()["code"].startswith("summary.")
