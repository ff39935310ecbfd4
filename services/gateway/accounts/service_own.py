"""Use cases of people on their own account: password, second factor, recovery codes."""

from dataclasses import replace

from services.gateway.accounts import repository as rows
from services.gateway.accounts.domain import Fault, PasswordRules, faults_of, words_for
from services.gateway.accounts.domain_codes import (
    address_of,
    new_secret,
    plain,
    recovery_codes,
    step_of,
)
from services.gateway.accounts.domain_sessions import OpenSession, Stage
from services.gateway.accounts.models import Account, FormerPassword
from services.gateway.accounts.service import Desk, Opened, Where, count_try, renew
from services.gateway.audit.domain import Deed
from services.gateway.audit.service import record
from services.gateway.returns.ports import Seal
from services.gateway.roles import hash_secret
from shared.database import Tx
from shared.errors import Conflict, Forbidden, Invalid, Unauthorized


async def change_password(desk: Desk, session: OpenSession, old: str, new: str, where: Where) -> Opened:
    """Choose a new password; all other sessions of the account end, and this one gets a new token.

    The old password is asked for in a full session: who only has to choose a new one has just shown it.

    Raises:
        Forbidden: The second factor is still to be shown, or the old password is wrong.
        Invalid: The new password is not good enough.
        TooMany: The old one was wrong too often.
    """
    if session.stage is Stage.FACTOR:
        raise Forbidden("请先验证动态口令，再修改密码", code="session.incomplete", stage=session.stage)
    account, former = await _account_with_former(desk, session)
    if session.stage is Stage.FULL:
        await _check_old(desk, account, old)
    await _check_new(desk, account, new, former)
    hashed, now = await desk.passwords.hashed(new), desk.db.clock.real_now()
    async with desk.db.transaction() as tx:
        row = await require_same(tx, account)
        await tx.session.merge(FormerPassword(account_id=row.id, set_at=now, password=row.password))
        row.password, row.password_set_at, row.changed_at = hashed, now, now
        row.first_until, row.first_used = None, False
        ended = await rows.end_sessions(tx.session, row.id, now, but=session.id)
        opened = await renew(desk, tx, row, where, session)
        await record(tx, Deed("password.changed", row.id, row.id, where.address), at=now)
    desk.sessions.forget(session.token_hash, *ended)
    return opened


async def _account_with_former(desk: Desk, session: OpenSession) -> tuple[Account, list[str]]:
    async with desk.db.reading() as reading:
        account = await reading.get(Account, session.account_id)
        if account is None:
            raise Unauthorized("账号不存在，请重新登录", code="session.invalid")
        count = desk.rules.passwords.remembered
        former = await rows.former_passwords(reading, account.id, max(0, count - 1))
    return account, [account.password, *former][:count]


async def _check_old(desk: Desk, account: Account, old: str) -> None:
    subject = rows.subject_of("password", account.id)
    await count_try(desk, subject)
    if not await desk.passwords.fits(account.password, old):
        raise Forbidden("原密码不正确，请重新输入", code="password.wrong", field="old")
    async with desk.db.transaction() as tx:
        await rows.forget_tries(tx.session, subject)


async def _check_new(desk: Desk, account: Account, new: str, former: list[str]) -> None:
    rules = desk.rules.passwords
    faults = faults_of(new, account.login, rules)
    if not faults:  # Hashes cost time: asked only for what could be taken.
        used = [one for one in former if await desk.passwords.fits(one, new)]
        faults = [Fault.USED] if used else []
    if faults:
        raise weak(faults, rules)


def weak(faults: list[Fault], rules: PasswordRules) -> Invalid:
    """Say what a password lacks."""
    wanted = "；".join(words_for(one, rules) for one in faults)
    return Invalid(
        f"新密码不符合要求：{wanted}，请换一个", code="password.weak", field="new", faults=sorted(faults)
    )


async def require_same(tx: Tx, account: Account) -> Account:
    """Give an account, locked, if its password is still the one that was looked at.

    Raises:
        Conflict: It was changed meanwhile.
    """
    row = await rows.lock_account(tx.session, account.id)
    if row is None or row.password != account.password:
        raise Conflict("账号刚被修改，请重新登录后再试", code="account.changed")
    return row


class Factors:
    """The second factor of accounts: TOTP with its secret sealed, and recovery codes for a lost authenticator."""

    def __init__(self, desk: Desk, seal: Seal) -> None:
        self._desk = desk
        self._seal = seal

    async def show(self, session: OpenSession, code: str, where: Where) -> Opened:
        """Show the second factor, or use up a recovery code, and come a step further.

        Raises:
            Conflict: It is not wanted now.
            Forbidden: The code is wrong, was used, or is not of this minute.
            TooMany: It was wrong too often.
        """
        if session.stage is not Stage.FACTOR:
            raise Conflict("此会话不需要验证动态口令", code="factor.not_wanted", stage=session.stage)
        subject = rows.subject_of("factor", session.account_id)
        await count_try(self._desk, subject)
        now = self._desk.db.clock.real_now()
        async with self._desk.db.transaction() as tx:
            row = await self._locked(tx, session)
            how = await self._accept(tx, row, code)
            await rows.forget_tries(tx.session, subject)
            opened = await renew(self._desk, tx, row, where, replace(session, factor_shown=True))
            deed = Deed("factor.shown", row.id, row.id, where.address, detail={"how": how})
            await record(tx, deed, at=now)
        self._desk.sessions.forget(session.token_hash)
        return opened

    async def begin(self, session: OpenSession, code: str) -> tuple[str, str]:
        """Make a secret that waits for its first code; gives it, and the address for a square code.

        Raises:
            Forbidden: Something else is to be done first, or `code` is none of the second factor that there is.
        """
        self._check_stage(session)
        if code:
            await count_try(self._desk, rows.subject_of("factor", session.account_id))
        secret = new_secret()
        async with self._desk.db.transaction() as tx:
            row = await self._locked(tx, session)
            if row.factor is not None:
                await self._accept(tx, row, code)
                await rows.forget_tries(tx.session, rows.subject_of("factor", row.id))
            row.factor_new = self._seal.seal(secret.encode())
        return secret, address_of(secret, row.login)

    async def confirm(self, session: OpenSession, code: str, where: Where) -> tuple[Opened, list[str]]:
        """Set the new secret up with its first code; gives the renewed session and the recovery codes, this once.

        Raises:
            Forbidden: Something else is to be done first, or the code is not of the new secret.
            Conflict: None was begun.
        """
        self._check_stage(session)
        codes, now = recovery_codes(), self._desk.db.clock.real_now()
        async with self._desk.db.transaction() as tx:
            row = await self._locked(tx, session)
            if row.factor_new is None:
                message = "请先申请新的动态口令（POST /api/v1/account/second-factor）"
                raise Conflict(message, code="factor.not_begun")
            step = step_of(self._seal.open(row.factor_new).decode(), code, now, 0)
            if step is None:
                raise _wrong_code()
            row.factor, row.factor_new, row.factor_step, row.changed_at = row.factor_new, None, step, now
            await rows.put_recovery_codes(tx.session, row.id, [hash_secret(plain(one)) for one in codes])
            opened = await renew(self._desk, tx, row, where, replace(session, factor_shown=True))
            await record(tx, Deed("factor.set", row.id, row.id, where.address), at=now)
        self._desk.sessions.forget(session.token_hash)
        return opened, codes

    async def _accept(self, tx: Tx, row: Account, code: str) -> str:
        """Take a code of the authenticator or a recovery code, each once; gives which it was."""
        now = self._desk.db.clock.real_now()
        secret = "" if row.factor is None else self._seal.open(row.factor).decode()
        step = step_of(secret, code, now, row.factor_step) if secret else None
        if step is not None:
            row.factor_step = step
            return "code"
        if await rows.use_recovery_code(tx.session, row.id, hash_secret(plain(code))):
            return "recovery"
        raise _wrong_code()

    async def _locked(self, tx: Tx, session: OpenSession) -> Account:
        row = await rows.lock_account(tx.session, session.account_id)
        if row is None:
            raise Unauthorized("账号不存在，请重新登录", code="session.invalid")
        return row

    def _check_stage(self, session: OpenSession) -> None:
        if session.stage not in {Stage.ENROL, Stage.FULL}:
            message = "请先完成登录，再绑定动态口令"
            raise Forbidden(message, code="session.incomplete", stage=session.stage)


def _wrong_code() -> Forbidden:
    message = "动态口令不正确、已用过或已过时，请输入下一个；丢失验证器可用恢复码"
    return Forbidden(message, code="factor.wrong", field="code")
