"""Keeps the users of streams on their server as the subscriptions say: made, changed, and taken away with them.

Invariant: the server forgets its users when it restarts, so what they are is kept here, and they are compared.
"""

import time
from collections.abc import Mapping, Sequence

from services.gateway.returns.ports import Seal
from services.gateway.subscriptions.models import Subscription
from shared.clock import Clock
from shared.streams import SubscriberStreams

LOOK_AGAIN = 2.0  # Real seconds until the server is asked again who it knows.


class Readers:
    """The users of one server of streams."""

    def __init__(self, streams: SubscriberStreams, *, seal: Seal, clock: Clock) -> None:
        self._streams = streams
        self._seal = seal
        self._clock = clock
        self._known: dict[str, frozenset[str]] = {}
        self._looked: float | None = None
        self._opened: dict[bytes, str] = {}

    def forget(self) -> None:
        """Ask the server at the next time: another replica may have changed it, or it restarted."""
        self._looked = None

    async def keep(self, rows: Sequence[Subscription]) -> None:
        """Let in whom the subscriptions name, with the passwords that hold now, and nobody else."""
        self._open(rows)
        wanted = {row.name: self._wanted(row) for row in rows}
        if self._looked is None or time.monotonic() - self._looked >= LOOK_AGAIN:
            await self._look(wanted)
        for name, hashes in wanted.items():
            known = self._known.get(name, frozenset())
            if hashes == known:
                continue
            await self._streams.set_user(name, hashes)
            if known - hashes:
                await self._streams.cut_off(name)
            self._known[name] = hashes

    async def _look(self, wanted: Mapping[str, frozenset[str]]) -> None:
        for name in sorted(await self._streams.names() - wanted.keys()):
            # The user last: while it is there, whoever goes on after a kill finds the rest.
            await self._streams.drop(name)
            await self._streams.drop_user(name)
        self._known = await self._streams.passwords(wanted)
        self._looked = time.monotonic()

    def _open(self, rows: Sequence[Subscription]) -> None:
        """Open each sealed hash once: it is asked for at every step."""
        sealed = {one for row in rows for one in (row.secret, row.old_secret) if one is not None}
        opened = {one: self._opened.get(one) or self._seal.open(one).decode() for one in sealed}
        self._opened = opened

    def _wanted(self, row: Subscription) -> frozenset[str]:
        hashes = {self._opened[row.secret]}
        is_overlap = row.old_until is not None and self._clock.real_now() < row.old_until
        if row.old_secret is not None and is_overlap:
            hashes.add(self._opened[row.old_secret])
        return frozenset(hashes)
