"""Calls the platforms, beside the requests: each in rounds of its own, so that a slow one holds up none of the others.

Invariant: a kill at any point loses nothing; what was on its way is said again under the same id.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from services.gateway.returns import repository_sending, service_sending
from services.gateway.returns.domain import Hosts, Outcome, Verdict, read_answer, roots_in, without
from services.gateway.returns.domain_form import TEXT, body_of
from services.gateway.returns.ports import Line, Seal, Texts
from services.gateway.returns.service_sending import Begun, Ended, Way
from shared.answers import Answer
from shared.calling import Call, Caller, NoAnswer
from shared.database import Database
from shared.errors import DubanError
from shared.webhooks import webhook_signature

log = logging.getLogger(__name__)
_CONTENT_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
OpenLine = Callable[[Way], Line]


def open_line(way: Way, *, ca_folder: Path | None = None) -> Line:
    """Open the real way out to a platform.

    Raises:
        OSError: Its file of roots is gone, or is none.
    """
    roots = roots_in(ca_folder, way.ca_file)
    if way.ca_file and roots is None:  # The usual roots are no substitute for those that were asked for.
        raise FileNotFoundError(way.ca_file)
    return Caller(timeout=way.timeout, proxy=way.proxy or None, ca_file=roots)


class Sender:
    """Sends what is due. `line` replaces the plain one."""

    def __init__(
        self,
        db: Database,
        hosts: Hosts,
        *,
        seal: Seal,
        texts: Texts,
        line: OpenLine = open_line,
    ) -> None:
        self._db = db
        self._hosts = hosts
        self._seal = seal
        self._texts = texts
        self._line = line

    async def sources(self) -> Sequence[str]:
        """Give the sources whose platforms are to be called now."""
        async with self._db.reading() as session:
            return await repository_sending.sources_due(session, self._db.clock.real_now())

    async def round(self, source_id: str) -> int:
        """Make the attempts to one platform that are due, at once; give 0 when there was nothing to do."""
        async with self._db.transaction() as tx:
            real_now = self._db.clock.real_now()
            claim = await service_sending.begin(tx, source_id, seal=self._seal, real_now=real_now)
        way, attempts = claim.way, claim.begun
        if way is None or not attempts:
            return int(claim.is_moved)
        try:
            line = self._line(way)
        except OSError:
            verdict = Verdict(Outcome.FAILED, f"ca_file {way.ca_file} 读不出，请由运维放回后等待重试")
            ended = [Ended(one, verdict, 0, random.random()) for one in attempts]  # noqa: S311 - as below.
        else:
            ended = await self._attempt_all(line, way, attempts)
        async with self._db.transaction() as tx:
            await service_sending.end(tx, source_id, ended, real_now=self._db.clock.real_now())
        return len(attempts)

    async def _attempt_all(self, line: Line, way: Way, attempts: Sequence[Begun]) -> list[Ended]:
        try:
            return await asyncio.gather(*(self._attempt(line, way, one) for one in attempts))
        finally:
            await line.close()

    async def _attempt(self, line: Line, way: Way, begun: Begun) -> Ended:
        start = time.monotonic()
        try:
            verdict = await self._call(line, way, begun)
        except DubanError as error:  # The texts, for one, can't be read now.
            verdict = Verdict(Outcome.FAILED, error.message)
        except Exception as error:  # Whatever it raises, the attempt gets its end; it may have been written.
            log.warning("return %s failed", begun.return_id, exc_info=True)
            verdict = Verdict(Outcome.UNKNOWN, type(error).__name__)
        latency_ms = round((time.monotonic() - start) * 1000)
        return Ended(begun, verdict, latency_ms, random.random())  # noqa: S311 - spreads waits, no secret.

    async def _call(self, line: Line, way: Way, begun: Begun) -> Verdict:
        if not self._hosts.permit(way.url) or (way.proxy and not self._hosts.permit(way.proxy)):
            return Verdict(Outcome.FAILED, "主机不在允许回传的名单中（DUBAN_RETURN_HOSTS），请由运维加入")
        values = dict(begun.values)
        if TEXT in way.form.fields.values():
            values[TEXT] = await self._texts.text_of(begun.wanted, redacted=way.form.texts == "redacted")
        body = body_of(way.form, values)
        answer = await line.call(Call(way.url, body, headers=self._headers(way, begun, body)))
        secrets = [way.secret, *way.headers.values(), str(values.get(TEXT) or "")]
        return _judged(answer, way, secrets)

    def _headers(self, way: Way, begun: Begun, body: bytes) -> dict[str, str]:
        headers = {**way.headers, "content-type": _CONTENT_TYPES[way.form.content]}
        headers["idempotency-key"] = begun.return_id
        if way.form.signature == "standard-webhooks":
            stamp = int(self._db.clock.real_now().timestamp())
            headers["webhook-id"], headers["webhook-timestamp"] = begun.return_id, str(stamp)
            headers["webhook-signature"] = webhook_signature(way.secret, begun.return_id, stamp, body)
        return headers


def _judged(answer: Answer | NoAnswer, way: Way, secrets: Sequence[str]) -> Verdict:
    if isinstance(answer, NoAnswer):
        outcome = Outcome.UNKNOWN if answer.written else Outcome.FAILED
        return Verdict(outcome, without(answer.detail, secrets))
    verdict = read_answer(answer, way.form.answer)
    detail = without(verdict.detail, secrets)
    return Verdict(verdict.outcome, detail, verdict.status, verdict.leave_alone)
