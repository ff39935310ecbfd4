"""Rows of accounts, sessions and tries."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from services.gateway.accounts.models import (
    Account,
    FormerPassword,
    LoginSession,
    LoginTries,
    RecoveryCode,
)
from shared.bulk import insert_rows, stored
from shared.tables import UtcDateTime

TRIES = cast("Table", LoginTries.__table__)
_OLD_TRIES = timedelta(days=1)
_OLD_SESSIONS = timedelta(days=180)  # Kept as long as logs have to be.


def subject_of(kind: str, name: str) -> str:
    """Name what tries are counted for, without keeping what people typed."""
    return f"{kind}:{hashlib.sha256(name.encode()).hexdigest()}"


async def find_login(session: AsyncSession, login: str) -> Account | None:
    """Give the account with a login name."""
    return await session.scalar(select(Account).where(Account.login == login))


async def find_taken(session: AsyncSession, login: str, person: str) -> Sequence[Account]:
    """Give the accounts that have a login name or a staff number."""
    wanted = select(Account).where((Account.login == login) | (Account.person == person))
    return (await session.scalars(wanted)).all()


async def lock_account(session: AsyncSession, account_id: str) -> Account | None:
    """Give an account, ours until the transaction ends."""
    wanted = select(Account).where(Account.id == account_id).with_for_update()
    return await session.scalar(wanted.execution_options(populate_existing=True))


async def list_accounts(session: AsyncSession, *, after: str, limit: int) -> Sequence[Account]:
    """Give accounts by login name, behind the one named `after`."""
    wanted = select(Account).where(Account.login > after).order_by(Account.login).limit(limit)
    return (await session.scalars(wanted)).all()


async def count_active(session: AsyncSession, role: str, *, but: str) -> int:
    """Count the active accounts of a role, one left out; all of them are ours until the transaction ends."""
    wanted = select(Account.id).where(Account.role == role, Account.state == "active").order_by(Account.id)
    return len([one for one in await session.scalars(wanted.with_for_update()) if one != but])


async def lock_tries(session: AsyncSession, subject: str, now: datetime) -> LoginTries:
    """Give the tries of a subject, ours until the transaction ends; none yet is a count of 0."""

    def put(one: Session) -> None:
        connection = one.connection()
        row = (subject, 0, stored(connection, UtcDateTime(), now), None)
        insert_rows(connection, TRIES, [row], skip_known=True)

    await session.run_sync(put)
    wanted = select(LoginTries).where(LoginTries.subject == subject).with_for_update()
    return (await session.scalars(wanted.execution_options(populate_existing=True))).one()


async def forget_old_tries(session: AsyncSession, now: datetime) -> None:
    """Forget tries that are long past."""
    await session.execute(delete(LoginTries).where(LoginTries.last_at < now - _OLD_TRIES))


async def forget_tries(session: AsyncSession, *subjects: str) -> None:
    """Forget tries."""
    await session.execute(delete(LoginTries).where(LoginTries.subject.in_(subjects)))


async def former_passwords(session: AsyncSession, account_id: str, count: int) -> list[str]:
    """Give the hashes of the last passwords before the present one."""
    wanted = select(FormerPassword.password).where(FormerPassword.account_id == account_id)
    return list(await session.scalars(wanted.order_by(FormerPassword.set_at.desc()).limit(count)))


async def open_sessions(session: AsyncSession, account_id: str, now: datetime) -> Sequence[LoginSession]:
    """Give the sessions of an account that have not ended, the latest first."""
    wanted = select(LoginSession).where(
        LoginSession.account_id == account_id,
        LoginSession.expires_at > now,
        LoginSession.ended_at.is_(None),
    )
    return (await session.scalars(wanted.order_by(LoginSession.opened_at.desc()))).all()


async def end_sessions(
    session: AsyncSession, account_id: str, now: datetime, *, but: str = "", only: str = ""
) -> list[str]:
    """End the sessions of an account, one left out, or one only; gives the hashes of their tokens."""
    ended = update(LoginSession).where(
        LoginSession.account_id == account_id,
        LoginSession.ended_at.is_(None),
        LoginSession.id != but,
    )
    if only:
        ended = ended.where(LoginSession.id == only)
    rows = await session.execute(ended.values(ended_at=now).returning(LoginSession.token_hash))
    return list(rows.scalars())


async def forget_sessions(session: AsyncSession, account_id: str, now: datetime) -> None:
    """Delete the sessions of an account that ended half a year ago."""
    old = LoginSession.expires_at < now - _OLD_SESSIONS
    await session.execute(delete(LoginSession).where(LoginSession.account_id == account_id, old))


async def use_recovery_code(session: AsyncSession, account_id: str, code_hash: str) -> bool:
    """Use up a recovery code; says whether it was there."""
    gone = delete(RecoveryCode).where(
        RecoveryCode.code_hash == code_hash, RecoveryCode.account_id == account_id
    )
    return (await session.execute(gone.returning(RecoveryCode.code_hash))).first() is not None


async def put_recovery_codes(session: AsyncSession, account_id: str, hashes: Sequence[str]) -> None:
    """Keep these recovery codes instead of those before."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(RecoveryCode(code_hash=one, account_id=account_id) for one in hashes)


async def count_recovery_codes(session: AsyncSession, account_id: str) -> int:
    """Count the recovery codes that are left."""
    wanted = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return await session.scalar(wanted) or 0
