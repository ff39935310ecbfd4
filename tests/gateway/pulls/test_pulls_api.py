"""Pulling over HTTP: a plan is set, tried, run, and shown with where it stands; and the figures of feeds."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from shutil import which

import httpx
import pytest

from shared.testing import FakeClock
from tests.gateway.feeds.sending import SCOPES, one_rating, register, send
from tests.gateway.pulls.world import Platform, plan, playing, services
from tests.gateway.world import World, gateway


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncIterator[World]:
    """Run a gateway that may call this machine."""
    async with gateway(tmp_path, FakeClock(), feed_hosts="127.0.0.1") as made:
        yield made


async def figures(world: World) -> str:
    """Read what Prometheus reads."""
    async with world.inside() as client:
        return (await client.get("/metrics")).text


async def until_pulled(client: httpx.AsyncClient) -> dict[str, object]:
    for _ in range(400):
        found: dict[str, object] = (await client.get("/api/v1/feed-pulls/hz")).json()
        if found["runs"]:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("not pulled")


@pytest.mark.slow
async def test_a_plan_is_set_tried_and_run_beside_the_requests(asking: World) -> None:
    with playing(Platform(services(3))) as platform:
        asked = {"plan": plan(platform.url).model_dump(mode="json"), "enabled": False}
        async with await asking.client(*SCOPES) as client:
            await register(client, "hz", "push-shandong")
            before = await client.get("/api/v1/feed-pulls/hz")
            await client.put("/api/v1/feed-pulls/hz", json=asked)
            tried = await client.post("/api/v1/feed-pulls/hz/dry-run")
            await client.put("/api/v1/feed-pulls/hz", json=asked | {"enabled": True})
            shown = await until_pulled(client)
            again = await client.post("/api/v1/feed-pulls/hz/run", json={"from_start": True})
            listed = await client.get("/api/v1/feed-pulls")

    assert (before.status_code, before.json()["code"]) == (404, "pull.not_found")
    assert (tried.json()["count"], tried.json()["fits"]) == (3, True)
    assert (shown["high"], shown["error"]) == ("2023-05-04 09:03:00+08:00", "")
    assert (again.json()["high"], len(listed.json())) == ("", 1)


async def test_a_plan_with_a_secret_in_it_or_a_host_that_may_not_be_called_is_refused(world: World) -> None:
    secret = {"plan": plan("http://127.0.0.1/x").model_dump(mode="json") | {"headers": {"X-Token": "abc"}}}
    async with await world.client(*SCOPES) as client:
        await register(client, "hz", "push-shandong")
        told = await client.put("/api/v1/feed-pulls/hz", json=secret)
        host = await client.put(
            "/api/v1/feed-pulls/hz", json={"plan": plan("http://127.0.0.1/x").model_dump(mode="json")}
        )

    assert (told.status_code, "secret_headers" in told.text) == (422, True)
    assert (host.status_code, host.json()["code"]) == (422, "pull.host_refused")


async def test_figures_tell_what_came_of_each_source_and_which_one_is_silent(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "hz", "push", silent_after=60)
        await send(client, "hz", [one_rating(), one_rating(), one_rating(2, satisfaction="9")])
        first = await figures(world)
        assert isinstance(world.clock, FakeClock)
        world.clock.advance(timedelta(minutes=61))
        later = await figures(world)
        (source,) = [one for one in (await client.get("/api/v1/feed-sources")).json() if one["id"] == "hz"]

    for outcome in ("accepted", "repeated", "rejected"):
        assert f'duban_feed_records_total{{form="push",outcome="{outcome}",source="hz"}} 1.0' in first
    assert 'duban_feed_rejects_waiting{source="hz"} 1.0' in first
    assert 'duban_feed_silent{source="hz"} 0.0' in first
    assert 'duban_feed_silent{source="hz"} 1.0' in later
    assert (source["is_silent"], source["silent_after"], source["heard_at"] is not None) == (True, 60, True)


@pytest.mark.slow
async def test_the_figures_pass_the_checks_of_prometheus(asking: World) -> None:
    async with await asking.client(*SCOPES) as client:
        await register(client, "hz", "push", silent_after=60)
        await client.put(
            "/api/v1/feed-pulls/hz", json={"plan": plan("http://127.0.0.1:1/x").model_dump(mode="json")}
        )
        await send(client, "hz", [one_rating()])
    text = await figures(asking)
    promtool = which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed here")

    done = await asyncio.to_thread(
        subprocess.run, [promtool, "check", "metrics"], input=text.encode(), capture_output=True, check=False
    )

    assert (done.returncode, done.stderr + done.stdout) == (0, b"")
    assert "duban_feed_pull_errors" in text
