"""Use cases of the vault: keep, look, destroy, and bring all data keys under another wrapping key.

Invariant: nothing is shown unmasked, and no key destroyed, without a row of `vault_deed` and an entry of the audit in
the same transaction; nothing is shown masked without the latter.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from services.gateway.audit.domain import Deed
from services.gateway.audit.service import record
from services.gateway.vault.cipher import WrappingKeys, close, new_key, reveal
from services.gateway.vault.domain import Kind, Private, caller_of, person_of
from services.gateway.vault.models import VaultDeed
from services.gateway.vault.repository import (
    Closed,
    Gone,
    Wrapped,
    closed_pieces,
    delete_expired,
    destroy_persons,
    has_expired,
    insert_keys,
    keys_not_under,
    persons_of,
    put_entries,
    rewrap,
    wrapped_keys,
)
from shared.bulk import stored
from shared.database import Database, SyncTx, Tx
from shared.errors import NotFound, Unavailable
from shared.tables import UtcDateTime

log = logging.getLogger(__name__)
# Whose the vault's own two keys are; no keyed hash of a person is so short.
NAMING, RAW = b"naming", b"raw"
RING = (NAMING, RAW)
_SEALED = b"raw record"
_AT_ONCE = 500  # Rows of one transaction of upkeep.


class Ring(NamedTuple):
    """The vault's own keys.

    Attributes:
        naming: Names persons by keyed hashes; it outlives every wrapping key.
        raw: Closes records that could not be read, whoever they are of.
    """

    naming: bytes
    raw: bytes


class Keeper:
    """The vault. `start` reads its own keys, which are made at the first start."""

    def __init__(self, db: Database, keys: WrappingKeys) -> None:
        self._db = db
        self._keys = keys
        self._ring: Ring | None = None

    @property
    def is_open(self) -> bool:
        """Whether its own keys are there."""
        return self._ring is not None

    async def start(self) -> None:
        """Read the vault's own keys, or make them.

        Raises:
            Unavailable: They are wrapped by a key that we don't have.
        """
        found = await self._db.run_sync(lambda tx: self._data_keys(tx, RING))
        self._ring = Ring(found[NAMING], found[RAW])

    def keep(self, tx: SyncTx, subject_id: str, private: Private) -> None:
        """Keep what is known of a subject's person; see `keep_many`, which is far cheaper for many."""
        self.keep_many(tx, [(subject_id, private)])

    def keep_many(self, tx: SyncTx, items: Iterable[tuple[str, Private]]) -> None:
        """Keep what is known of the persons of many subjects; what was kept of a subject before gives way.

        Raises:
            Unavailable: The vault is not open.
        """
        ring = self._opened()
        said = {subject: private for subject, private in items if private.pieces()}
        if not said:
            return
        persons = {subject: person_of(ring.naming, subject, private) for subject, private in said.items()}
        keys = self._data_keys(tx, sorted(set(persons.values())))
        kept_at = stored(tx.connection, UtcDateTime(), self._db.clock.real_now())
        rows: list[tuple[object, ...]] = []
        for subject, private in sorted(said.items()):
            person = persons[subject]
            for kind, value in private.pieces():
                closed = close(keys[person], value.encode(), about=_about(subject, kind))
                rows.append((subject, kind.value, person, closed, kept_at))
        put_entries(tx.connection, rows)

    def pseudonym(self, source: str, phone: str) -> str:
        """Name a caller for events: the same for one telephone number of a source, and never led back to it.

        Raises:
            Unavailable: The vault is not open.
        """
        return caller_of(self._opened().naming, source, phone)

    def seal(self, raw: bytes) -> bytes:
        """Close a record that could not be read, under a key of the vault's own.

        Raises:
            Unavailable: The vault is not open.
        """
        return close(self._opened().raw, raw, about=_SEALED)

    def open(self, sealed: bytes) -> bytes:
        """Give a record that was sealed.

        Raises:
            Unavailable: The vault is not open.
            Permanent: It is none of ours, or was changed.
        """
        return reveal(self._opened().raw, sealed, about=_SEALED)

    async def known(self, subject_id: str) -> dict[Kind, str]:
        """Give what is kept of a subject, for decisions and masks; show it to nobody as it is."""
        async with self._db.reading() as session:
            pieces = await closed_pieces(session, subject_id)
        return self._revealed(subject_id, pieces)

    async def show(
        self, tx: Tx, subject_id: str, kinds: Sequence[Kind], *, by: str, reason: str
    ) -> dict[Kind, str]:
        """Give the asked pieces of a subject to the key `by`, and log that.

        Raises:
            NotFound: Nothing of these kinds is kept of the subject.
        """
        pieces = [piece for piece in await closed_pieces(tx.session, subject_id) if piece.kind in kinds]
        if not pieces:
            raise nothing_kept(subject_id)
        shown = self._revealed(subject_id, pieces)
        await self._log(tx, VaultDeed(what="seen", by=by, subject_id=subject_id, reason=reason), list(shown))
        return shown

    async def note_returned(self, subject_id: str, *, by: str, reason: str) -> None:
        """Log, in a transaction of its own, that what was answered to a person goes to the platform `by`."""
        async with self._db.transaction() as tx:
            deed = VaultDeed(what="returned", by=by, subject_id=subject_id, reason=reason)
            await self._log(tx, deed, [Kind.TEXT])

    async def destroy(self, tx: Tx, subject_id: str, *, by: str, reason: str) -> Gone:
        """Destroy the keys of a subject's persons with all pieces of theirs, of other subjects too.

        Raises:
            NotFound: Nothing is kept of the subject.
        """
        persons = await persons_of(tx.session, subject_id)
        if not persons:
            raise nothing_kept(subject_id)
        gone = await destroy_persons(tx.session, persons)
        await self._log(
            tx, VaultDeed(what="destroyed", by=by, subject_id=subject_id, reason=reason), gone.kinds
        )
        return gone

    async def expire(self, retention: timedelta) -> bool:
        """Delete some of what is past its retention (real time), and say whether there may be more."""
        before = self._db.clock.real_now() - retention
        async with self._db.reading() as session:
            if not await has_expired(session, before):
                return False
        async with self._db.transaction() as tx:
            count = await delete_expired(tx.session, before, limit=_AT_ONCE)
        log.info("vault: %d pieces past their retention were destroyed", count)
        return count == _AT_ONCE

    async def note_look(self, tx: Tx, subject_id: str, kinds: Iterable[str], *, by: str) -> None:
        """Put a look at masked pieces of a subject by the key `by` into the audit."""
        told = {"kinds": " ".join(kinds)}
        await record(tx, Deed("vault.masked", by, subject_id, detail=told), at=self._db.clock.real_now())

    async def _log(self, tx: Tx, deed: VaultDeed, kinds: Iterable[str]) -> None:
        deed.at, deed.kinds = self._db.clock.real_now(), " ".join(kinds)
        tx.session.add(deed)
        told = {"kinds": deed.kinds, "reason": deed.reason}
        await record(tx, Deed(f"vault.{deed.what}", deed.by, deed.subject_id, detail=told), at=deed.at)

    def _opened(self) -> Ring:
        if self._ring is None:
            message = "保险库尚未打开，姓名、电话和文字无处保存：请查看 /readyz 的原因，稍后再试"
            raise Unavailable(message, code="vault.closed")
        return self._ring

    def _revealed(self, subject_id: str, pieces: Iterable[Closed]) -> dict[Kind, str]:
        return {
            Kind(kind): reveal(self._unwrap(key), closed, about=_about(subject_id, Kind(kind))).decode()
            for kind, closed, key in sorted(pieces)
        }

    def _data_keys(self, tx: SyncTx, persons: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Give the data key of each person; who has none gets one."""
        found = wrapped_keys(tx.connection, persons)
        missing = [person for person in persons if person not in found]
        made = {person: new_key() for person in missing}
        rows = [Wrapped(one, self._keys.current_id, self._keys.wrap(key, one)) for one, key in made.items()]
        if not insert_keys(tx.connection, rows):  # Somebody else made one meanwhile: theirs counts.
            found |= wrapped_keys(tx.connection, missing)
        return made | {person: self._unwrap(key) for person, key in found.items()}

    def _unwrap(self, key: Wrapped) -> bytes:
        return self._keys.unwrap(key.wrapped, key.person, key_id=key.key_id)


def _about(subject_id: str, kind: Kind) -> bytes:
    return f"{subject_id}\x1f{kind}".encode()


def nothing_kept(subject_id: str) -> NotFound:
    """Say that nothing is kept of a subject: nothing was sent, or it is destroyed."""
    message = f"保险库中没有 {subject_id[:64]} 的内容：未曾报送，或已过保存期，或已销毁"
    return NotFound(message, code="vault.nothing", field="subject_id")


def bring_over(tx: SyncTx, keys: WrappingKeys) -> int:
    """Wrap some data keys anew that an old wrapping key wraps, and give how many those were.

    Raises:
        Unavailable: One is wrapped by a key that we don't have.
    """
    found = keys_not_under(tx.connection, keys.current_id, limit=_AT_ONCE)
    for key in found:
        data_key = keys.unwrap(key.wrapped, key.person, key_id=key.key_id)
        rewrap(tx.connection, Wrapped(key.person, keys.current_id, keys.wrap(data_key, key.person)))
    return len(found)
