"""What the tests of streams stand on: a real Valkey, a feeder that is stepped, and readers with their own passwords."""

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from services.gateway.returns.domain import Hosts
from services.gateway.subscriptions import service_orders as orders
from services.gateway.subscriptions import service_people as people
from services.gateway.subscriptions.adapters import Addresses
from services.gateway.subscriptions.domain import SubscriptionKind
from services.gateway.subscriptions.feeder import StreamFeeder
from services.gateway.subscriptions.readers import Readers
from shared.database import Database
from shared.streams import SubscriberStreams
from tests.gateway.subscriptions.world import Desk, order
from tests.gateway.vault.unsealed import Unsealed

Client = Any  # redis-py types its answers for every protocol at once.
Found = list[tuple[int, bytes]]


@dataclass
class Stand:
    """A feeder over a database and a server, and an administrator who looks."""

    desk: Desk
    url: str
    streams: SubscriberStreams
    feeder: StreamFeeder
    admin: Client
    active: bool = True

    @property
    def office(self) -> orders.Desk:
        """What setting a subscription needs."""
        return orders.Desk(Addresses(Hosts.parse("")), Unsealed(), self.desk.clock, self.streams)

    async def subscribe(self, name: str = "credit", **changes: Any) -> str:  # noqa: ANN401 - Order's.
        """Set a stream; give its password when it is new."""
        made = order("", kind=SubscriptionKind.STREAM, **changes)
        await orders.check_order(made, self.office)
        async with self.desk.db.transaction() as tx:
            return (await people.set_subscription(tx, name, made, self.office, by="key-1"))[1]

    async def settle(self) -> None:
        """Feed until nothing more is to be done; an idle stream is compared once a second, so not all of them."""
        while await self.feeder.step() == 0:
            pass

    async def look_again(self) -> None:
        """Feed as a replica does that has just taken over: it compares everything."""
        await self.feeder.stop()
        self.streams, self.feeder = feeder_over(self.desk.db, self.url, self)
        await self.settle()

    async def found(self, name: str = "credit") -> Found:
        """Give what stands in a stream."""
        entries = await self.admin.xrange(f"sub.{name}")
        return [(int(key.split(b"-")[0]), fields[b"__data__"]) for key, fields in entries]

    async def positions(self, name: str = "credit") -> list[int]:
        """Give the positions that stand in a stream."""
        return [position for position, _ in await self.found(name)]

    def reader(self, password: str, name: str = "credit") -> Client:
        """Connect as a subscriber."""
        return Redis.from_url(self.url, username=f"sub-{name}", password=password)


def feeder_over(db: Database, url: str, stand: Stand | None = None) -> tuple[SubscriberStreams, StreamFeeder]:
    """Make a feeder, which works while its stand is active."""
    streams = SubscriberStreams(url)
    readers = Readers(streams, seal=Unsealed(), clock=db.clock)
    is_active = (lambda: stand.active) if stand else (lambda: True)
    return streams, StreamFeeder(db, streams, readers, is_active=is_active)
