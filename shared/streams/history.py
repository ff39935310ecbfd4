"""Reads what a stream no longer holds: from the gateway's archive, or, for the archive itself, from the owners."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import httpx
from sqlalchemy import select

from shared.clock import Clock
from shared.database import Database
from shared.errors import Unavailable
from shared.events.envelope import OWNERS, Feed
from shared.principal import Principal, sign
from shared.streams.entry import Entry
from shared.tables import OUTBOX

READER = Principal(id="bus", role="ops", scopes=frozenset({"archive:read"}))
TIMEOUT_S = 10.0


class History(Protocol):
    """Every entry of every stream since the beginning."""

    async def read(self, feed: Feed, after: int, limit: int) -> Sequence[Entry]:
        """Give at most `limit` entries of `feed` behind the sequence `after`, in order."""
        ...


class Export:
    """An inner NDJSON export of entries; signs each request as `ops` with `archive:read`."""

    def __init__(self, *, secret: str, clock: Clock, client: httpx.AsyncClient | None = None) -> None:
        self._secret = secret
        self._clock = clock
        self._client = client  # Made when it is first needed: reading the list of trusted CAs takes a while.

    async def fetch(self, url: str, feed: Feed, *, after: int, limit: int) -> Sequence[Entry]:
        """Get at most `limit` entries behind `after` from `url`.

        Raises:
            Unavailable: The other service does not answer, or not with 200.
        """
        answer = await self.get(url, {"after": after, "limit": limit})
        return [_entry(feed, line) for line in answer.text.splitlines() if line]

    async def get(self, url: str, query: Mapping[str, int]) -> httpx.Response:
        """Ask `url`.

        Raises:
            Unavailable: The other service does not answer, or not with 200.
        """
        headers = {"x-duban-principal": sign(READER, self._secret, now=self._clock.real_now())}
        self._client = self._client or httpx.AsyncClient(timeout=TIMEOUT_S)
        try:
            answer = await self._client.get(url, params=dict(query), headers=headers)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable(
                f"历史事件无法读取（{error}），请检查 {url}", code="history.unavailable"
            ) from error
        return answer

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """Where the archive ends.

    Attributes:
        position: Of its last entry; 0 for an empty archive.
        hash: Of its last entry, in hexadecimal.
        streams: The last sequence of each stream that it holds.
        trimmed: The last sequence of each stream that retention removed from it.
    """

    position: int
    hash: str
    streams: Mapping[Feed, int]
    trimmed: Mapping[Feed, int] = field(default_factory=dict)


class HttpHistory:
    """The archive export of the gateway's inner API."""

    def __init__(
        self, url: str, *, secret: str, clock: Clock, client: httpx.AsyncClient | None = None
    ) -> None:
        self._url = url.rstrip("/")
        self._export = Export(secret=secret, clock=clock, client=client)

    async def read(self, feed: Feed, after: int, limit: int) -> Sequence[Entry]:
        """Give at most `limit` entries of `feed` behind the sequence `after`, in order.

        Raises:
            Unavailable: The gateway does not answer, or not with 200.
        """
        return await self._export.fetch(f"{self._url}/archive/{feed}", feed, after=after, limit=limit)

    async def head(self) -> ArchiveHead:
        """Ask where the archive ends.

        Raises:
            Unavailable: The gateway does not answer, or not with 200.
        """
        found = (await self._export.get(f"{self._url}/archive/head", {})).json()
        return ArchiveHead(found["position"], found["hash"], found["streams"], found.get("trimmed", {}))

    async def close(self) -> None:
        """Close the connections."""
        await self._export.close()


class OwnersHistory:
    """The outboxes of the owners: where the archive itself, when it was restored, gets back what it missed."""

    def __init__(self, db: Database, urls: Mapping[str, str], export: Export) -> None:
        self._db = db
        self._urls = urls
        self._export = export

    async def read(self, feed: Feed, after: int, limit: int) -> Sequence[Entry]:
        """Give at most `limit` entries of `feed` behind the sequence `after`, in order, as far back as they are kept.

        Raises:
            Unavailable: The owner does not answer, or not with 200.
        """
        owner = OWNERS[feed]
        if owner == self._db.service:
            return await read_outbox(self._db, feed, after=after, limit=limit)
        url = f"{self._urls[owner].rstrip('/')}/bus/outbox/{feed}"
        return await self._export.fetch(url, feed, after=after, limit=limit)

    async def close(self) -> None:
        """Close the connections."""
        await self._export.close()


async def read_outbox(db: Database, feed: Feed, *, after: int, limit: int) -> Sequence[Entry]:
    """Read at most `limit` committed rows of a feed that the database's service owns, behind `after`."""
    rows = select(OUTBOX.c.seq, OUTBOX.c.payload).where(OUTBOX.c.stream == feed, OUTBOX.c.seq > after)
    async with db.reading() as session:
        found = await session.execute(rows.order_by(OUTBOX.c.seq).limit(limit))
        return [Entry(feed, row.seq, row.payload) for row in found]


def _entry(feed: Feed, line: str) -> Entry:
    content = json.loads(line)
    return Entry(feed, int(content["sequence"]), base64.b64decode(content["payload"]))
