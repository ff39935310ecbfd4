"""What is kept of a person is in no table, log, metric or event; after the destruction no store yields it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from services.gateway.vault.cipher import WrappingKeys, reveal
from services.gateway.vault.domain import Kind, person_of
from services.gateway.vault.models import VaultEntry, VaultKey
from services.gateway.vault.service import NAMING
from shared.tables import OUTBOX
from tests.gateway.publication.rated import rated
from tests.gateway.publication.test_publication import API, release
from tests.gateway.vault.keepers import LI, PLANTED, ZHANG, keep
from tests.gateway.world import VAULT_KEY, World, gateway

NAMES = [*PLANTED, ZHANG.address, "等了两个小时"]


def files_of(folder: Path) -> Iterator[bytes]:
    """Give the bytes of the database and of what SQLite keeps beside it."""
    for path in folder.glob("gateway.db*"):
        yield path.read_bytes()


def planted_in(*haystacks: bytes) -> list[str]:
    shapes = [
        (word, shape) for word in NAMES for shape in (word.encode(), word.encode("utf-16-le"), escaped(word))
    ]
    return [word for word, shape in shapes if any(shape in hay for hay in haystacks)]


def escaped(word: str) -> bytes:
    """Write a word as JSON with escapes does."""
    return word.encode("ascii", "backslashreplace")


async def a_life(world: World) -> None:
    """Keep, look, fail to look, propose, publish wrongly and rightly."""
    rating_id = await rated(world.db)
    await keep(world.db, {"order-1": LI})
    async with await world.client(role="supervisor") as client:
        await client.get(f"{API}/vault/{rating_id}")
        wish = {"reason": "核实后回访", "kinds": [kind.value for kind in Kind]}
        seen = await client.post(f"{API}/vault/{rating_id}/unmasked", json=wish)
        await client.post(f"{API}/vault/{rating_id}/unmasked", json={"reason": "", "kinds": ["name"]})
        await client.get(f"{API}/ratings/{rating_id}/publication")
    assert ZHANG.name in seen.text
    await release(world, rating_id, text=ZHANG.text)
    await release(world, rating_id, text="某某，来回多次。")


@pytest.mark.slow
async def test_nothing_planted_is_in_any_store_log_metric_or_event(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with gateway(tmp_path) as world:
        await a_life(world)
        async with world.inside() as inside:
            metrics = (await inside.get("/metrics")).content
        async with world.db.reading() as session:
            events = list(await session.scalars(select(OUTBOX.c.payload)))
        open_files = list(files_of(tmp_path))

    assert events
    assert planted_in(*open_files, *files_of(tmp_path), metrics, *events, caplog.text.encode()) == []
    assert planted_in(b"x" + ZHANG.phone.encode()) == [ZHANG.phone] * 2  # The search finds what is there.


@pytest.mark.slow
async def test_after_the_destruction_no_store_yields_the_text_even_with_the_wrapping_key(
    tmp_path: Path,
) -> None:
    async with gateway(tmp_path) as world:
        await a_life(world)
        async with world.db.reading() as session:
            keys = {row.person: row for row in await session.scalars(select(VaultKey))}
            pieces = (
                await session.scalars(select(VaultEntry).where(VaultEntry.subject_id == "push.1.1"))
            ).all()
        async with await world.client(role="secadmin") as client:
            await client.delete(f"{API}/vault/people/push.1.1", params={"reason": "本人要求"})
        async with await world.client(role="supervisor") as client:
            answers = [
                await client.get(f"{API}/vault/push.1.1"),
                await client.get(f"{API}/ratings/push.1.1/publication"),
            ]

    wrapping, naming = WrappingKeys(VAULT_KEY), keys[NAMING]
    secret = wrapping.unwrap(naming.wrapped, NAMING, key_id=naming.key_id)
    person = person_of(secret, "push.1.1", ZHANG)
    left = b"".join(files_of(tmp_path))
    assert {piece.person for piece in pieces} == {person}
    assert keys[person].wrapped not in left
    assert [piece.kind for piece in pieces if piece.closed in left] == []
    assert keys[NAMING].wrapped in left  # The search finds what is there.
    assert planted_in(*(answer.content for answer in answers), left) == []


async def test_without_its_wrapping_key_a_stolen_database_says_nothing(tmp_path: Path) -> None:
    async with gateway(tmp_path) as world:
        await keep(world.db, {"r1": ZHANG})
        async with world.db.reading() as session:
            key = (await session.scalars(select(VaultKey).where(VaultKey.person != NAMING))).first()
            piece = (await session.scalars(select(VaultEntry))).first()

    assert key is not None
    assert piece is not None
    with pytest.raises(Exception, match="无法解密"):
        reveal(b"\0" * 32, piece.closed, about=b"r1\x1f" + piece.kind.encode())
