"""Exports a range of the archive as signed NDJSON, page by page, so that none is too large."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial

from sqlalchemy import Connection

from services.gateway.archive.domain import Stored
from services.gateway.archive.domain_export import Header, Signer, Writing, head_of_export
from services.gateway.archive.repository_chain import Extent, extent, hash_at, rows_between
from shared.database import Database
from shared.errors import Conflict, NotFound

PAGE = 1000


class Exporter:
    """Signs and writes exports; without a `secret` it refuses."""

    def __init__(self, db: Database, secret: str) -> None:
        self._db = db
        self._signer = Signer(secret) if secret else None

    @property
    def signer(self) -> Signer:
        """Give the key.

        Raises:
            Conflict: None is set.
        """
        if self._signer is None:
            message = (
                "未设置档案导出的签名密钥：请设置 DUBAN_ARCHIVE_KEY（openssl rand -base64 32）并重启网关"
            )
            raise Conflict(message, code="archive.no_key", field="DUBAN_ARCHIVE_KEY")
        return self._signer

    async def begin(self, first: int | None, last: int | None) -> Header:
        """Make the header of an export; the whole of what is kept where no bounds are given.

        Raises:
            Conflict: No key is set, or the range is not whole.
            NotFound: There is nothing in the range, or retention has removed a part of it.
        """
        signer = self.signer
        found = await self._db.look(extent)
        begin, end = first or found.ground.position + 1, min(last or found.newest, found.newest)
        _refuse(found, begin, end)
        rows, previous = await self._db.look(partial(_ends, first=begin, last=end))
        if previous is None or len(rows) < 2:
            message = f"档案第 {begin} 至 {end} 号不完整，请先运行 duban verify"
            raise Conflict(message, code="archive.broken", field="from")
        ends = (Stored(*rows[0]), Stored(*rows[1]))
        real_now = self._db.clock.real_now()
        return head_of_export(ends, previous, public_key=signer.public_key, real_now=real_now)

    async def write(self, header: Header) -> AsyncIterator[bytes]:
        """Give the bytes of the export that `begin` made the header of."""
        writing = Writing(header, self.signer)
        yield writing.begin()
        for begin in range(header.first, header.last + 1, PAGE):
            until = min(begin + PAGE - 1, header.last)
            rows = await self._db.look(partial(_page, first=begin, last=until))
            yield await asyncio.to_thread(writing.page, rows)
        yield writing.end()


def _page(connection: Connection, *, first: int, last: int) -> Sequence[Stored]:
    return next(rows_between(connection, first, last, size=PAGE))


def _ends(connection: Connection, *, first: int, last: int) -> tuple[Sequence[Stored], bytes | None]:
    """Give the first and the last row of a range, as far as they are there, and the hash before it."""
    ground = extent(connection).ground
    before = ground.hash if first == ground.position + 1 else hash_at(connection, first - 1)
    return [row for at in (first, last) for row in _page(connection, first=at, last=at)], before


def _refuse(found: Extent, begin: int, end: int) -> None:
    base = found.ground.position
    if begin <= base:
        message = f"档案第 1 至 {base} 号已按保留期限移除，只能导出第 {base + 1} 号起的事件"
        raise NotFound(message, code="archive.trimmed", field="from", first=base + 1)
    if begin > end:
        message = f"档案中没有第 {begin} 至 {end} 号：现有第 {base + 1} 至 {found.newest} 号"
        raise NotFound(message, code="archive.nothing", field="from", last=found.newest)
