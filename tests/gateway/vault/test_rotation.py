"""The wrapping key is changed: all data keys come over, nothing is lost, and the old key reads nothing any more."""

import asyncio
from pathlib import Path

import pytest

from services.gateway.vault.rotation import rotate_offline
from shared.errors import Invalid, Unavailable
from shared.testing import FakeClock, sqlite_database
from tests.deploy.gateways import code_of, printed, run
from tests.gateway.vault.keepers import LI, OTHER_KEY, ZHANG, keep, keeper_of
from tests.gateway.world import VAULT_KEY


async def filled(folder: Path) -> str:
    """Make a vault of two persons and give the URL of its database."""
    db = sqlite_database("gateway", folder, FakeClock())
    await keep(db, {"a": ZHANG, "b": LI})
    await db.close()
    return f"sqlite:///{folder}/gateway.db"


async def test_rotation_brings_all_keys_over_and_may_be_repeated(tmp_path: Path) -> None:
    url = await filled(tmp_path)

    counts = [await rotate_offline(url, key=OTHER_KEY, old_key=VAULT_KEY) for _ in range(2)]

    db = sqlite_database("gateway", tmp_path, FakeClock())
    assert counts == [4, 0]
    assert await (await keeper_of(db, OTHER_KEY)).known("a") == dict(ZHANG.pieces())
    with pytest.raises(Unavailable, match="DUBAN_VAULT_OLD_KEY"):
        await keeper_of(db, VAULT_KEY)
    await db.close()


async def test_before_rotation_a_gateway_with_both_keys_reads_and_keeps(tmp_path: Path) -> None:
    await filled(tmp_path)
    db = sqlite_database("gateway", tmp_path, FakeClock())

    keeper = await keeper_of(db, OTHER_KEY, VAULT_KEY)
    await keep(db, {"c": ZHANG}, keeper)

    assert await keeper.known("a") == await keeper.known("c") == dict(ZHANG.pieces())
    await db.close()


async def test_a_wrong_old_key_changes_nothing(tmp_path: Path) -> None:
    url = await filled(tmp_path)

    with pytest.raises(Unavailable) as caught:
        await rotate_offline(url, key=OTHER_KEY, old_key=OTHER_KEY)
    with pytest.raises(Invalid):
        await rotate_offline(url, key=OTHER_KEY, old_key="none")

    db = sqlite_database("gateway", tmp_path, FakeClock())
    assert caught.value.code == "vault.key_other"
    assert await (await keeper_of(db)).known("b") == dict(LI.pieces())
    await db.close()


def test_the_command_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DUBAN_GATEWAY_DATABASE_URL", "DUBAN_VAULT_KEY", "DUBAN_VAULT_OLD_KEY"):
        monkeypatch.delenv(name, raising=False)

    assert code_of(run("vault", "rotate")) == "variable.missing"


async def test_the_command_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_GATEWAY_DATABASE_URL", await filled(tmp_path))
    monkeypatch.setenv("DUBAN_VAULT_KEY", OTHER_KEY)
    monkeypatch.setenv("DUBAN_VAULT_OLD_KEY", VAULT_KEY)

    said = [printed(await asyncio.to_thread(run, "vault", "rotate", *more)) for more in ((), ("--json",))]

    assert said[0].startswith("已用新密钥重新加密 4 把")
    assert said[1].strip() == '{"rewrapped": 0}'
