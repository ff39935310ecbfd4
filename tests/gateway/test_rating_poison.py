"""Ratings that a reader downstream, or PostgreSQL, could never take: refused one by one, before they are stored."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from services.gateway.ratings.intake import GroupCommit
from shared.database import SyncTx
from shared.events.ratings import RatingSubmitted
from shared.testing import FakeClock, events_of
from tests.gateway.world import World, gateway, ndjson, rating

POISON: list[dict[str, Any]] = [
    {"project_no": "37\x000"},
    {"project_no": "37\x1f1"},  # What separates the parts of an id.
    {"item_code": "\x00"},
    {"region_code": "３７０８００"},
    {"reasons": ["５１０"]},
    {"channel": "１"},
    {"rated_at": "0001-01-01 00:00:00"},
    {"rated_at": "9999-12-31T23:59:59-12:00"},
]


@pytest.mark.parametrize("change", POISON, ids=repr)
async def test_what_no_reader_could_take_is_refused_by_its_field(
    world: World, change: dict[str, Any]
) -> None:
    async with await world.client("ratings:write") as client:
        answer = await client.post("/api/v1/ratings", json=rating(**change))

    assert (answer.status_code, answer.json()["code"]) == (422, "rating.field_invalid")
    assert answer.json()["field"].split(".")[0] == next(iter(change))


async def test_poison_in_a_batch_costs_its_own_line_alone(world: World) -> None:
    lines = [rating(0), *(rating(number, **change) for number, change in enumerate(POISON, 1)), rating(99)]

    async with await world.client("ratings:write") as client:
        headers = {"content-type": "application/x-ndjson"}
        answer = await client.post("/api/v1/ratings/batch", content=ndjson(lines), headers=headers)
        taken = answer.json()

    assert (taken["accepted"], [line["line"] for line in taken["rejected"]]) == (2, list(range(2, 10)))
    assert len(await events_of(world.db, RatingSubmitted)) == 2


async def test_a_request_that_is_given_up_may_fail_unheard(world: World) -> None:
    failed: list[int] = []

    def write(_tx: SyncTx, items: Sequence[int]) -> Sequence[int]:
        failed.extend(items)
        raise OperationalError("INSERT", {}, Exception("disk I/O error"))

    intake = GroupCommit(world.db, write)
    given_up = asyncio.create_task(intake.submit([1]))
    await asyncio.sleep(0)
    given_up.cancel()
    await intake.start()
    await intake.stop()

    assert (failed, len(intake.problems())) == ([1], 1)


async def test_a_rating_of_the_future_is_refused_until_business_time_has_come(tmp_path: Path) -> None:
    clock, soon = FakeClock(), rating(rated_at="2023-06-20 09:06:00")

    async with gateway(tmp_path, clock) as world, await world.client("ratings:write") as client:
        early = await client.post("/api/v1/ratings", json=soon)
        clock.advance(timedelta(minutes=1))
        later = await client.post("/api/v1/ratings", json=soon)

    assert (early.status_code, early.json()["code"]) == (422, "rating.rated_at_future")
    assert later.status_code == 201


async def test_a_rating_of_the_future_costs_its_own_line_alone(world: World) -> None:
    lines = [rating(0), rating(1, rated_at="2099-01-01 00:00:00")]

    async with await world.client("ratings:write") as client:
        headers = {"content-type": "application/x-ndjson"}
        answer = await client.post("/api/v1/ratings/batch", content=ndjson(lines), headers=headers)

    (rejected,) = answer.json()["rejected"]
    assert (answer.json()["accepted"], rejected["line"], rejected["code"]) == (1, 2, "rating.rated_at_future")
