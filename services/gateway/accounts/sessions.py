"""Who holds which session: asked of the database at most every five seconds, and judged anew at each request.

Invariant: a session that was ended on any replica is refused within five seconds on all, and at once on its own.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from services.gateway.accounts.domain import State
from services.gateway.accounts.domain_sessions import (
    OpenSession,
    SessionRules,
    Stage,
    Standing,
    standing,
)
from services.gateway.accounts.models import Account, LoginSession
from services.gateway.recent import Recent
from services.gateway.roles import DEFAULT_SCOPES, Key, hash_secret
from shared.database import Database
from shared.errors import Unauthorized
from shared.principal import Principal

TOKEN_PREFIX = "dubans_"  # noqa: S105 - what every token begins with, so that leaks can be searched for.
_KEPT = timedelta(minutes=1)  # How long a use is remembered after it was written.


class Sessions:
    """Knows the sessions, and when each was used last."""

    def __init__(
        self, db: Database, rules: SessionRules, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._db = db
        self._rules = rules
        self._recent: Recent[str, Key] = Recent(self._find, seconds=seconds)
        self._seen: dict[str, datetime] = {}
        self._unwritten: set[str] = set()

    async def identify(self, token: str, *, is_use: bool = True) -> Key:
        """Give who holds the session with this token, and note that it was used if this is a use.

        Raises:
            Unauthorized: It is unknown, ended, or over.
        """
        key = await self._recent.get(hash_secret(token))
        if key is None or key.session is None:
            raise Unauthorized("会话无效或已退出，请重新登录", code="session.invalid")
        session, now = key.session, self._db.clock.real_now()
        seen = max(session.seen_at, self._seen.get(session.id, session.seen_at))
        if standing(session, seen, now, self._rules) is not Standing.VALID:
            raise Unauthorized("会话已过期，请重新登录", code="session.expired")
        if is_use:
            self._seen[session.id] = now
            self._unwritten.add(session.id)
        return key

    def forget(self, *token_hashes: str) -> None:
        """Ask the database anew for these: they have changed."""
        for one in token_hashes:
            self._recent.forget(one)

    def forget_account(self, account_id: str) -> None:
        """Ask the database anew for all sessions of an account."""
        self._recent.forget_where(
            lambda key: key.session is not None and key.session.account_id == account_id
        )

    async def write_uses(self) -> None:
        """Write when each session was used last."""
        taken, self._unwritten = self._unwritten, set()
        if not taken:
            return
        uses = [{"one": name, "seen": self._seen[name]} for name in sorted(taken)]
        later = LoginSession.seen_at < bindparam("seen")
        row = update(LoginSession).where(LoginSession.id == bindparam("one"), later)
        async with self._db.transaction() as tx:
            connection = await tx.session.connection()
            await connection.execute(row.values(seen_at=bindparam("seen")), uses)
        old = self._db.clock.real_now() - _KEPT
        self._seen = {name: at for name, at in self._seen.items() if at > old or name in self._unwritten}

    async def _find(self, token_hash: str) -> Key | None:
        wanted = (
            select(LoginSession, Account)
            .join(Account, Account.id == LoginSession.account_id)
            .where(LoginSession.token_hash == token_hash, LoginSession.ended_at.is_(None))
        )
        async with self._db.reading() as session:
            found = (await session.execute(wanted)).first()
        if found is None or found.Account.state != State.ACTIVE:
            return None
        return key_of(found.LoginSession, found.Account)


def key_of(row: LoginSession, account: Account) -> Key:
    """Give who a session stands for: the account with its role, or nobody yet while something is to be done."""
    opened = opened_of(row)
    if opened.stage is Stage.FULL:
        scopes = DEFAULT_SCOPES.get(account.role, frozenset())
        principal = Principal(id=account.id, role=account.role, unit=account.unit, scopes=scopes)
    else:
        principal = Principal(id=account.id, role="")
    return Key(principal=principal, source_id="", expires_at=row.expires_at, session=opened)


def opened_of(row: LoginSession) -> OpenSession:
    """Give a session as requests are judged by it."""
    return OpenSession(
        id=row.id,
        account_id=row.account_id,
        token_hash=row.token_hash,
        stage=Stage(row.stage),
        factor_shown=row.factor_shown,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )
