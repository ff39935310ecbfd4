"""Where a reader begins: now, at the beginning, behind a position, or at a date."""

from datetime import UTC, date, datetime, time

from services.gateway.archive.repository import newest_position, position_before
from shared.clock import SHANGHAI
from shared.database import Database
from shared.errors import Conflict, Invalid

NOW, BEGINNING = "now", "beginning"


async def begin_after(db: Database, text: str) -> int:
    """Give the position behind which a reader begins that says `now`, `beginning`, a position or a date.

    A date is Shanghai's, and so is an instant without an offset. Nothing said is `now`.

    Raises:
        Invalid: It is none of these.
        Conflict: The archive does not reach to the position: it was restored, or the position is another's.
    """
    async with db.reading() as session:
        last = await newest_position(session)
        if text in {"", NOW}:
            return last
        if text == BEGINNING:
            return 0
        if text.isascii() and text.isdecimal() and len(text) <= 18:
            return _known(int(text), last)
        return await position_before(session, _instant(text))


def _known(position: int, last: int) -> int:
    if position > last:
        message = f"事件档案只到第 {last} 号，没有第 {position} 号：请核对续读位置，或用 from=now"
        raise Conflict(message, code="position.ahead", field="from", last=last)
    return position


def _instant(text: str) -> datetime:
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), SHANGHAI).astimezone(UTC)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        known = "now、beginning、档案位置（数字）或日期，如 2023-04-25"
        message = f"from 或 Last-Event-ID 的值 {text[:40]} 无效：应是 {known}"
        raise Invalid(message, code="position.invalid", field="from") from error
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
