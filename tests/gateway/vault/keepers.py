"""Keepers for tests, and what they keep."""

import base64
from collections.abc import Mapping

from sqlalchemy import func, select

from services.gateway.vault.cipher import WrappingKeys
from services.gateway.vault.domain import Private
from services.gateway.vault.models import VaultEntry, VaultKey
from services.gateway.vault.service import Keeper
from shared.database import Database
from tests.gateway.world import VAULT_KEY

OTHER_KEY = base64.b64encode(b"o" * 32).decode()
ZHANG = Private(
    name="张晓梅",
    phone="13900001234",
    certificate="619900198503021234",
    text="我叫张晓梅，窗口让我跑了三趟，请回电13900001234。",
    address="崇文镇虎杨村三组12号",
    source="push",
)
LI = Private(name="李建国", phone="13900005678", text="等了两个小时。", source="push")
PLANTED = ("张晓梅", "13900001234", "619900198503021234", "虎杨村三组", "李建国", "13900005678", "跑了三趟")


async def keeper_of(db: Database, key: str = VAULT_KEY, old_key: str = "") -> Keeper:
    """Open the vault of a database."""
    keeper = Keeper(db, WrappingKeys(key, old_key))
    await keeper.start()
    return keeper


async def keep(db: Database, items: Mapping[str, Private], keeper: Keeper | None = None) -> Keeper:
    """Keep what is known of subjects, as an intake does."""
    opened = keeper or await keeper_of(db)
    await db.run_sync(lambda tx: opened.keep_many(tx, items.items()))
    return opened


async def counts(db: Database) -> tuple[int, int]:
    """Count the pieces, and the keys of persons."""
    async with db.reading() as session:
        pieces = await session.scalar(select(func.count()).select_from(VaultEntry))
        keys = await session.scalar(select(func.count()).select_from(VaultKey))
    return pieces or 0, (keys or 0) - 2  # Two are the vault's own.
