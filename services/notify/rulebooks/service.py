"""Use cases on the rules: those that come with a release are adopted, those that people hand in are set.

Invariants: rules that people set are only ever replaced by people; whoever sets rules has seen those that they replace.
"""

import logging
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository as mirror
from services.notify.models import RulebookRow
from services.notify.rulebooks import repository
from services.notify.rulebooks.domain_faults import check_rules
from services.notify.rules import Rulebook, read_rulebook
from shared.database import Tx
from shared.errors import Conflict, Invalid, NotFound

log = logging.getLogger(__name__)


class Author(NamedTuple):
    """Who sets rules, and why; nobody for those of a release."""

    id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A rulebook that somebody hands in.

    Attributes:
        document: The rules, as JSON; what `GET /rules` says about a version beside them is left aside.
        made_from: The version that it is a change of.
    """

    document: Any
    made_from: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The rules that hold, and those that would take their place."""

    row: RulebookRow
    before: Rulebook
    after: Rulebook

    @property
    def changes_anything(self) -> bool:
        """Whether a version is to be written: also to make rules that came with a release one's own."""
        return self.row.shipped or not self.before.says_as(self.after)


async def current(session: AsyncSession) -> RulebookRow:
    """Read the version that holds.

    Raises:
        NotFound: None was adopted yet.
    """
    row = await mirror.newest_rules(session)
    if row is None:
        raise NotFound("尚未载入提醒规则，请等待服务启动完成", code="rules.not_found")
    return row


async def propose(session: AsyncSession, handed: HandedIn) -> Proposal:
    """Check what somebody hands in against what holds; nothing is written.

    Raises:
        Conflict: It was made from another version than the one that holds.
        Invalid: As `domain_faults.check_rules`.
    """
    row = await current(session)
    if handed.made_from != row.version:
        raise _stale(handed.made_from, row)
    after = check_rules(handed.document, await repository.known(session))
    return Proposal(row, _read(row), after)


async def set_rules(tx: Tx, handed: HandedIn, author: Author) -> Proposal:
    """Let rules that somebody hands in hold from now on, as a new version; the same again change nothing.

    Raises:
        Conflict: As `propose`; also when somebody else was faster.
        Invalid: As `propose`, or there is no reason.
    """
    if not author.reason.strip():
        raise Invalid("更换提醒规则须说明理由（reason）", code="rules.reason", field="reason")
    proposal = await propose(tx.session, handed)
    if proposal.changes_anything and not await _add(tx, proposal.after, proposal.row, author):
        raise _stale(handed.made_from, await current(tx.session))
    return proposal


async def adopt_shipped(tx: Tx, text: str) -> Rulebook:
    """Adopt the rules of a release where nobody has set any: those of an older release give way. Give what holds.

    Raises:
        Invalid: The text is no rulebook.
    """
    shipped, row = read_rulebook(text), await mirror.newest_rules(tx.session)
    if row is None or (row.shipped and not _read(row).says_as(shipped)):
        await _add(tx, shipped, row, Author())  # Where a replica was faster, it adopted the same.
        row = await current(tx.session)
    elif not row.shipped and not _read(row).says_as(shipped):
        log.info("rules of version %d were set by people and stay; this release ships others", row.version)
    return _read(row)


async def try_rules(tx: Tx, document: Any) -> None:  # noqa: ANN401 - JSON.
    """Let other rules hold in a copy.

    Raises:
        Invalid: As `domain_faults.check_rules`.
    """
    book, row = check_rules(document, await repository.known(tx.session)), await current(tx.session)
    if not _read(row).says_as(book):
        await _add(tx, book, row, Author())


def _read(row: RulebookRow) -> Rulebook:
    return read_rulebook(row.body, version=row.version, since=row.since)


def _stale(made_from: int, row: RulebookRow) -> Conflict:
    message = (
        f"made_from 的值 {made_from} 不是现行版本：现行为第 {row.version} 版"
        f"（{row.made_by or '随版本发布'}），请取第 {row.version} 版重新修改后再提交"
    )
    return Conflict(message, code="rules.stale", field="made_from", version=row.version)


async def _add(tx: Tx, book: Rulebook, before: RulebookRow | None, author: Author) -> bool:
    """Write the version after `before`; say whether nobody was faster.

    The first version holds from the beginning; a later one skips rungs that were past when it came.
    """
    version, since = (before.version + 1, tx.now) if before else (1, None)
    same_rungs = before is not None and _read(before).rules == book.rules
    if before and same_rungs:
        since = before.since  # Only when messages leave has changed: no rung is skipped for it.
    values = {"version": version, "since": since, "body": book.model_dump_json(exclude={"version", "since"})}
    values |= {"made_at": tx.now, "made_by": author.id, "reason": author.reason.strip()}
    added = await repository.add_version(tx.session, values)
    if added and not same_rungs:
        await mirror.replan(tx.session, now=tx.now)
    return added
