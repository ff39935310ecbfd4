"""Delivers beside the requests: in each round one transaction ends what came back, queues what is new, and claims.

Invariant: a kill at any point loses nothing: what was on its way is sent again under the same id. A receiver that is
slow or gone holds up none of the others: each has its own places on the way, and nobody waits for a round to end.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.gateway.returns.ports import Seal
from services.gateway.subscriptions import repository, service
from services.gateway.subscriptions.adapters import Way, way_of
from services.gateway.subscriptions.domain import LONGEST_EXCERPT, Outcome, Verdict, at_once
from services.gateway.subscriptions.messages import Signer, message_of, signer_of, verdict_of
from services.gateway.subscriptions.models import Subscription
from services.gateway.subscriptions.ports import Receiver
from services.gateway.subscriptions.service import Ended, Pages
from shared.background import PATIENCE, Repeating
from shared.database import Database, Tx
from shared.errors import DubanError

log = logging.getLogger(__name__)
LONGEST_WAIT = 1.0  # Real seconds between two looks when nothing wakes.
GATHERS = 0.02  # Real seconds in which results gather, so that many share one commit.
OpenReceiver = Callable[[Way], Receiver]


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery that is to be sent now."""

    subscription: str
    position: int
    number: int
    webhook_id: str
    body: bytes


class Engine:
    """Serves every subscription, with other replicas beside it: each claims what is free."""

    def __init__(self, db: Database, *, seal: Seal, open_receiver: OpenReceiver, holder: str) -> None:
        self._db = db
        self._seal = seal
        self._open = open_receiver
        self._holder = holder
        self._ended: list[Ended] = []
        self._flying: dict[str, int] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._lines: dict[str, tuple[datetime, Signer, Receiver]] = {}
        self._tokens: dict[str, tuple[float, float]] = {}
        self._begun = False
        self._repeating = Repeating("subscriptions", self.step)

    def wake(self) -> None:
        """Look at once: something was archived, or set."""
        self._repeating.wake()

    async def start(self) -> None:
        """Begin."""
        await self._repeating.start()

    async def stop(self) -> None:
        """Let the calls at hand end, for ten seconds at most, and record what they came to."""
        await self._repeating.stop()
        if self._calls:
            _, late = await asyncio.wait(self._calls, timeout=PATIENCE)
            for call in late:
                call.cancel()
        if self._ended:
            await self._round(claims=False)
        for _, _, receiver in self._lines.values():
            await receiver.close()

    def problems(self) -> list[str]:
        """Say why this is not working now; a receiver that fails is no problem of ours."""
        return self._repeating.problems()

    async def step(self) -> float:
        """Make one round; give the real seconds until the next."""
        if not self._begun:
            async with self._db.transaction() as tx:
                await repository.give_up_own(tx.session, self._holder, self._db.clock.real_now())
            self._begun = True
        if not self._ended and not await self._has_work():
            return LONGEST_WAIT
        more = await self._round(claims=True)
        await asyncio.sleep(GATHERS)
        return 0.0 if more or self._ended else LONGEST_WAIT

    async def _has_work(self) -> bool:
        async with self._db.reading() as session:
            return await repository.has_work(session, self._db.clock.real_now())

    async def _round(self, *, claims: bool) -> bool:
        """Do everything of one transaction; tells whether there is more to do at once."""
        ended, real_now, more = list(self._ended), self._db.clock.real_now(), False
        sending: list[Sent] = []
        async with self._db.transaction() as tx:
            active = {one.name: one for one in await repository.lock_active(tx.session)}
            await service.end(tx, ended, active, real_now=real_now)
            await service.end_lost(tx, active, real_now=real_now)
            pages = Pages(tx.session)
            for subscription in active.values() if claims else ():
                more |= await service.feed(tx, subscription, pages, real_now=real_now)
                sending += await self._claim(tx, subscription, real_now)
        del self._ended[: len(ended)]
        for one in sending:
            self._send(one)
        return more or bool(sending)

    async def _claim(self, tx: Tx, subscription: Subscription, real_now: datetime) -> list[Sent]:
        is_silent = subscription.not_before is not None and subscription.not_before > real_now
        if is_silent or not await self._open_line(subscription):
            return []
        name = subscription.name
        places = at_once(subscription.failures, subscription.at_once) - self._flying.get(name, 0)
        most = min(places, self._tokens_of(subscription))
        if most <= 0:
            return []
        found = await repository.claim(tx.session, name, real_now, most=most)
        self._take_tokens(subscription, len(found))
        sending = []
        for row, payload in found:
            service.begin(row, holder=self._holder, timeout=subscription.timeout, real_now=real_now)
            sent = Sent(name, row.position, row.attempts, row.webhook_id, message_of(row, payload))
            sending.append(sent)
        return sending

    def _tokens_of(self, subscription: Subscription) -> int:
        """Give how many calls the throttle leaves; it holds a second's worth at most."""
        now, rate = time.monotonic(), float(subscription.per_second)
        at, left = self._tokens.get(subscription.name, (now, rate))
        left = min(rate, left + (now - at) * rate)
        self._tokens[subscription.name] = (now, left)
        return int(left)

    def _take_tokens(self, subscription: Subscription, count: int) -> None:
        at, left = self._tokens[subscription.name]
        self._tokens[subscription.name] = (at, left - count)

    async def _open_line(self, subscription: Subscription) -> bool:
        """Open the line to a receiver as it was set last; tells whether there is one."""
        name = subscription.name
        known = self._lines.get(name)
        if known is not None and known[0] == subscription.changed_at:
            return True
        if known is not None:
            await known[2].close()
        try:
            signer, receiver = signer_of(subscription, self._seal), self._open(way_of(subscription))
        except (DubanError, OSError) as error:  # The vault is not open, or the file of its roots is gone.
            subscription.reason = f"无法打开线路：{error}"[:LONGEST_EXCERPT]
            return False
        self._lines[name] = (subscription.changed_at, signer, receiver)
        return True

    def _send(self, one: Sent) -> None:
        self._flying[one.subscription] = self._flying.get(one.subscription, 0) + 1
        call = asyncio.create_task(self._attempt(one), name=f"delivery {one.subscription}")
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _attempt(self, one: Sent) -> None:
        start = time.monotonic()
        try:
            verdict = await self._call(one)
        except DubanError as error:
            verdict = Verdict(Outcome.FAILED, detail=error.message)
        except Exception as error:  # Whatever it raises, the attempt gets its end.
            log.warning("delivery %s to %s failed", one.position, one.subscription, exc_info=True)
            verdict = Verdict(Outcome.FAILED, detail=type(error).__name__)
        finally:
            self._flying[one.subscription] -= 1
        latency_ms = round((time.monotonic() - start) * 1000)
        spread = random.random()  # noqa: S311 - spreads waits, no secret.
        self._ended.append(Ended(one.subscription, one.position, one.number, verdict, latency_ms, spread))
        self._repeating.wake()

    async def _call(self, one: Sent) -> Verdict:
        _, signer, receiver = self._lines[one.subscription]
        headers = signer.headers(one.webhook_id, one.body, self._db.clock.real_now())
        headers["duban-position"] = str(one.position)
        return verdict_of(await receiver.post(one.body, headers), signer)

    @property
    def on_their_way(self) -> Sequence[asyncio.Task[None]]:
        """The calls at hand, for those who wait for them."""
        return tuple(self._calls)
