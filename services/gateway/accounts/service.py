"""Use cases of somebody who comes in: log in, log out, choose a password; what each needs in common.

Invariants: a try is counted before it is judged; a refused login does not tell why; at each step towards more rights
the session gets a new token and the old one ends.
"""

import secrets
from dataclasses import dataclass

from services.gateway.accounts import repository as rows
from services.gateway.accounts.domain import (
    Login,
    Standing,
    State,
    Tries,
    Verdict,
    attempt,
    is_old,
    judge_login,
)
from services.gateway.accounts.domain_sessions import Needs, OpenSession, Stage, life_of, next_stage
from services.gateway.accounts.models import Account, LoginSession
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.rules import Rules
from services.gateway.accounts.sessions import TOKEN_PREFIX, Sessions, opened_of
from services.gateway.audit.domain import UNKNOWN, Deed
from services.gateway.audit.service import record
from services.gateway.roles import hash_secret
from shared.database import Database, Tx
from shared.errors import TooMany, Unauthorized


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody comes from."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A session with its token, which is told this once only."""

    token: str
    session: OpenSession
    account: Account


@dataclass(frozen=True, slots=True)
class Desk:
    """What the use cases need."""

    db: Database
    rules: Rules
    passwords: Passwords
    sessions: Sessions


async def count_try(desk: Desk, subject: str) -> None:
    """Count a try, in a transaction of its own.

    Raises:
        TooMany: No more are taken now.
    """
    now = desk.db.clock.real_now()
    async with desk.db.transaction() as tx:
        row = await rows.lock_tries(tx.session, subject, now)
        tries = Tries(row.count, row.last_at, row.locked_until)
        verdict, tries = attempt(tries, now, desk.rules.lockout)
        row.count, row.last_at, row.locked_until = tries.count, tries.last_at, tries.locked_until
    if verdict is Verdict.LOCKED and tries.locked_until is not None:
        wait = int((tries.locked_until - now).total_seconds()) + 1
        message = f"连续失败 {tries.count} 次，已锁定，请 {wait} 秒后再试，或请系统管理员解锁"
        raise TooMany(message, code="login.locked", retry_after=wait)


async def log_in(desk: Desk, login: str, password: str, where: Where) -> Opened:
    """Open a session; what is still to be done is its stage.

    Raises:
        TooMany: The login name is locked after failures.
        Unauthorized: Name or password are wrong, or the account may not be used.
    """
    name, subject = login.strip().lower(), rows.subject_of("login", login.strip().lower())
    await count_try(desk, subject)
    async with desk.db.reading() as session:
        account = await rows.find_login(session, name)
    fits = await desk.passwords.fits(None if account is None else account.password, password)
    login_is = judge_login(_standing(account), desk.db.clock.real_now(), fits=fits)
    if account is None or login_is is not Login.ADMITTED:
        raise await _refused(desk, account, login_is, where)
    new_hash = await desk.passwords.hashed(password) if desk.passwords.is_dated(account.password) else ""
    async with desk.db.transaction() as tx:
        row = await rows.lock_account(tx.session, account.id)
        is_same = row is not None and row.password == account.password
        now = desk.db.clock.real_now()
        if row is not None and is_same and judge_login(_standing(row), now, fits=True) is Login.ADMITTED:
            row.password = new_hash or row.password
            return await _admit(desk, tx, row, where, subject)
    raise await _refused(desk, account, Login.WRONG, where)  # It was changed meanwhile.


async def _admit(desk: Desk, tx: Tx, row: Account, where: Where, subject: str) -> Opened:
    now = desk.db.clock.real_now()
    await rows.forget_tries(tx.session, subject)
    await rows.forget_sessions(tx.session, row.id, now)
    row.first_used, row.last_login_at = row.first_until is not None, now
    opened = open_session(desk, tx, row, where)
    told = {"session": opened.session.id, "stage": opened.session.stage}
    await record(tx, Deed("session.opened", row.id, row.id, where.address, detail=told), at=now)
    return opened


async def _refused(desk: Desk, account: Account | None, login_is: Login, where: Where) -> Unauthorized:
    """Put a refused login down; a name that nobody has is not kept, since people type their passwords there."""
    rules, now = desk.rules.lockout, desk.db.clock.real_now()
    about = "" if account is None else account.id
    deed = Deed("login.failed", UNKNOWN, about, where.address, detail={"why": login_is})
    async with desk.db.transaction() as tx:
        await rows.forget_old_tries(tx.session, now)
        await record(tx, deed, at=now)
    minutes = int(rules.lasts.total_seconds() // 60)
    message = (
        "登录名或密码不正确，或账号已锁定、停用，或初始密码已使用、已过期；"
        f"连续失败 {rules.failures} 次将锁定 {minutes} 分钟"
    )
    return Unauthorized(message, code="login.failed")


def _standing(account: Account | None) -> Standing | None:
    if account is None:
        return None
    return Standing(State(account.state), account.first_until, account.first_used)


def needs_of(account: Account, desk: Desk) -> Needs:
    """Give what an account has and must have."""
    aged = is_old(account.password_set_at, desk.db.clock.real_now(), desk.rules.passwords)
    return Needs(
        has_factor=account.factor is not None,
        wants_factor=account.role in desk.rules.factor_roles,
        new_password=account.first_until is not None or aged,
    )


def open_session(
    desk: Desk, tx: Tx, account: Account, where: Where, *, before: OpenSession | None = None
) -> Opened:
    """Add a session of an account, in the stage that comes next; `before` is one that it goes on from."""
    now, shown = desk.db.clock.real_now(), before is not None and before.factor_shown
    stage = next_stage(needs_of(account, desk), factor_shown=shown)
    goes_on = before is not None and before.stage is stage is Stage.FULL
    token = TOKEN_PREFIX + secrets.token_hex(32)
    row = LoginSession(
        id=f"ses-{secrets.token_hex(8)}",
        token_hash=hash_secret(token),
        account_id=account.id,
        stage=stage,
        factor_shown=shown,
        opened_at=now,
        seen_at=now,
        expires_at=before.expires_at if goes_on and before else life_of(stage, now, desk.rules.sessions),
        ended_at=None,
        address=where.address[:64],
        agent=where.agent[:200],
    )
    tx.session.add(row)
    return Opened(token, opened_of(row), account)


async def renew(desk: Desk, tx: Tx, account: Account, where: Where, before: OpenSession) -> Opened:
    """End a session and give the one that goes on from it, under a new token."""
    await rows.end_sessions(tx.session, account.id, desk.db.clock.real_now(), only=before.id)
    return open_session(desk, tx, account, where, before=before)


async def log_out(desk: Desk, session: OpenSession, where: Where) -> None:
    """End a session of one's own."""
    await end_session(desk, session, session.id, where)


async def end_session(desk: Desk, session: OpenSession, session_id: str, where: Where) -> bool:
    """End one of one's own sessions by its id; says whether it was open."""
    now = desk.db.clock.real_now()
    async with desk.db.transaction() as tx:
        ended = await rows.end_sessions(tx.session, session.account_id, now, only=session_id)
        if ended:
            deed = Deed("session.ended", session.account_id, session_id, where.address)
            await record(tx, deed, at=now)
    desk.sessions.forget(*ended)
    return bool(ended)
