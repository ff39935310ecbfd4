"""API keys: made, found, listed and revoked; works on the gateway's own database, with or without the service."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.models import ApiKey
from services.gateway.ratings.repository import find_source
from services.gateway.roles import SHOWN, Key, hash_secret, scopes_for, secret_from, unit_for
from shared.clock import LiveClock
from shared.database import Database, Tx
from shared.errors import Invalid, NotFound
from shared.principal import Principal


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """What a new key shall be.

    Attributes:
        role: One of `roles.DEFAULT_SCOPES`.
        unit: Unit id that it acts for; required for the role `unit`.
        scopes: Scopes instead of the role's own.
        label: What people call it.
        source_id: Rating source of the ratings that it sends.
        lifetime: Real time until it expires; None for never.
    """

    role: str
    unit: str = ""
    scopes: Iterable[str] = ()
    label: str = ""
    source_id: str = ""
    lifetime: timedelta | None = None


async def create_key(tx: Tx, order: KeyOrder, *, real_now: datetime) -> tuple[ApiKey, str]:
    """Make a key and give it with its secret, which is told this once only.

    Raises:
        Invalid: The role, a scope or the rating source is not known, or the unit is missing.
    """
    scopes = scopes_for(order.role, order.scopes)
    if order.source_id and await find_source(tx.session, order.source_id) is None:
        raise Invalid(f"没有评价来源 {order.source_id}", code="source.unknown", field="source")
    secret = secret_from(secrets.token_bytes(32))
    key = ApiKey(
        id=f"key-{secrets.token_hex(8)}",
        secret_hash=hash_secret(secret),
        prefix=secret[:SHOWN],
        label=order.label,
        role=order.role,
        unit=unit_for(order.role, order.unit),
        scopes=" ".join(sorted(scopes)),
        source_id=order.source_id,
        created_at=real_now,
        expires_at=None if order.lifetime is None else real_now + order.lifetime,
        revoked_at=None,
    )
    tx.session.add(key)
    return key, secret


async def revoke_key(tx: Tx, key_id: str, *, real_now: datetime) -> ApiKey:
    """Revoke a key from now on; a key that is revoked already stays as it is.

    Raises:
        NotFound: There is no such key.
    """
    key = await tx.session.get(ApiKey, key_id)
    if key is None:
        raise NotFound(f"没有密钥 {key_id}", code="key.not_found", field="key_id")
    key.revoked_at = key.revoked_at or real_now
    return key


async def list_keys(session: AsyncSession) -> Sequence[ApiKey]:
    """Give all keys, oldest first."""
    return (await session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id))).all()


async def find_key(session: AsyncSession, secret_hash: str) -> Key | None:
    """Give the unrevoked key with this hash of its secret."""
    found = await session.scalar(
        select(ApiKey).where(ApiKey.secret_hash == secret_hash, ApiKey.revoked_at.is_(None))
    )
    if found is None:
        return None
    scopes = frozenset(found.scopes.split())
    principal = Principal(id=found.id, role=found.role, unit=found.unit, scopes=scopes)
    return Key(principal=principal, source_id=found.source_id, expires_at=found.expires_at)


async def create_key_offline(database_url: str, order: KeyOrder) -> tuple[ApiKey, str]:
    """Make a key in the database at `database_url`, without the service: the way to the first one.

    Raises:
        Invalid: As `create_key`.
    """
    db = Database(database_url, service="gateway", clock=LiveClock())
    try:
        async with db.transaction() as tx:
            return await create_key(tx, order, real_now=db.clock.real_now())
    finally:
        await db.close()


async def revoke_key_offline(database_url: str, key_id: str) -> ApiKey:
    """Revoke a key in the database at `database_url`; the service heeds it within five seconds.

    Raises:
        NotFound: There is no such key.
    """
    db = Database(database_url, service="gateway", clock=LiveClock())
    try:
        async with db.transaction() as tx:
            return await revoke_key(tx, key_id, real_now=db.clock.real_now())
    finally:
        await db.close()


async def list_keys_offline(database_url: str) -> Sequence[ApiKey]:
    """Give all keys in the database at `database_url`."""
    db = Database(database_url, service="gateway", clock=LiveClock())
    try:
        async with db.reading() as session:
            return await list_keys(session)
    finally:
        await db.close()
