"""Fills a fresh database: the events of every feed, what people set, the counts; and compares it when asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from deploy.rebuild.places import Archive
from deploy.rebuild.progress import Progress
from services.metrics.handlers import build_handlers
from services.metrics.rebuilding import service
from services.metrics.rebuilding.repository import Compared
from shared.database import Database
from shared.errors import Conflict
from shared.streams import Replay, accepted_gaps, read_cursors, told_until
from shared.tables import PARKED


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        as_of: Business time; what was told later is passed over, and nothing is swapped in.
        into: URL of an empty database; empty for a file beside the present one.
        check: Only compare; nothing is swapped in, and what was built is removed.
    """

    as_of: datetime | None = None
    into: str = ""
    check: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """What was put in.

    Attributes:
        events: How many there were in the archive, of all feeds that metrics reads.
        seconds: Real time of all of it.
        parked: Events that failed, or can't be read.
        taken_over: Rows that people set.
        compared: By table, where that was asked for.
    """

    events: int
    seconds: float
    parked: int
    taken_over: int
    compared: tuple[Compared, ...]


async def fill(old: Database, new: Database, held: Archive, wish: Wish) -> Filled:
    """Fill `new`, which is migrated and empty.

    Raises:
        Conflict: The archive has a gap, retention has removed what is needed, or for a comparison it does not reach to
            where `old` is.
        Unavailable: The gateway does not answer.
    """
    handlers = build_handlers()
    if wish.as_of is not None:
        handlers = told_until(handlers, wish.as_of)
    replay = Replay(new, handlers, held.history, gaps=await accepted_gaps(old))
    refuse_trimmed(held, replay.feeds)
    ends = await _read_so_far(old, held.ends) if wish.check else held.ends
    progress = Progress(sum(ends.get(feed, 0) for feed in replay.feeds))
    await _replay(replay, ends, progress)
    taken_over = await service.take_over(old, new, as_of=wish.as_of)
    progress.say("counting ratings, services and orders")
    await service.count_all(new)
    compared: list[Compared] = []
    if wish.check:
        progress.say("comparing with the present database")
        await service.count_all(old)
        compared = await service.compare(old, new)
    parked = await new.look(_parked)
    return Filled(progress.done, progress.end(), parked, taken_over, tuple(compared))


def refuse_trimmed(held: Archive, feeds: Iterable[str]) -> None:
    """Pass when the archive still has the beginning of every feed.

    Raises:
        Conflict: Retention has removed it; the message says from where to where of each feed.
    """
    if gone := [f"{feed} 第 1 至 {held.trimmed[feed]} 号" for feed in feeds if held.trimmed.get(feed)]:
        message = (
            f"事件档案已按保留期限移除 {'、'.join(gone)}：此前的事实无法由档案重建，请保留现库或由备份恢复"
        )
        raise Conflict(message, code="archive.trimmed", field="archive")


async def _replay(replay: Replay, ends: Mapping[str, int], progress: Progress) -> None:
    await replay.begin()
    for feed in replay.feeds:
        before = 0
        async for cursor in replay.run(feed, ends.get(feed, 0)):
            progress.step(feed, cursor - before)
            before = cursor


async def _read_so_far(old: Database, ends: Mapping[str, int]) -> dict[str, int]:
    """Give how far the present database has read each feed: only that can be equal."""
    cursors = await read_cursors(old)
    for feed, cursor in cursors.items():
        if cursor > ends.get(feed, 0):
            place = f"事件档案中的 {feed} 只到第 {ends.get(feed, 0)} 号，现库已到第 {cursor} 号"
            raise Conflict(f"{place}：请先让网关补齐档案，再比较", code="archive.behind", field=feed)
    return cursors


def _parked(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(PARKED)) or 0
