"""Use cases of streams: what comes next for one, what its top means, and what is put on record of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.gateway.archive.repository import Archived, Page
from services.gateway.subscriptions import repository_streams as rows
from services.gateway.subscriptions.domain import SubscriptionState
from services.gateway.subscriptions.domain_streams import Top, is_mark_due, judge_top, keep_from
from services.gateway.subscriptions.messages import single
from services.gateway.subscriptions.models import StreamMark, Subscription
from services.gateway.subscriptions.service import disable
from shared.database import Tx
from shared.events.exchange import EventsMissed
from shared.streams import Piece, Standing, stream_of

_REMEDY = "；查明原因后恢复（resume），流会按档案重建"
FOREIGN = "流 {stream} 中有不是由本系统写入的内容，已停用" + _REMEDY
BEYOND = "流 {stream} 已写到第 {top} 号，事件档案只到第 {newest} 号（可能恢复自较早的备份），已停用" + _REMEDY


@dataclass(frozen=True, slots=True)
class Portion:
    """What comes next for a stream; all numbers are positions of the archive.

    Attributes:
        position: Up to where the archive was read for it.
        appended: Its top by our record; None where it is built anew.
        floor: What stands up to here it never gets again: it began behind it, or had it removed.
        reached: Up to where this portion reads.
        newest: Where the archive ends.
    """

    name: str
    position: int
    appended: int | None
    floor: int
    reached: int
    newest: int
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Moved:
    """What is put on record of a stream, if it still stands where `found` says.

    Attributes:
        reason: Why it is served no more, or an empty string.
        more: Whether there may be more for it at once.
    """

    found: Portion
    position: int
    appended: int | None
    more: bool = True
    reason: str = ""


def portion(row: Subscription, page: Page, wanted: Sequence[Archived], newest: int) -> Portion:
    """Write what comes next for a stream: a gap where retention has passed, and the events that are wanted."""
    pieces = [Piece(one.position, one.payload) for one in wanted]
    if row.position + 1 < page.first:
        pieces.insert(0, _gap(row, page.first - 1))
    floor = max(row.begun_after, row.trimmed)
    return Portion(row.name, row.position, row.appended, floor, page.reached, newest, pieces)


def _gap(row: Subscription, last: int) -> Piece:
    first = row.position + 1
    event = EventsMissed(subscription=row.name, first=first, last=last)
    return Piece(last, single(event, f"gap-{first}-{last}", row.changed_at))


def begun_anew(found: Portion) -> Moved:
    """Record that a stream is empty, and read again what it may have."""
    return Moved(found, min(found.floor, found.newest), 0)


def appended(found: Portion) -> Moved:
    """Record that a portion stands in its stream."""
    top = found.pieces[-1].position if found.pieces else found.appended
    return Moved(found, found.reached, top)


def settle(found: Portion, standing: Standing, ours: bytes | None) -> Moved:
    """Say where a stream goes on that has another top than the one on record.

    Args:
        found: What was to be appended.
        standing: Its top.
        ours: What the archive has at that position; None where it has nothing.
    """
    same = standing.raw is None or ours is None or standing.raw == ours
    believed = found.appended or 0
    meant = judge_top(standing.position, believed=believed, newest=found.newest, same_bytes=same)
    top = standing.position or 0
    if meant is Top.LOST:
        return Moved(found, max(top, min(found.floor, found.newest)), top)
    if meant is Top.OURS:
        return Moved(found, max(top, found.position), top)
    words = FOREIGN if meant is Top.FOREIGN else BEYOND
    reason = words.format(stream=stream_of(found.name), top=top, newest=found.newest)
    return Moved(found, found.position, found.appended, more=False, reason=reason)


async def move(tx: Tx, moved: Moved) -> None:
    """Put on record how far a stream is; one that people changed meanwhile is looked at anew."""
    row, found = await tx.session.get(Subscription, moved.found.name, with_for_update=True), moved.found
    if row is None or row.state != SubscriptionState.ACTIVE:
        return
    if (row.position, row.appended) != (found.position, found.appended):
        return
    if moved.reason:
        await disable(tx, row, "failing", moved.reason)
        return
    row.position, row.appended = moved.position, moved.appended


async def note_age(tx: Tx, name: str, gone: int, *, real_now: datetime) -> None:
    """Put on record what was removed from a stream, and now and then how far it is."""
    row = await tx.session.get(Subscription, name, with_for_update=True)
    if row is None or row.appended is None:
        return
    row.trimmed = max(row.trimmed, gone)
    keep = timedelta(hours=row.keep_hours)
    marks = await rows.marks(tx.session, name)
    if is_mark_due(marks, real_now, keep):
        tx.session.add(StreamMark(subscription=name, at=real_now, position=row.appended))
    if keep_from(marks, real_now, keep):
        last_old = max(mark.at for mark in marks if mark.at <= real_now - keep)
        await rows.forget_marks(tx.session, name, last_old)
