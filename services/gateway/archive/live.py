"""Follows the archive: history first, then what is appended, in one loop and with one resume token, the position."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi.sse import format_sse_event

from services.gateway.archive.beginning import begin_after
from services.gateway.archive.choice import Choice
from services.gateway.archive.domain_filters import Filters
from services.gateway.archive.repository import SCANNED, Archived, Page, page
from shared.database import Database

PAGE = 500
EVERYTHING = Filters()
POLL = timedelta(seconds=1)
HEARTBEAT = timedelta(seconds=15)
RETRY = timedelta(seconds=3)  # Real time after which a browser comes again; what it does by itself differs.
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
        heartbeat: Real time after which a silent connection gets a comment and the position reached.
        scanned: Positions that one page looks at, at most.
    """

    db: Database
    appended: Appended
    poll: timedelta = POLL
    heartbeat: timedelta = HEARTBEAT
    scanned: int = SCANNED

    async def start_after(self, text: str) -> int:
        """Give the position behind which a reader begins; see `begin_after`."""
        return await begin_after(self.db, text)

    async def read(self, after: int, filters: Filters, *, limit: int = PAGE) -> Page:
        """Read one page behind a position: so many entries of the feeds that are wanted, and of them what is wanted."""
        async with self.db.reading() as session:
            found = await page(session, after=after, limit=limit, feeds=filters.feeds, scanned=self.scanned)
            # The feeds are chosen already: so bytes that are no event stay where nothing else is asked.
            rest = filters.model_copy(update={"feeds": ()})
            return replace(found, entries=await Choice(session).of(found.entries, rest))

    async def follow(
        self, after: int, filters: Filters = EVERYTHING, admitted: Admitted = always
    ) -> AsyncIterator[bytes]:
        """Give server-sent events for ever: history, then live; the place to resume comes first, before any event.

        It ends when the reader goes, the process stops, or the reader is `admitted` no more, asked at each look.
        """
        loop = asyncio.get_running_loop()
        yield format_greeting(after)
        spoke = loop.time()
        while not self.appended.closing and await admitted():
            appended = self.appended.next()
            found = await self.read(after, filters)
            if text := _render(found, after):
                yield text
                spoke = loop.time()
            after = found.reached
            if after < found.last:
                continue
            if loop.time() - spoke >= self.heartbeat.total_seconds():
                yield format_heartbeat(after)
                spoke = loop.time()
            await wait(appended, self.poll)


def format_greeting(after: int) -> bytes:
    """Say where a reader begins and when to come again: one that began `now` knows no position else.

    Without data it is no event for the reader, but `id` counts (WHATWG HTML, "dispatch the event").
    """
    return format_sse_event(id=str(after), retry=int(RETRY.total_seconds() * 1000))


def format_heartbeat(after: int) -> bytes:
    """Write a comment, and the position reached: what a filter passed over is not looked at again on a resume."""
    return format_sse_event(comment="ping", id=str(after))


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


def format_gap(after: int, found: Page) -> bytes:
    """Write the gap that retention left behind the position `after` as a line of NDJSON, or nothing."""
    if after + 1 >= found.first:
        return b""
    gap = {"from": after + 1, "to": found.first - 1, "reason": "retention"}
    return json.dumps({"position": found.first - 1, "gap": gap}).encode() + b"\n"
