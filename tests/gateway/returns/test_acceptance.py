"""A platform that refuses, times out and forgets: every state arrives once in the end, or is listed with its reason."""

import random
from datetime import timedelta

import pytest

from services.gateway.returns.domain import State
from services.gateway.returns.service_people import reconcile, retry
from shared.clock import local_date
from shared.events.exchange import ReturnDelivered, ReturnRefused
from shared.testing import DRILL_START, events_of
from tests.gateway.returns.world import (
    Desk,
    Platform,
    Reply,
    answered,
    ordered,
    playing,
    rated,
    rectified,
    refuse,
    take_and_hang,
)

SUBJECTS = 12


class Moody:
    """What it does with an asking is drawn by chance; some ids it refuses until it is mended."""

    def __init__(self, seed: int) -> None:
        self.mended = False
        self.refused: set[str] = set()
        self._random = random.Random(seed)  # noqa: S311 - moods, no secrets.

    def __call__(self, platform: Platform, name: str, number: int) -> Reply | None:
        """Answer one asking."""
        mood = self._random.random()
        if not self.mended and (name in self.refused or (number == 1 and mood < 0.1)):
            self.refused.add(name)
            return refuse()
        if mood < 0.2:
            return 503, {}
        if mood < 0.25:
            return take_and_hang(platform, name, number)
        if mood < 0.3:
            return None
        if mood < 0.4:
            return 200, {"result": "accepted"}  # And forgets it.
        return platform.keep(name)


async def reconcile_all(desk: Desk, platform: Platform) -> int:
    """Hold every day against what the platform has; give how many were said again."""
    requeued = 0
    for source in ("push", "hotline"):
        for ahead in range(3):
            day = local_date(DRILL_START) + timedelta(days=ahead)
            async with desk.db.transaction() as tx:
                found = await reconcile(tx, source, day, set(platform.kept), real_now=desk.clock.instant)
            requeued += len(found.requeued)
    return requeued


@pytest.mark.slow
async def test_every_state_arrives_once_in_the_end_or_is_listed_with_its_reason(desk: Desk) -> None:
    moody = Moody(seed=7)
    with playing(moody) as platform:
        for source in ("push", "hotline"):
            await desk.target(platform.url, source, timeout=0.15)
        numbers = range(1, SUBJECTS + 1)
        await desk.hear(
            *(one for n in numbers for one in (rated(n), *rectified(n), ordered(n), *answered(n)))
        )
        await desk.send_for(timedelta(days=12), every=timedelta(hours=2))
        while await reconcile_all(desk, platform):
            await desk.send_for(timedelta(days=6), every=timedelta(hours=2))
        listed = {row.id: row for row in await desk.rows() if row.state != State.DELIVERED}
        refused = {name for name, row in listed.items() if row.state == State.REFUSED}
        moody.mended = True
        for name in refused:
            async with desk.db.transaction() as tx:
                await retry(tx, name, real_now=desk.clock.instant)
        await desk.send_for(timedelta(days=12), every=timedelta(hours=2))
        while await reconcile_all(desk, platform):
            await desk.send_for(timedelta(days=6), every=timedelta(hours=2))

    assert refused
    assert refused == moody.refused & set(listed)
    assert all(listed[name].reason for name in refused)
    assert {row.state for row in listed.values()} <= {State.REFUSED, State.WAITING}
    rows = await desk.rows()
    assert {row.id for row in rows} == set(platform.kept)
    assert (len(rows), set(platform.taken.values())) == (SUBJECTS * 8, {1})
    assert {one.return_id for one in await events_of(desk.db, ReturnDelivered)} == set(platform.kept)
    assert {one.return_id for one in await events_of(desk.db, ReturnRefused)} == refused
