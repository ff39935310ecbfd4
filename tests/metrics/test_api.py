"""The inner API and the app around it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.metrics.app import build, build_routes
from services.metrics.settings import Settings
from shared.clock import LiveClock
from shared.database import Database
from shared.principal import Principal, sign
from shared.testing import FakeClock, SharedRoutes, sqlite_database
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW

SECRET = "a secret that has at least thirty-two bytes"
ROUTES = SharedRoutes(build_routes)


class FakeBus:
    """A bus that only remembers what it was asked."""

    def __init__(self, *, active: bool = True) -> None:
        self.calls: list[str] = []
        self.active = active

    async def start(self) -> None:
        self.calls.append("start")

    async def stop(self) -> None:
        self.calls.append("stop")

    def problems(self) -> list[str]:
        return [] if "start" in self.calls else ["not started"]

    async def collect(self) -> None:
        self.calls.append("collect")

    def is_active(self) -> bool:
        return self.active


def settings(folder: Path) -> Settings:
    return Settings(
        redis_url=SecretStr("redis://nowhere"),
        principal_secret=SecretStr(SECRET),
        metrics_database_url=SecretStr(f"sqlite:///{folder}/metrics.db"),
    )


def token(*scopes: str) -> dict[str, str]:
    principal = Principal(id="k1", role="supervisor", scopes=frozenset(scopes))
    return {"x-duban-principal": sign(principal, SECRET, now=LiveClock().real_now())}


@asynccontextmanager
async def serving(folder: Path, bus: FakeBus) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the app over the migrated database in `folder`."""
    await sqlite_database("metrics", folder, FakeClock()).close()
    app = build(settings(folder), clock=FakeClock(), bus=bus, routes=ROUTES)
    transport = httpx.ASGITransport(app)
    client = httpx.AsyncClient(transport=transport, base_url="http://metrics")
    async with app.router.lifespan_context(app), client:
        yield client


async def ask(folder: Path, path: str, *, scopes: tuple[str, ...] = ("indicators:read",)) -> httpx.Response:
    async with serving(folder, FakeBus()) as client:
        return await client.get(path, headers=token(*scopes))


async def answer(folder: Path, path: str) -> dict[str, Any]:
    response = await ask(folder, path)
    assert response.status_code == 200
    content: dict[str, Any] = response.json()
    return content


async def test_an_indicator_without_a_measure_says_so(file_db: Database, tmp_path: Path) -> None:
    await make.tell(file_db, *make.told(make.target("小微首贷户", unit="户", value=200)))

    (item,) = (await answer(tmp_path, "/indicators"))["items"]

    assert (item["name"], item["operator"], item["value"], item["unit"]) == ("小微首贷户", ">=", 200, "户")
    assert (item["present"], item["met"], item["why"], item["rate"]) == (None, None, "未接入测量", None)


async def test_a_measured_indicator_says_how_it_was_counted(file_db: Database, tmp_path: Path) -> None:
    await make.tell(file_db, *make.told(make.target()))
    await make.tell_ratings(file_db, [make.rating(n, level=1 if n < 3 else 5) for n in range(100)])

    (item,) = (await answer(tmp_path, "/indicators"))["items"]

    assert (item["present"], item["met"], item["why"]) == (97.0, False, "已测量")
    rate = item["rate"]
    assert (rate["numerator"], rate["denominator"], rate["exclusions"]) == (97, 100, {})
    assert rate["as_of"] == "2023-06-20T01:00:00Z"


async def test_indicators_are_filtered_by_plan_and_task(file_db: Database, tmp_path: Path) -> None:
    of_task = make.target(target_id="b", plan_id="p02", task_id="p02-1")
    await make.tell(file_db, *make.told(make.target(target_id="a"), of_task))

    paths = ["/indicators?plan=p01", "/indicators?task=p02-1", "/indicators?plan=p01&task=p02-1"]
    found = [(await answer(tmp_path, path))["items"] for path in paths]

    assert [[item["target_id"] for item in items] for items in found] == [["a"], ["b"], []]


async def test_a_stage_goal_says_how_far_it_is_and_what_it_takes(file_db: Database, tmp_path: Path) -> None:
    tasks = [make.registered(name) for name in "abc"]
    await make.tell(file_db, *make.told(make.stage_goal(), *tasks, make.closed("a", at=NOW - DAY)))

    (goal,) = (await answer(tmp_path, "/stage-goals"))["items"]

    assert (goal["present"], goal["value"], goal["met"], goal["missing"]) == (33.33, 60, False, 1)
    assert (goal["rate"]["numerator"], goal["rate"]["denominator"]) == (1, 3)


async def test_a_stage_goal_of_a_plan_without_tasks_has_no_value(file_db: Database, tmp_path: Path) -> None:
    await make.tell(file_db, *make.told(make.stage_goal()))

    (goal,) = (await answer(tmp_path, "/stage-goals"))["items"]

    assert (goal["present"], goal["met"], goal["rate"]["why"]) == (None, None, "没有数据")


async def test_the_summary_counts_ratings_by_level_and_channel(file_db: Database, tmp_path: Path) -> None:
    given = [make.rating(n, channel="qr" if n % 2 else "pc", level=2 if n == 0 else 4) for n in range(40)]
    await make.tell_ratings(file_db, [*given, make.rating(99, is_default=True)])

    summary = await answer(tmp_path, "/ratings/summary")

    assert (summary["total"], summary["by_level"]) == (41, {"2": 1, "4": 39, "5": 1})
    assert summary["by_channel"] == {"pc": 21, "qr": 20}
    rates = {name: summary[name]["value"] for name in ("satisfaction", "dissatisfaction", "activity")}
    assert rates == {"satisfaction": 0.975, "dissatisfaction": 0.025, "activity": 0.9756}


async def test_the_summary_of_a_unit_and_a_span_takes_only_those(file_db: Database, tmp_path: Path) -> None:
    later = make.rating(2, unit_code="B", rated_at=NOW + DAY)
    await make.tell_ratings(file_db, [make.rating(1, unit_code="B"), later, make.rating(3)])

    summary = await answer(tmp_path, "/ratings/summary?unit=B&from=2023-06-20&to=2023-06-20")

    assert (summary["total"], summary["satisfaction"]["why"]) == (1, "样本不足")


async def test_a_span_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    response = await ask(tmp_path, "/ratings/summary?from=2023-06-21&to=2023-06-20")

    assert (response.status_code, response.json()["code"]) == (422, "ratings.span")


@pytest.mark.parametrize("path", ["/indicators", "/stage-goals", "/ratings/summary"])
async def test_a_principal_without_the_scope_is_refused(path: str, tmp_path: Path) -> None:
    response = await ask(tmp_path, path, scopes=("tasks:read",))

    assert (response.status_code, response.json()["code"]) == (403, "scope.missing")


@pytest.mark.parametrize("path", ["/indicators", "/stage-goals", "/ratings/summary"])
async def test_nobody_is_refused(path: str, tmp_path: Path) -> None:
    async with serving(tmp_path, FakeBus()) as client:
        response = await client.get(path)

    assert response.status_code == 401


async def test_the_metrics_are_refreshed_with_those_of_the_bus(file_db: Database, tmp_path: Path) -> None:
    bus = FakeBus()
    await make.tell(file_db, *make.told(make.registered()))

    async with serving(tmp_path, bus) as client:
        text = (await client.get("/metrics")).text

    assert 'duban_tasks{plan="p01",state="registered"} 1.0' in text
    assert 'duban_build_info{service="metrics"' in text
    assert bus.calls == ["start", "collect", "stop"]


async def test_a_replica_without_the_lease_shows_no_figures_and_all_of_them_once_it_has_it(
    file_db: Database, tmp_path: Path
) -> None:
    bus = FakeBus(active=False)
    await make.tell(file_db, *make.told(make.registered()))

    async with serving(tmp_path, bus) as client:
        standby = (await client.get("/metrics")).text
        bus.active = True
        holder = (await client.get("/metrics")).text
        bus.active = False
        again = (await client.get("/metrics")).text

    assert ["duban_tasks{" in text for text in (standby, holder, again)] == [False, True, False]
    assert "duban_facts_readable" not in standby + again
    assert "duban_build_info" in standby


async def test_the_service_is_ready_when_its_bus_is(tmp_path: Path) -> None:
    async with serving(tmp_path, FakeBus()) as client:
        response = await client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"ready": True, "problems": []})


async def test_with_its_own_bus_the_service_serves_operations_too(tmp_path: Path) -> None:
    app = build(settings(tmp_path), clock=FakeClock())
    transport = httpx.ASGITransport(app)

    async with httpx.AsyncClient(transport=transport, base_url="http://metrics") as client:
        found = [(await client.get(path)).status_code for path in ("/bus", "/dead", "/nothing")]

    assert found == [401, 401, 404]
