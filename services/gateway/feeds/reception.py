"""Takes in what sources send: reads the records by the form of the source and hands them to the group commit.

Invariant: when a request is refused as a whole nothing of it was taken, or the refusal says how much was.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from services.gateway.feeds.domain.drafts import Draft
from services.gateway.feeds.domain.reading import Context, read_record
from services.gateway.feeds.entries import Answer, Entry, Raw, Replay
from services.gateway.feeds.limits import Limits
from services.gateway.feeds.ports import Seal
from services.gateway.feeds.records import read_records
from services.gateway.feeds.repository_rejects import waiting_for
from services.gateway.feeds.service_sources import Source, load_source
from services.gateway.feeds.signing import check_signature
from services.gateway.feeds.views import RecordOut, TakenOut, show_record, show_taken
from services.gateway.ratings.intake import GroupCommit
from services.gateway.recent import Recent
from services.gateway.roles import Key
from shared.clock import SHANGHAI
from shared.database import Database
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound, TooLarge, TooMany

Intake = GroupCommit[Entry, Answer]
SLICE = 500  # Records that are committed together at most.
AUTO = "auto"  # Who takes in a rating whose service has come after it.
BUSY_S = 2


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came."""

    source_id: str
    body: bytes
    content_type: str
    headers: Mapping[str, str]


class FeedReception:
    """The intake of all sources.

    Args:
        db: Holds the sources.
        intake: Writes.
        seal: Opens the secrets of sources.
        ahead: How far in the future of business time a record may be dated.
    """

    def __init__(self, db: Database, intake: Intake, seal: Seal, *, ahead: timedelta) -> None:
        self._db, self._intake, self._seal, self._ahead = db, intake, seal, ahead
        self._limits = Limits()
        self._sources: Recent[str, Source] = Recent(self._find)

    async def _find(self, source_id: str) -> Source | None:
        async with self._db.reading() as session:
            return await load_source(session, source_id)

    async def source_for(self, source_id: str, key: Key) -> Source:
        """Give the source for which a key sends.

        Raises:
            Forbidden: The key is another source's, or the source is switched off.
            NotFound: There is no such source.
        """
        if key.source_id not in {"", source_id}:
            message = f"该密钥只能报送来源 {key.source_id} 的数据，不能报送 {source_id}"
            raise Forbidden(message, code="source.not_yours", field="source")
        source = await self._sources.get(source_id)
        if source is None:
            message = f"没有数据来源 {source_id}，请先登记（PUT /api/v1/feed-sources）"
            raise NotFound(message, code="source.unknown", field="source")
        if not source.enabled:
            message = f"数据来源 {source_id} 已停用，请联系运维启用"
            raise Forbidden(message, code="source.disabled", field="source")
        return source

    async def take(self, sent: Sent, source: Source) -> TakenOut:
        """Take in a request; what it tells as accepted is on disk when this returns.

        Raises:
            TooLarge: It is larger than the source may send.
            TooMany: It is too fast, or too much is waiting.
            Unauthorized: Its signature is not right.
            Invalid: It can't be read; or it is a single record that is refused.
            Conflict: It is a single record whose number has other content.
            Unavailable: The database does not answer.
        """
        _check_size(sent.body, source)
        if source.secret is not None:
            secret = self._seal.open(source.secret)
            check_signature(sent.headers, sent.body, secret, real_now=self._db.clock.real_now())
        if self._intake.full:
            message = f"待写入的数据已满，请 {BUSY_S} 秒后重发；本批一条也没有收"
            raise TooMany(message, code="feed.busy", retry_after=BUSY_S)
        raws, single = await asyncio.to_thread(read_records, sent.body, sent.content_type)
        self._limits.take(source.id, len(raws), source.per_minute)
        taken = show_taken(await self._take_all(raws, source))
        if single:
            _raise_refusal(taken.records[0])
        return taken

    async def _take_all(self, raws: Sequence[Raw], source: Source) -> list[RecordOut]:
        context, remaining = self._context(source), iter(raws)
        shown: list[RecordOut] = []
        while slice_ := list(islice(remaining, SLICE)):
            # In a thread: a slice takes long enough to hold up the requests of others.
            entries = await asyncio.to_thread(_entries, slice_, context)
            try:
                answers = await self._intake.submit(entries)
                shown += [show_record(raw, answer) for raw, answer in zip(slice_, answers, strict=True)]
                await self._take_waiting(answers, source)
            except DubanError as error:
                error.details |= {"taken": len(shown), "not_taken": len(raws) - len(shown)}
                raise
        return shown

    async def _take_waiting(self, answers: Sequence[Answer], source: Source) -> None:
        """Take in the ratings that came before their services, which have come now."""
        accepted = [part.id for answer in answers for part in answer.parts if part.gives == "accepted"]
        if not accepted:
            return
        async with self._db.reading() as session:
            waiting = await waiting_for(session, accepted)
        context = self._context(source)
        entries = [
            read_entry(reread(self._seal.open(one.raw)), context, Replay(one.id, AUTO)) for one in waiting
        ]
        if entries:
            await self._intake.submit(entries)

    async def replay(self, source: Source, content: bytes, replay: Replay) -> tuple[Raw, Answer]:
        """Try a refused record again, as it was or corrected, by the present form of its source."""
        raw = reread(content)
        (answer,) = await self._intake.submit([read_entry(raw, self._context(source), replay)])
        return raw, answer

    def context(self, source: Source) -> Context:
        """Give with what the records of a source are read now."""
        return self._context(source)

    def _context(self, source: Source) -> Context:
        latest: datetime = (self._db.clock.now() + self._ahead).astimezone(SHANGHAI)
        return Context(source.id, source.form, latest)


def _check_size(body: bytes, source: Source) -> None:
    if len(body) > source.max_bytes:
        message = (
            f"正文 {len(body)} 字节，超过来源 {source.id} 的上限 {source.max_bytes}，请拆分；一条也没有收"
        )
        raise TooLarge(message, code="feed.too_large", limit=source.max_bytes)


def _entries(raws: Sequence[Raw], context: Context) -> list[Entry]:
    return [read_entry(raw, context) for raw in raws]


def read_entry(raw: Raw, context: Context, replay: Replay | None = None) -> Entry:
    """Read one record by the form of its source."""
    drafts, fault = tuple[Draft, ...](), None
    if isinstance(raw.record, dict):
        reading = read_record(raw.record, context)
        drafts, fault = tuple(reading.drafts), next(iter(reading.faults), None)
    else:
        fault = raw.record
    return Entry(context.source_id, raw.place, raw.content, drafts, fault, replay)


def reread(content: bytes) -> Raw:
    """Read the bytes of one refused record again.

    Raises:
        Invalid: They are none.
    """
    raws, _ = read_records(content.replace(b"\n", b" "), "application/x-ndjson")
    if len(raws) != 1:
        raise Invalid("记录为空，请给出一个 JSON 对象", code="record.empty", field="record")
    return raws[0]


def _raise_refusal(record: RecordOut) -> None:
    if not record.reject_id:
        return
    kind = Conflict if record.outcome == "conflict" else Invalid
    details = record.model_dump(mode="json", exclude={"code", "message", "field"})
    raise kind(record.message, code=record.code, field=record.field, **details)
