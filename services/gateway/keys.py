"""API keys: made, found, listed, rotated and revoked; works on the gateway's own database, without the service too.

Invariant: every deed leaves a row of `key_audit` and an entry of the audit's chain in the same transaction.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.audit.domain import Deed
from services.gateway.audit.service import record
from services.gateway.feeds.repository_sources import find_source, list_sources
from services.gateway.models import ApiKey, KeyAudit
from services.gateway.roles import (
    ADMINISTRATORS,
    KEY_WRITERS,
    SHOWN,
    Key,
    hash_secret,
    scopes_for,
    secret_from,
    unit_for,
)
from shared.clock import LiveClock
from shared.database import Database, Tx
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.principal import Principal

RATING = "ratings:write"  # The only scope to which a feed source matters.
WRITING = "keys:write"
OFFLINE = "offline"  # Who acts on the command line: whoever has the machine.


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """What a new key shall be.

    Attributes:
        role: One of `roles.DEFAULT_SCOPES`.
        unit: Unit id that it acts for; required for the role `unit`.
        scopes: Scopes instead of the role's own.
        label: What people call it.
        source_id: Feed source of what it sends; it may send for no other. Empty leaves it free to name
            one with each rating.
        lifetime: Real time until it expires; None for never.
        per_minute: Requests that it may make a minute; 0 for any number, None for what its role may.
    """

    role: str
    unit: str = ""
    scopes: Iterable[str] = ()
    label: str = ""
    source_id: str = ""
    lifetime: timedelta | None = None
    per_minute: int | None = None


async def create_key(tx: Tx, order: KeyOrder, *, real_now: datetime, by: str = OFFLINE) -> tuple[ApiKey, str]:
    """Make a key, as the key `by`, and give it with its secret, which is told this once only.

    Raises:
        Invalid: The role, a scope or the feed source is not known, or the unit is missing, or a source is given to a
            key that may not send ratings.
    """
    scopes = scopes_for(order.role, order.scopes)
    if order.source_id:
        await _check_source(tx.session, order.source_id, scopes)
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
        per_minute=order.per_minute,
    )
    tx.session.add(key)
    await _log(tx, key, "made", at=real_now, by=by)
    return key, secret


async def _log(tx: Tx, key: ApiKey, what: str, *, at: datetime, by: str) -> None:
    row = KeyAudit(at=at, by=by, what=what, key_id=key.id, role=key.role, unit=key.unit)
    row.scopes, row.label = key.scopes, key.label
    tx.session.add(row)
    told = {"role": key.role, "unit": key.unit, "scopes": key.scopes}
    await record(tx, Deed(f"key.{what}", by, key.id, detail=told), at=at)


async def _check_source(session: AsyncSession, source_id: str, scopes: Iterable[str]) -> None:
    if RATING not in scopes:
        message = f"数据来源只用于能报送评价的密钥（权限 {RATING}，角色 feed），请去掉 --source 或改用该角色"
        raise Invalid(message, code="source.not_for_role", field="source")
    if await find_source(session, source_id) is None:
        known = "、".join(source.id for source in await list_sources(session))
        message = f"没有数据来源 {source_id}，可用：{known}；新来源请先登记（PUT /api/v1/feed-sources）"
        raise Invalid(message, code="source.unknown", field="source")


async def revoke_key(
    tx: Tx, key_id: str, *, real_now: datetime, by: str = OFFLINE, keep_last: bool = False
) -> ApiKey:
    """Revoke a key from now on, as the key `by`; a key that is revoked already stays as it is.

    Args:
        tx: The transaction.
        key_id: Which.
        real_now: The instant.
        by: Id of the key that does it.
        keep_last: Leave the last key that can make others, or nobody could any more without the machine.

    Raises:
        NotFound: There is no such key.
        Conflict: It is the last one that can make keys.
    """
    writers = await _writers(tx.session, real_now) if keep_last else []
    key = await tx.session.get(ApiKey, key_id)
    if key is None:
        raise NotFound(f"没有密钥 {key_id}", code="key.not_found", field="key_id")
    if writers == [key]:
        message = f"密钥 {key_id} 是最后一个安全管理员密钥，请先新建另一个再撤销"
        raise Conflict(message, code="key.last_writer", field="key_id")
    if key.revoked_at is None:
        key.revoked_at = real_now
        await _log(tx, key, "revoked", at=real_now, by=by)
    return key


async def rotate_key(
    tx: Tx, key_id: str, *, real_now: datetime, overlap: timedelta, by: str = OFFLINE
) -> tuple[ApiKey, str]:
    """Give a key a new secret, told this once only; the old one counts for `overlap` (real time) beside it.

    Raises:
        NotFound: There is no such key.
        Forbidden: It is an administrator's, and not the one that asks: who knew its secret would be two of them.
        Conflict: It is revoked or expired.
    """
    key = await tx.session.get(ApiKey, key_id, with_for_update=True)
    if key is None:
        raise NotFound(f"没有密钥 {key_id[:64]}", code="key.not_found", field="key_id")
    if key.role in ADMINISTRATORS and by not in {OFFLINE, key.id}:
        message = "管理员的密钥只能由其本人或在服务器上更换（duban key rotate）"
        raise Forbidden(message, code="role.kept_apart", field="key_id")
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= real_now):
        raise Conflict(f"密钥 {key_id} 已撤销或过期，请新建", code="key.over", field="key_id")
    secret = secret_from(secrets.token_bytes(32))
    key.old_hash, key.old_until = (key.secret_hash, real_now + overlap) if overlap else (None, None)
    key.secret_hash, key.prefix = hash_secret(secret), secret[:SHOWN]
    await _log(tx, key, "rotated", at=real_now, by=by)
    return key, secret


async def _writers(session: AsyncSession, real_now: datetime) -> list[ApiKey]:
    """Give the keys that can make others, locked in one order: of two who revoke at once, the later one sees it."""
    wanted = select(ApiKey).where(ApiKey.role.in_(KEY_WRITERS), ApiKey.revoked_at.is_(None))
    found = await session.scalars(wanted.order_by(ApiKey.id).with_for_update())
    return [
        key
        for key in found
        if WRITING in key.scopes.split() and (key.expires_at is None or key.expires_at > real_now)
    ]


async def list_audit(session: AsyncSession, *, limit: int, before: int | None = None) -> Sequence[KeyAudit]:
    """Give what was done with keys, the latest first; `before` is the id to go on from."""
    wanted = select(KeyAudit).order_by(KeyAudit.id.desc()).limit(limit)
    return (await session.scalars(wanted if before is None else wanted.where(KeyAudit.id < before))).all()


async def list_keys(session: AsyncSession) -> Sequence[ApiKey]:
    """Give all keys, oldest first."""
    return (await session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id))).all()


async def find_key(session: AsyncSession, secret_hash: str, *, real_now: datetime) -> Key | None:
    """Give the unrevoked key with this hash of its secret, or of the one before while that counts."""
    is_old = (ApiKey.old_hash == secret_hash) & (ApiKey.old_until > real_now)
    wanted = select(ApiKey).where((ApiKey.secret_hash == secret_hash) | is_old, ApiKey.revoked_at.is_(None))
    found = await session.scalar(wanted)
    if found is None:
        return None
    scopes = frozenset(found.scopes.split())
    principal = Principal(id=found.id, role=found.role, unit=found.unit, scopes=scopes)
    ends = [found.expires_at, found.old_until if found.old_hash == secret_hash else None]
    expires_at = min((one for one in ends if one is not None), default=None)
    return Key(
        principal=principal, source_id=found.source_id, expires_at=expires_at, per_minute=found.per_minute
    )


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


async def rotate_key_offline(database_url: str, key_id: str, *, overlap: timedelta) -> tuple[ApiKey, str]:
    """Give a key in the database at `database_url` a new secret.

    Raises:
        NotFound, Conflict: As `rotate_key`.
    """
    db = Database(database_url, service="gateway", clock=LiveClock())
    try:
        async with db.transaction() as tx:
            return await rotate_key(tx, key_id, real_now=db.clock.real_now(), overlap=overlap)
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
