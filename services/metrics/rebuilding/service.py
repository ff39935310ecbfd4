"""Use cases of a rebuild: count what was replayed to the end, take over what people set, compare with what was."""

from datetime import datetime
from functools import partial

from services.metrics import service_ratings
from services.metrics.feeds import service as feeds
from services.metrics.feeds import service_orders
from services.metrics.models import Base
from services.metrics.rebuilding import repository
from services.metrics.rebuilding.domain import OF_THE_BUS, added_by_then, facts_of
from services.metrics.rebuilding.repository import Compared
from shared.database import Database

AT_ONCE = 100_000  # Ratings counted by place in one transaction: nobody waits for this database.


async def count_all(db: Database) -> None:
    """Do what the service does in the background, until nothing waits."""
    more = True
    while more:
        async with db.transaction() as tx:
            more = bool(await service_ratings.roll_up_ratings(tx))
    while await db.run_sync(partial(service_ratings.roll_up_places, limit=AT_ONCE)):
        pass
    while await db.run_sync(feeds.roll_up_services):
        pass
    while await db.run_sync(service_orders.keep_stale_orders):
        pass


async def take_over(old: Database, new: Database, *, as_of: datetime | None = None) -> int:
    """Copy what people set, and what the bus has to know; gives the rows.

    As of an instant only what was there by then and never changes, and nothing of the bus: such a database is for
    looking things up.
    """
    count = 0
    for name, column in added_by_then(as_of is not None).items():
        until = (column, as_of) if as_of is not None else None
        count += await repository.copy(old, new, name, until=until)
    for name in () if as_of is not None else OF_THE_BUS:
        await repository.copy(old, new, name)
    return count


async def compare(here: Database, there: Database) -> list[Compared]:
    """Compare every table whose rows follow from events alone; both have to be counted to the end."""
    return [await repository.compare(here, there, name) for name in facts_of(Base.metadata.tables)]
