"""Use cases of publication: note which ratings may be, propose, publish, withdraw.

Invariant: nothing is published but by a person, of a rater who allowed it, in words in which redaction finds nothing;
each release and withdrawal is an event in the same transaction.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from services.gateway.publication.domain import State, check_released, check_state
from services.gateway.publication.models import Publication
from services.gateway.publication.repository import find, insert_waiting, published_of
from services.gateway.redaction.domain import Redacted, redact
from services.gateway.vault.domain import Kind
from shared.database import Tx
from shared.errors import NotFound
from shared.events.envelope import Envelope
from shared.events.ratings import RatingPublished, RatingSubmitted, RatingWithdrawn
from shared.streams import Entry

log = logging.getLogger(__name__)
_ALLOWED = b'"publish":true'  # As events are written; most ratings are passed over by this alone.
ERASED = "当事人的信息已销毁"


def note_allowed(connection: Connection, entries: Sequence[Entry]) -> None:
    """Note the ratings among the entries of a feed whose rater allows that they are published."""
    candidates = [entry.raw for entry in entries if entry.feed == "ratings" and _ALLOWED in entry.raw]
    found = [one.data for one in Envelope.read_all(candidates) if isinstance(one, Envelope)]
    if ratings := [
        one for one in found if isinstance(one, RatingSubmitted) and one.publish and not one.is_default
    ]:
        insert_waiting(connection, ratings)


def propose(known: Mapping[Kind, str]) -> Redacted:
    """Give a rater's words as redaction leaves them, for a person to check."""
    return redact(known.get(Kind.TEXT, ""), _names(known))


async def publish(
    tx: Tx, rating_id: str, *, said: Mapping[str, str], known: Mapping[Kind, str], by: str
) -> Publication:
    """Publish a rating in the words `said`: its `text` and the `outcome`, what came of it.

    Raises:
        NotFound: There is no such rating, or its rater did not allow it.
        Conflict: It is published already.
        Invalid: The words name somebody.
    """
    row = await _found(tx, rating_id)
    check_state(row.state, [State.WAITING, State.WITHDRAWN], "公开")
    check_released(said, _names(known), has_words=Kind.TEXT in known)
    row.state, row.revision = State.PUBLISHED.value, row.revision + 1
    row.text, row.outcome = said["text"], said["outcome"]
    row.published_at, row.published_by = tx.now, by
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = None, "", ""
    tx.publish(RatingPublished(rating_id=rating_id), revision=row.revision)
    return row


async def withdraw(tx: Tx, rating_id: str, *, reason: str, by: str) -> Publication:
    """Show a rating no more; its released words are forgotten.

    Raises:
        NotFound: There is no such rating, or its rater did not allow it.
        Conflict: It is not published.
    """
    row = await _found(tx, rating_id)
    check_state(row.state, [State.PUBLISHED], "撤下")
    _withdraw(tx, row, reason=reason, by=by)
    return row


async def withdraw_erased(tx: Tx, subjects: Sequence[str], *, by: str) -> None:
    """Show those of a person's ratings no more that are published: the person's key is destroyed."""
    for row in await published_of(tx.session, subjects):
        _withdraw(tx, row, reason=ERASED, by=by)


def _withdraw(tx: Tx, row: Publication, *, reason: str, by: str) -> None:
    row.state, row.revision = State.WITHDRAWN.value, row.revision + 1
    row.text = row.outcome = ""
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = tx.now, by, reason
    tx.publish(RatingWithdrawn(rating_id=row.rating_id), revision=row.revision)


async def _found(tx: Tx, rating_id: str) -> Publication:
    row = await find(tx.session, rating_id, lock=True)
    if row is None:
        raise not_allowed(rating_id)
    return row


def _names(known: Mapping[Kind, str]) -> Iterable[str]:
    return [value for kind, value in known.items() if kind is not Kind.TEXT]


def not_allowed(rating_id: str) -> NotFound:
    """Say that a rating can't be published."""
    message = f"评价 {rating_id[:64]} 不能公开：没有这条评价，或评价人未同意公开（刚收到的评价请稍后再试）"
    return NotFound(message, code="publication.not_allowed", field="rating_id")
