"""The vault keeps a person's pieces under a key of the person's own, on both databases."""

import asyncio
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select, update

from services.gateway.vault.cipher import WrappingKeys
from services.gateway.vault.domain import Kind, Private
from services.gateway.vault.models import VaultDeed, VaultEntry, VaultKey
from services.gateway.vault.service import Keeper
from services.gateway.vault.upkeep import REST, Upkeep
from shared.database import Database
from shared.errors import NotFound, Permanent, Unavailable
from shared.testing import FakeClock
from tests.gateway.test_databases import db, postgres  # noqa: F401 - fixtures: both kinds of database.
from tests.gateway.vault.keepers import LI, OTHER_KEY, ZHANG, counts, keep, keeper_of
from tests.gateway.world import VAULT_KEY


async def test_what_is_kept_is_known_again(db: Database) -> None:  # noqa: F811 - the fixture.
    keeper = await keep(db, {"r1": ZHANG, "r2": LI})

    assert await keeper.known("r1") == dict(ZHANG.pieces())
    assert await keeper.known("r2") == dict(LI.pieces())
    assert await keeper.known("r3") == {}


async def test_one_subject_at_a_time_is_kept_alike(db: Database) -> None:  # noqa: F811
    keeper = await keeper_of(db)

    await db.run_sync(lambda tx: keeper.keep(tx, "r1", LI))
    await db.run_sync(lambda tx: keeper.keep(tx, "r2", Private(source="push")))

    assert await counts(db) == (3, 1)


async def test_one_person_of_a_source_has_one_key(db: Database) -> None:  # noqa: F811
    same_number = Private(phone="139 0000 5678", source="push")
    elsewhere = Private(phone="13900005678", source="other")

    await keep(db, {"a": LI, "b": same_number, "c": elsewhere, "d": Private(text="好", source="push")})

    assert await counts(db) == (6, 3)


async def test_a_subject_that_is_kept_again_has_the_later_pieces(db: Database) -> None:  # noqa: F811
    keeper = await keep(db, {"a": LI, "b": ZHANG})

    await keep(db, {"a": ZHANG, "c": LI}, keeper)

    assert await keeper.known("a") == dict(ZHANG.pieces())
    assert await keeper.known("c") == dict(LI.pieces())


async def test_many_who_keep_the_same_persons_at_once_agree_on_their_keys(db: Database) -> None:  # noqa: F811
    keepers = await asyncio.gather(*(keeper_of(db) for _ in range(4)))

    await asyncio.gather(*(keep(db, {f"{n}": ZHANG, f"x{n}": LI}, one) for n, one in enumerate(keepers)))

    assert [await keepers[0].known(f"{n}") for n in range(4)] == [dict(ZHANG.pieces())] * 4
    assert await counts(db) == (4 * 8, 2)


async def test_two_thousand_subjects_fit_one_transaction(db: Database) -> None:  # noqa: F811
    people = {f"r{n}": Private(name="王芳", phone=f"139{n:08d}", source="push") for n in range(2000)}

    keeper = await keep(db, people)

    assert await counts(db) == (4000, 2000)
    assert (await keeper.known("r1999"))[Kind.PHONE] == "13900001999"


async def test_destroying_a_person_takes_all_subjects_of_theirs_and_nobody_elses(db: Database) -> None:  # noqa: F811
    keeper = await keep(db, {"a": ZHANG, "b": ZHANG, "c": LI})

    async with db.transaction() as tx:
        gone = await keeper.destroy(tx, "a", by="key-1", reason="本人要求")

    assert (gone.subjects, gone.kinds) == (["a", "b"], ["address", "certificate", "name", "phone", "text"])
    assert [await keeper.known(one) for one in ("a", "b", "c")] == [{}, {}, dict(LI.pieces())]
    assert await counts(db) == (3, 1)
    with pytest.raises(NotFound):
        async with db.transaction() as tx:
            await keeper.destroy(tx, "a", by="key-1", reason="再次")


async def test_a_look_is_logged_with_the_look_and_only_for_what_is_there(db: Database) -> None:  # noqa: F811
    keeper = await keep(db, {"a": LI})

    async with db.transaction() as tx:
        shown = await keeper.show(tx, "a", [Kind.PHONE, Kind.ADDRESS], by="key-1", reason="回访")
    with pytest.raises(NotFound):
        async with db.transaction() as tx:
            await keeper.show(tx, "a", [Kind.ADDRESS], by="key-1", reason="回访")

    async with db.reading() as session:
        (deed,) = (await session.scalars(select(VaultDeed))).all()
    assert shown == {Kind.PHONE: LI.phone}
    assert (deed.by, deed.what, deed.kinds, deed.reason) == ("key-1", "seen", "phone", "回访")


async def test_pieces_past_their_retention_go_and_keys_without_pieces_with_them(db: Database) -> None:  # noqa: F811
    clock, keeper = cast("FakeClock", db.clock), await keep(db, {"a": ZHANG, "b": LI})
    clock.advance(timedelta(days=30))
    await keep(db, {"c": LI}, keeper)
    clock.advance(timedelta(days=30, seconds=1))

    more = await keeper.expire(timedelta(days=60))

    assert (more, await counts(db)) == (False, (3, 1))
    assert (await keeper.known("b"), await keeper.known("c")) == ({}, dict(LI.pieces()))
    assert await keeper.expire(timedelta(days=60)) is False


async def test_a_piece_that_is_moved_to_another_subject_can_not_be_read(db: Database) -> None:  # noqa: F811
    keeper = await keep(db, {"a": ZHANG})

    async with db.transaction() as tx:
        await tx.session.execute(update(VaultEntry).values(subject_id="b"))

    with pytest.raises(Permanent) as caught:
        await keeper.known("b")
    assert caught.value.code == "vault.unreadable"


async def test_records_that_could_not_be_read_are_sealed_under_a_key_of_the_vault(db: Database) -> None:  # noqa: F811
    keeper = await keeper_of(db)

    sealed = keeper.seal("张晓梅,13900001234".encode())

    assert keeper.open(sealed).decode() == "张晓梅,13900001234"
    assert (await keeper_of(db)).open(sealed) == keeper.open(sealed)
    assert "张晓梅".encode() not in sealed
    assert sealed != keeper.seal("张晓梅,13900001234".encode())
    with pytest.raises(Permanent):
        keeper.open(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(Permanent):
        keeper.open(b"none of ours")


async def test_a_vault_under_another_key_stays_closed_and_keeps_nothing(db: Database) -> None:  # noqa: F811
    await keep(db, {"a": LI})
    other = Upkeep(closed := Keeper(db, WrappingKeys(OTHER_KEY)), timedelta(days=1))

    await other.start()
    with pytest.raises(Unavailable, match="尚未打开") as caught:
        await keep(db, {"b": LI}, closed)
    problems = other.problems()
    await other.stop()

    assert caught.value.code == "vault.closed"
    assert problems
    assert await counts(db) == (3, 1)


async def test_a_vault_opens_by_itself_and_its_upkeep_rests(db: Database) -> None:  # noqa: F811
    keeper = Keeper(db, WrappingKeys(VAULT_KEY))
    upkeep = Upkeep(keeper, timedelta(days=1))

    before = upkeep.problems()
    rest = await upkeep._step()  # noqa: SLF001 - one turn of the loop.

    assert (before, upkeep.problems(), rest) == (["vault: not open yet"], [], REST)
    assert keeper.is_open


async def test_keys_of_persons_are_wrapped(db: Database) -> None:  # noqa: F811
    await keep(db, {"a": ZHANG})

    async with db.reading() as session:
        rows = (await session.scalars(select(VaultKey))).all()
    assert {(len(row.wrapped), len(row.key_id)) for row in rows} == {(61, 12)}


async def test_a_caller_keeps_its_pseudonym_and_a_closed_vault_gives_none(db: Database) -> None:  # noqa: F811 - a fixture.
    first = (await keeper_of(db)).pseudonym("hotline", ZHANG.phone)
    again = (await keeper_of(db)).pseudonym("hotline", f" {ZHANG.phone} ")

    assert (len(first), first == again) == (32, True)
    with pytest.raises(Unavailable):
        Keeper(db, WrappingKeys(VAULT_KEY)).pseudonym("hotline", ZHANG.phone)
