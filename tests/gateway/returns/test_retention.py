"""What is over since long is forgotten: refused records that were dealt with, attempts of states that went back."""

from datetime import timedelta

from prometheus_client import CollectorRegistry
from sqlalchemy import func, insert, select

from services.gateway.feeds.repository_rejects import REJECTS
from services.gateway.retention import AT_ONCE, PAUSE_S, REST_S, Retention
from services.gateway.returns.models import ReturnAttempt, ReturnRow
from shared.clock import local_date
from shared.database import Database
from shared.testing import DRILL_START
from tests.gateway.returns.world import Desk, always, playing, rated, rectified

YEAR = timedelta(days=365)


def retention(db: Database, registry: CollectorRegistry | None = None) -> Retention:
    return Retention(db, registry or CollectorRegistry(), rejects=YEAR, attempts=YEAR)


async def refuse(db: Database, **states: str) -> None:
    """Keep refused records by id with a state."""
    plain = {
        "source_id": "push",
        "place": "1",
        "outcome": "rejected",
        "service_id": "",
        "field": "f",
        "code": "c",
    }
    plain |= {"message": "", "remedy": "", "decided_by": "", "reason": ""}
    times = {"day": local_date(DRILL_START), "at": DRILL_START, "kept_at": DRILL_START}
    rows = [
        plain | times | {"id": name, "state": state, "raw": b"", "digest": name.encode()}
        for name, state in states.items()
    ]
    async with db.transaction() as tx:
        await tx.session.execute(insert(REJECTS), rows)


async def test_refused_records_that_were_dealt_with_are_forgotten_and_open_ones_are_not(desk: Desk) -> None:
    registry = CollectorRegistry()
    await refuse(desk.db, a="open", b="replayed", c="discarded")
    kept = retention(desk.db, registry)
    young = await kept.step()
    desk.clock.advance(YEAR + timedelta(seconds=1))

    await kept.step()

    async with desk.db.reading() as session:
        assert list(await session.scalars(select(REJECTS.c.id))) == ["a"]
    assert young == REST_S
    assert registry.get_sample_value("duban_forgotten_rows_total", {"kind": "reject"}) == 2


async def test_attempts_of_what_went_back_are_forgotten_and_that_it_did_is_not(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url)
        await desk.hear(rated(), *rectified())
        while "waiting" in await desk.states():
            await desk.send()
    desk.clock.advance(YEAR + timedelta(days=1))

    await retention(desk.db).step()

    assert set(await desk.states()) == {"delivered"}
    async with desk.db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ReturnAttempt)) == 0


async def test_attempts_of_what_was_refused_are_kept(desk: Desk) -> None:
    with playing(always(422)) as platform:
        await desk.target(platform.url)
        await desk.hear(rated(), *rectified())
        await desk.send()
    desk.clock.advance(YEAR * 2)

    await retention(desk.db).step()

    async with desk.db.reading() as session:
        refused = select(ReturnRow.id).where(ReturnRow.state == "refused")
        kept = set(await session.scalars(select(ReturnAttempt.return_id)))
        assert kept == set(await session.scalars(refused)) != set()


async def test_much_that_is_old_is_forgotten_in_parts(desk: Desk) -> None:
    await refuse(desk.db, **{f"r{number}": "discarded" for number in range(AT_ONCE + 1)})
    desk.clock.advance(YEAR * 2)
    kept = retention(desk.db)

    assert [await kept.step(), await kept.step()] == [PAUSE_S, REST_S]
