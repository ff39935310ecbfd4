"""A scrape is fresh within seconds, and never shows old figures as new."""

from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry

from services.metrics.exposition import FactsCollector
from services.metrics.feeds.repository import touch
from services.metrics.rates.repository_services import MOST
from services.metrics.scrape import INDICATORS_PAUSE, ROLL_PAUSE, Scrape
from shared.database import Database
from shared.events import supervision
from shared.testing import FakeClock, sqlite_database
from tests.metrics import factories as make


def begin(db: Database) -> tuple[Scrape, CollectorRegistry]:
    scrape, registry = Scrape(db, FactsCollector(), holds=lambda: True), CollectorRegistry()
    registry.register(scrape.collector)
    return scrape, registry


def tasks(registry: CollectorRegistry) -> float | None:
    return registry.get_sample_value("duban_tasks", {"plan": "p01", "state": "registered"})


async def test_a_second_scrape_at_once_does_not_ask_the_database_again(file_db: Database) -> None:
    scrape, registry = begin(file_db)
    await scrape.refresh()
    await make.tell(file_db, *make.told(make.registered()))

    await scrape.refresh()

    assert tasks(registry) is None


async def test_a_few_seconds_later_the_figures_are_new(tmp_path: Path) -> None:
    clock = FakeClock()
    db = sqlite_database("metrics", tmp_path, clock)
    scrape, registry = begin(db)
    await scrape.refresh()
    await make.tell(db, *make.told(make.registered()))

    clock.advance(timedelta(seconds=5))
    await scrape.refresh()

    assert tasks(registry) == 1
    await db.close()


async def test_facts_that_cannot_be_read_are_absent_and_said_so(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/never-migrated.db", service="metrics", clock=FakeClock())
    scrape, registry = begin(db)

    await scrape.refresh()

    assert registry.get_sample_value("duban_facts_readable") == 0
    assert tasks(registry) is None
    await db.close()


async def test_the_roll_goes_on_at_once_while_there_is_more_and_then_rests(file_db: Database) -> None:
    scrape, _registry = begin(file_db)
    await make.tell_ratings(file_db, [make.rating(number) for number in range(3)])

    assert [await scrape.roll(), await scrape.roll()] == [ROLL_PAUSE, ROLL_PAUSE]


async def test_indicators_are_measured_beside_the_scrape_and_absent_when_that_stops(tmp_path: Path) -> None:
    clock = FakeClock()
    db = sqlite_database("metrics", tmp_path, clock)
    scrape, registry = begin(db)
    seen = []

    for step in (None, scrape.watch_indicators, None):
        if step is not None:
            assert await step() == INDICATORS_PAUSE
        clock.advance(timedelta(minutes=2))
        await scrape.refresh()
        labels = {"indicator": "gj01", "state": "unknown"}
        seen.append(registry.get_sample_value("duban_indicator_state", labels))

    assert seen == [None, 1, None]
    await db.close()


async def test_indicators_are_absent_while_too_many_services_are_to_be_counted(file_db: Database) -> None:
    scrape, registry = begin(file_db)
    plan = supervision.PlanConfirmed(plan_id="p01", title="方案", tasks=0)
    await make.tell(file_db, *make.told(plan, make.target("按时办结率")))
    await file_db.run_sync(lambda tx: touch(tx.connection, [f"s{number}" for number in range(MOST + 1)]))

    waits = await scrape.watch_indicators()
    await scrape.refresh()

    labels = {"indicator": "gj01", "state": "unknown"}
    assert (waits, registry.get_sample_value("duban_indicator_state", labels)) == (INDICATORS_PAUSE, None)
