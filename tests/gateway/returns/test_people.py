"""What people do over HTTP: targets, lists, another try, letting go, and the reconciliation of a day."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from services.gateway.returns.domain import Step
from services.gateway.returns.models import ReturnRow
from shared.events.exchange import ReturnDelivered
from shared.testing import FakeClock, events_of
from tests.gateway.processes import until
from tests.gateway.returns.world import (
    SECRET,
    STEPS_OF_RATING,
    Desk,
    desk_over,
    forget,
    playing,
    rated,
    rectified,
    refuse,
    take_and_hang,
    well,
)
from tests.gateway.world import World, gateway

API = "/api/v1"
DAY = {"source": "push", "day": "2023-06-20"}


async def desk_in(world: World) -> Desk:
    """Open a desk over a gateway's database; the gateway itself may call nobody."""
    desk = desk_over(world.db)
    await desk.feed()
    return desk


async def ask(world: World, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's.
    async with await world.client("ops:read", "ops:write") as client:
        return await client.request(method, API + path, **more)


async def test_a_target_is_set_and_shown_without_its_secrets(tmp_path: Path) -> None:
    async with gateway(tmp_path, return_hosts="127.0.0.1") as world:
        given = {"url": "http://127.0.0.1:9/x", "form": "duban", "steps": ["closed"]}
        secrets = {"secret": SECRET, "headers": {"X-App": "token-1234"}}
        made = await ask(world, "PUT", "/return-targets/push", json=given | secrets)
        kept = await ask(world, "PUT", "/return-targets/push", json=given | {"per_minute": 9})
        shown = await ask(world, "GET", "/return-targets/push")
        listed = await ask(world, "GET", "/return-targets")

    assert (made.status_code, kept.status_code) == (200, 200)
    assert shown.json() == kept.json() == listed.json()[0]
    assert shown.json() | {"has_secret": True, "header_names": ["X-App"], "per_minute": 9} == shown.json()
    assert not any(secret in answer.text for secret in (SECRET, "token-1234") for answer in (made, shown))


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"url": "http://169.254.169.254/"}, 422, "target.host_refused", "url"),
        ({"proxy": "http://10.0.0.1:3128"}, 422, "target.host_refused", "proxy"),
        ({"form": "x"}, 422, "form.unknown", "form"),
        ({"overrides": {"fields": {"a": "b"}}}, 422, "form.invalid", "overrides"),
        ({"form": "push", "steps": ["answered"]}, 422, "target.step_without_code", "steps"),
        ({"steps": ["x"]}, 422, "request.invalid", "steps.0"),
        ({"secret": ""}, 422, "target.secret_missing", "secret"),
        ({"secret": "whsec_short"}, 422, "target.secret_invalid", "secret"),
        ({"headers": {"webhook-id": "x"}}, 422, "target.header_invalid", "headers"),
        ({"headers": {"X-App": "a\r\nb: c"}}, 422, "target.header_invalid", "headers"),
        ({"timeout": 0}, 422, "request.invalid", "timeout"),
    ],
)
async def test_a_target_that_cannot_be_used_is_refused_by_its_field(
    tmp_path: Path, changes: dict[str, Any], status: int, code: str, field: str
) -> None:
    given = {"url": "http://127.0.0.1:9/x", "form": "duban", "secret": SECRET}
    async with gateway(tmp_path, return_hosts="127.0.0.1") as world:
        answer = await ask(world, "PUT", "/return-targets/push", json=given | changes)
        stored = await ask(world, "GET", "/return-targets/push")

    said = answer.json()
    assert (answer.status_code, said["code"], said["field"]) == (status, code, field)
    assert (stored.status_code, stored.json()["code"]) == (404, "target.not_found")


async def test_a_source_that_nobody_registered_has_no_target(world: World) -> None:
    given = {"url": "http://127.0.0.1:9/x", "form": "duban", "secret": SECRET}
    answer = await ask(world, "PUT", "/return-targets/nobody", json=given)

    assert (answer.status_code, answer.json()["code"]) == (404, "source.unknown")


async def test_the_forms_are_listed(world: World) -> None:
    forms = (await ask(world, "GET", "/return-forms")).json()

    assert [one["name"] for one in forms] == ["duban", "push"]


async def test_returns_are_listed_page_by_page_and_shown_with_their_attempts(world: World) -> None:
    desk = await desk_in(world)
    with playing(lambda *_: refuse()) as platform:
        await desk.target(platform.url)
        await desk.hear(rated(), *rectified())
        await desk.send()
    first = (await ask(world, "GET", "/returns", params={"source": "push", "limit": 3})).json()
    rest = (await ask(world, "GET", "/returns", params={"limit": 3, "after": first["next"]})).json()
    (refused,) = (await ask(world, "GET", "/returns", params={"state": "refused"})).json()["items"]
    shown = (await ask(world, "GET", f"/returns/{refused['id']}")).json()
    (waiting, *_) = (await ask(world, "GET", "/returns", params={"state": "waiting"})).json()["items"]
    behind = (await ask(world, "GET", f"/returns/{waiting['id']}")).json()

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)
    assert (refused["step"], refused["number"], refused["attempts"]) == ("accepted", "370000000001", 1)
    assert [(one["number"], one["outcome"], one["status"]) for one in shown["tried"]] == [(1, "refused", 200)]
    assert (shown["waits_for"], behind["waits_for"] is not None) == (None, True)


async def test_after_a_correction_a_refused_return_goes_again_under_its_id(world: World) -> None:
    desk = await desk_in(world)
    with playing(lambda *_: refuse()) as platform:
        await desk.target(platform.url)
        await desk.hear(rated(), *rectified())
        await desk.send()
        platform.reply = well
        name = platform.ids()[0]
        answer = await ask(world, "POST", f"/returns/{name}/retry")
        await desk.send()

    assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
    assert (platform.ids()[1], await desk.states()) == (name, ["delivered"] * 4)


async def test_a_return_is_let_go_for_a_reason_and_those_behind_it_go_on(world: World) -> None:
    desk = await desk_in(world)
    with playing(lambda *_: refuse()) as platform:
        await desk.target(platform.url)
        await desk.hear(rated(), *rectified())
        await desk.send()
        platform.reply = well
        path = f"/returns/{platform.ids()[0]}/dismiss"
        answer = await ask(world, "POST", path, json={"reason": "平台人工登记"})
        await desk.send()

    assert "平台人工登记（key-" in answer.json()["reason"]
    assert await desk.states() == ["dismissed", *["delivered"] * 3]


@pytest.mark.parametrize(
    ("state", "deed", "code"),
    [
        ("sending", "retry", "return.not_ready"),
        ("unplaced", "retry", "return.not_ready"),
        ("sending", "dismiss", "return.not_dismissable"),
        ("delivered", "dismiss", "return.not_dismissable"),
    ],
)
async def test_what_cannot_be_done_now_is_refused(world: World, state: str, deed: str, code: str) -> None:
    desk = await desk_in(world)
    await desk.target("http://127.0.0.1:9/", steps=(Step.CLOSED,))
    await desk.hear(rated(), *rectified())
    async with desk.db.transaction() as tx:
        await tx.session.execute(update(ReturnRow).values(state=state))
    path = f"/returns/{(await desk.rows())[0].id}/{deed}"
    answer = await ask(world, "POST", path, json={"reason": "x"})
    unknown = await ask(world, "POST", f"/returns/nobody/{deed}", json={"reason": "x"})
    unseen = await ask(world, "GET", "/returns/nobody")

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert unknown.json() == unseen.json()
    assert (unknown.status_code, unknown.json()["code"]) == (404, "return.not_found")


async def test_a_day_is_counted_by_step(world: World) -> None:
    desk = await desk_in(world)
    with playing(lambda *_: refuse()) as platform:
        await desk.target(platform.url)
        await desk.hear(rated(1), rated(2), *rectified(1), *rectified(2))
        await desk.send()
    shown = (await ask(world, "GET", "/returns/reconciliation", params=DAY)).json()
    other = (await ask(world, "GET", "/returns/reconciliation", params=DAY | {"day": "2023-06-21"})).json()

    empty = {"delivered": 0, "refused": 0, "waiting": 0, "unknown": 0, "dismissed": 0, "due": 2}
    counts = {one["step"]: one for one in shown["steps"]}
    assert counts["accepted"] == empty | {"step": "accepted", "refused": 2}
    assert counts["closed"] == empty | {"step": "closed", "waiting": 2}
    assert other["steps"] == []


@pytest.mark.slow
async def test_what_the_platform_forgot_is_named_and_said_again_under_its_id(world: World) -> None:
    desk = await desk_in(world)
    with playing(forget) as platform:
        await desk.target(platform.url)
        await desk.hear(rated(), *rectified())
        await desk.send()
        platform.reply = well
        has = {"ids": [platform.ids()[0], "ret-strange"]}
        answer = (await ask(world, "PUT", "/returns/reconciliation", params=DAY, json=has)).json()
        await desk.send()
        again = {"ids": platform.ids()}
        clean = (await ask(world, "PUT", "/returns/reconciliation", params=DAY, json=again)).json()

    assert (sorted(answer["requeued"]), answer["strange"]) == (sorted(platform.ids()[1:4]), ["ret-strange"])
    assert sorted(platform.kept) == sorted(answer["requeued"])
    assert clean == {"requeued": [], "confirmed": [], "strange": []}


@pytest.mark.slow
async def test_what_had_no_answer_and_is_there_needs_no_repeat(world: World) -> None:
    desk = await desk_in(world)
    with playing(take_and_hang) as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,), timeout=1.0)
        await desk.hear(rated(), *rectified())
        await desk.send()
        has = {"ids": list(platform.kept)}
        answer = (await ask(world, "PUT", "/returns/reconciliation", params=DAY, json=has)).json()
        desk.clock.advance(timedelta(days=2))
        await desk.send()

    assert (answer["confirmed"], len(platform.asked)) == (platform.ids(), 1)
    assert [one.step for one in await events_of(desk.db, ReturnDelivered)] == ["closed"]


async def test_a_day_of_a_source_without_a_target_cannot_be_reconciled(world: World) -> None:
    read = await ask(world, "GET", "/returns/reconciliation", params=DAY)
    put = await ask(world, "PUT", "/returns/reconciliation", params=DAY, json={"ids": []})

    assert [(one.status_code, one.json()["code"]) for one in (read, put)] == [(404, "target.not_found")] * 2


async def test_the_figures_say_what_waits_since_when_and_what_was_refused(world: World) -> None:
    desk = await desk_in(world)
    with playing(lambda *_: refuse()) as platform:
        await desk.target(platform.url)
        await desk.hear(rated(), *rectified(), *rectified(2))
        await desk.send()
    assert isinstance(world.clock, FakeClock)
    world.clock.advance(timedelta(minutes=5))
    async with world.inside() as client:
        lines = (await client.get("/metrics")).text.splitlines()

    assert {
        'duban_returns_waiting{source="push"} 3.0',
        'duban_returns_oldest_waiting_seconds{source="push"} 300.0',
        'duban_returns_refused{source="push"} 1.0',
        "duban_returns_unplaced 4.0",
    } <= set(lines)


@pytest.mark.slow
async def test_a_running_gateway_feeds_and_sends_by_itself(tmp_path: Path) -> None:
    with playing() as platform:
        async with gateway(tmp_path, return_hosts="127.0.0.1") as world:
            world.inner.answer = lambda _: httpx.Response(404, json={})  # The ledger has no words of these.
            desk = await desk_in(world)
            given = {"url": platform.url, "form": "duban", "secret": SECRET}
            await ask(world, "PUT", "/return-targets/push", json=given)
            await desk.archive(rated(), *rectified())
            await asyncio.to_thread(until, lambda: len(platform.kept) == 4)

    assert [body["data"]["state"] for _, body, _ in platform.asked] == STEPS_OF_RATING
