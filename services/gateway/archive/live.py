"""Follows the archive: history first, then what is appended, in one loop and with one resume token, the position."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from services.gateway.archive.repository import SCANNED, Archived, Page, page
from shared.database import Database
from shared.errors import Conflict
from shared.events import Feed

PAGE = 500
POLL = timedelta(seconds=1)
HEARTBEAT = timedelta(seconds=15)
Admitted = Callable[[], Awaitable[bool]]


class Appended:
    """Wakes those who follow the archive when something was appended, or when they have to go."""

    def __init__(self) -> None:
        self.closing = False
        self._event = asyncio.Event()
        self._then: list[Callable[[], None]] = []

    def then(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever something was appended."""
        self._then.append(wake)

    def notify(self) -> None:
        """Wake all who wait."""
        self._event.set()
        self._event = asyncio.Event()
        for wake in self._then:
            wake()

    def close(self) -> None:
        """Let all who follow end: the process stops."""
        self.closing = True
        self.notify()

    def next(self) -> asyncio.Event:
        """Give what the next append will set; take it before looking, or an append in between is missed."""
        return self._event


async def always() -> bool:
    """Admit whoever it is."""
    return True


async def wait(appended: asyncio.Event, longest: timedelta) -> None:
    """Wait until something was appended, or as long as that (real time)."""
    with suppress(TimeoutError):
        await asyncio.wait_for(appended.wait(), longest.total_seconds())


@dataclass(frozen=True, slots=True)
class Follower:
    """Reads the archive for those outside.

    Attributes:
        db: The gateway's own database.
        appended: What wakes the followers of this process; other replicas' entries are found by polling.
        poll: Real time between two looks when nothing wakes.
        heartbeat: Real time after which a silent connection gets a comment.
        scanned: Positions that one page looks at, at most.
    """

    db: Database
    appended: Appended
    poll: timedelta = POLL
    heartbeat: timedelta = HEARTBEAT
    scanned: int = SCANNED

    async def start_after(self, resume: int | None) -> int:
        """Give the position behind which to begin: the one given, or the end for None.

        Raises:
            Conflict: The archive does not reach to the position: it was restored, or the position is another's.
        """
        async with self.db.reading() as session:
            last = (await page(session, after=resume or 0, limit=1, feed=None)).last
        if resume is not None and resume > last:
            message = f"事件档案只到第 {last} 号，没有第 {resume} 号：请核对续读位置，或用 from=now"
            raise Conflict(message, code="position.ahead", field="from", last=last)
        return last if resume is None else resume

    async def read(self, after: int, *, feed: Feed | None, limit: int = PAGE) -> Page:
        """Read one page behind a position."""
        async with self.db.reading() as session:
            return await page(session, after=after, limit=limit, feed=feed, scanned=self.scanned)

    async def follow(
        self, after: int, *, feed: Feed | None, admitted: Admitted = always
    ) -> AsyncIterator[bytes]:
        """Give server-sent events for ever: history, then live.

        It ends when the reader goes, the process stops, or the reader is `admitted` no more, asked at each look.
        """
        loop = asyncio.get_running_loop()
        spoke = loop.time()
        while not self.appended.closing and await admitted():
            appended = self.appended.next()
            found = await self.read(after, feed=feed)
            if text := _render(found, after):
                yield text
                spoke = loop.time()
            after = found.reached
            if after < found.last:
                continue
            if loop.time() - spoke >= self.heartbeat.total_seconds():
                yield KEEPALIVE_COMMENT
                spoke = loop.time()
            await wait(appended, self.poll)


def _render(found: Page, after: int) -> bytes:
    events = [format_entry(entry) for entry in found.entries]
    if after + 1 < found.first:
        events.insert(0, _gap(after + 1, found.first - 1))
    return b"".join(events)


def _gap(first: int, last: int) -> bytes:
    """Say that retention has passed over positions; its id lets a reader resume behind them."""
    data = json.dumps({"from": first, "to": last, "reason": "retention"})
    return format_sse_event(event="gap", data_str=data, id=str(last))


def format_entry(entry: Archived) -> bytes:
    """Write one entry as a server-sent event; bytes that are no event are given as base64."""
    name, data = entry.type or "unreadable", _one_line(entry)
    return format_sse_event(event=name, data_str=data, id=str(entry.position))


def _one_line(entry: Archived) -> str:
    if not entry.type:
        raw = base64.b64encode(entry.payload).decode()
        return json.dumps({"stream": entry.stream, "sequence": entry.sequence, "payload": raw})
    text = entry.payload.decode()
    # What another program appended may be spread over lines; readers are promised one.
    return json.dumps(json.loads(text), ensure_ascii=False) if "\n" in text or "\r" in text else text


def format_line(entry: Archived) -> bytes:
    """Write one entry as a line of NDJSON: its position and the event."""
    head = {"position": entry.position, "stream": entry.stream, "type": entry.type}
    return b'%b,"event":%b}\n' % (json.dumps(head).encode()[:-1], _one_line(entry).encode())
