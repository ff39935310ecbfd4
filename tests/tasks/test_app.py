"""The app starts and stops its parts, answers its probes, and relights at its start."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from services.tasks.app import build
from services.tasks.edge import refuse_collision
from shared.errors import Conflict
from shared.testing import FakeClock
from tests.tasks.apps import Caller, settings


@pytest.mark.slow
async def test_a_running_app_is_healthy_and_ready(whole: Caller) -> None:
    health, ready = await whole.client.get("/healthz"), await whole.client.get("/readyz")

    assert (health.text, ready.json()) == ("ok\n", {"ready": True, "problems": []})


@pytest.mark.slow
async def test_the_metrics_name_the_service(whole: Caller) -> None:
    text = (await whole.client.get("/metrics")).text

    assert 'duban_build_info{service="tasks"' in text


@pytest.mark.slow
async def test_lights_are_brought_up_to_date_at_the_start(whole: Caller) -> None:
    for _ in range(1000):
        lights = [task["light"] for task in await whole.tasks()]
        if lights != ["green", "green", "undated"]:
            break
        await asyncio.sleep(0.01)

    assert lights == ["red", "red", "undated"]


@pytest.mark.slow
def test_the_real_bus_brings_its_routes(tmp_path: Path, clock: FakeClock) -> None:
    app = build(settings(tmp_path), clock=clock)

    assert {"/bus", "/dead", "/tasks", "/healthz"} <= set(app.openapi()["paths"])


def test_two_people_writing_the_same_at_once_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="刷新后重试"), refuse_collision():
        raise IntegrityError("insert", {}, ValueError("unique"))


async def test_many_moves_at_once_make_one_history(office: Caller) -> None:
    await office.send()
    [task] = await office.tasks(limit=1)
    path, said = f"/tasks/{task['id']}/moves", {"move": "assign"}

    answers = await asyncio.gather(*(office.post(path, json=said) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
