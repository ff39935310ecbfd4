"""Use cases of the administrators: accounts made, given new first passwords, locked, disabled, and given roles.

Invariants: over HTTP nobody does any of it to their own account; the last active administrator of a kind stays; a new
first password takes an administrator's role away, so that whoever resets one never becomes it alone.
"""

import re
import secrets
from dataclasses import dataclass

from services.gateway.accounts import repository as rows
from services.gateway.accounts.domain import State, random_password
from services.gateway.accounts.domain_roles import (
    GRANT_WORDS,
    NO_ROLE,
    Grant,
    administrator_kind,
    judge_grant,
)
from services.gateway.accounts.models import Account
from services.gateway.accounts.service import Desk
from services.gateway.audit.domain import Deed
from services.gateway.audit.service import record
from services.gateway.roles import ADMINISTRATORS, scopes_for, unit_for
from shared.database import Tx
from shared.errors import Conflict, Forbidden, Invalid, NotFound

OFFLINE = "offline"  # Who acts on the command line: whoever has the machine.
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,63}")
_PERSON = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, and from where."""

    id: str = OFFLINE
    address: str = ""

    @property
    def is_offline(self) -> bool:
        """Whether it is the machine's command line, for which the rules between administrators do not hold."""
        return self.id == OFFLINE


@dataclass(frozen=True, slots=True)
class AccountOrder:
    """An account as the system administrator wants it.

    Attributes:
        person: Staff number 工号; one person has one account.
    """

    login: str
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role with the unit that its holder acts for; both empty to take the role away."""

    role: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A first password with its hash, made before the transaction begins."""

    plain: str
    hashed: str


async def first_password(desk: Desk) -> FirstPassword:
    """Make a password for one login, after which it has to be changed."""
    plain = random_password()
    return FirstPassword(plain, await desk.passwords.hashed(plain))


async def make_account(desk: Desk, tx: Tx, order: AccountOrder, first: FirstPassword, by: By) -> Account:
    """Make an account without a role, which the security administrator gives.

    Raises:
        Invalid: The login name or the staff number is none.
        Conflict: Somebody has it already.
    """
    login, now = order.login.strip().lower(), desk.db.clock.real_now()
    if not _LOGIN.fullmatch(login):
        message = f"登录名 {order.login[:40]} 无效：字母开头，限小写字母、数字和 . _ -，3 至 64 个字符"
        raise Invalid(message, code="login.invalid", field="login")
    if not _PERSON.fullmatch(order.person):
        message = f"工号 {order.person[:40]} 无效：限字母、数字和 . _ -，最长 64 个字符"
        raise Invalid(message, code="person.invalid", field="person")
    await _check_free(tx, login, order.person)
    row = Account(id=f"acc-{secrets.token_hex(8)}", login=login, person=order.person, name=order.name)
    row.role = row.unit = row.administrator = ""
    row.state, row.factor, row.factor_new, row.factor_step = State.ACTIVE, None, None, 0
    row.created_at, row.last_login_at = now, None
    tx.session.add(row)
    _put_first(desk, row, first)
    await _record(desk, tx, "account.made", row, by)
    return row


async def _check_free(tx: Tx, login: str, person: str) -> None:
    for account in await rows.find_taken(tx.session, login, person):
        field, value = ("login", login) if account.login == login else ("person", person)
        word = {"login": "登录名", "person": "工号"}[field]
        message = f"{word} {value} 已有账号 {account.id}，一人只能有一个账号；请换一个或重置该账号的密码"
        raise Conflict(message, code="account.taken", field=field)


def _put_first(desk: Desk, row: Account, first: FirstPassword) -> None:
    now = desk.db.clock.real_now()
    row.password, row.password_set_at, row.changed_at = first.hashed, now, now
    row.first_until, row.first_used = now + desk.rules.first_lasts, False


async def reset_password(desk: Desk, tx: Tx, account_id: str, first: FirstPassword, by: By) -> Account:
    """Give a new first password; all sessions end, and an administrator needs its role given anew.

    Raises:
        NotFound: There is no such account.
        Forbidden: It is one's own.
        Conflict: It is the last administrator of its kind.
    """
    row = await _changeable(tx, account_id, by)
    if row.role in ADMINISTRATORS and not by.is_offline:
        await _check_not_last(tx, row)
        row.role = NO_ROLE
    _put_first(desk, row, first)
    await rows.forget_tries(tx.session, rows.subject_of("login", row.login))
    await _end_all(desk, tx, row)
    await _record(desk, tx, "password.reset", row, by)
    return row


async def set_state(desk: Desk, tx: Tx, account_id: str, state: State, by: By) -> Account:
    """Lock, disable, or bring back an account; its sessions end, and failed logins are forgotten.

    Raises:
        NotFound: There is no such account.
        Forbidden: It is one's own.
        Conflict: It is the last administrator of its kind.
    """
    row = await _changeable(tx, account_id, by)
    if state is not State.ACTIVE and not by.is_offline:
        await _check_not_last(tx, row)
    row.state, row.changed_at = state, desk.db.clock.real_now()
    subjects = [rows.subject_of("login", row.login)]
    subjects += [rows.subject_of(kind, row.id) for kind in ("factor", "password")]
    await rows.forget_tries(tx.session, *subjects)
    await _end_all(desk, tx, row)
    await _record(desk, tx, f"account.{state}", row, by)
    return row


async def give_role(desk: Desk, tx: Tx, account_id: str, given: RoleGrant, by: By) -> Account:
    """Give an account a role with its unit, or take the role away (empty); its sessions end.

    Raises:
        NotFound: There is no such account.
        Invalid: The role is not known, or its unit is missing.
        Forbidden: It is one's own account, or another kind of administrator's, or the role is of systems only.
        Conflict: It is the last administrator of its kind.
    """
    role, unit = given.role, given.unit
    if role:
        scopes_for(role)
        unit_for(role, unit)
    row = await require_account(tx, account_id)
    grant = judge_grant(by=by.id, account_id=account_id, was=row.administrator, role=role)
    if grant is not Grant.GIVEN:
        raise Forbidden(GRANT_WORDS[grant], code=f"role.{grant}", field="role")
    if role != row.role and not by.is_offline:
        await _check_not_last(tx, row)
    before = row.role
    row.role, row.unit, row.administrator = role, unit, administrator_kind(row.administrator, role)
    row.changed_at = desk.db.clock.real_now()
    await _end_all(desk, tx, row)
    await _record(desk, tx, "role.given", row, by, role=role, unit=unit, before=before)
    return row


async def drop_factor(desk: Desk, tx: Tx, account_id: str, by: By) -> Account:
    """Take the second factor of a lost authenticator off; all sessions end.

    Raises:
        NotFound: There is no such account.
        Forbidden: It is one's own.
    """
    row = await _changeable(tx, account_id, by)
    row.factor = row.factor_new = None
    row.changed_at = desk.db.clock.real_now()
    await rows.put_recovery_codes(tx.session, row.id, [])
    await _end_all(desk, tx, row)
    await _record(desk, tx, "factor.dropped", row, by)
    return row


async def require_account(tx: Tx, account_id: str) -> Account:
    """Give an account, locked.

    Raises:
        NotFound: There is no such account.
    """
    row = await rows.lock_account(tx.session, account_id)
    if row is None:
        message = f"没有账号 {account_id[:64]}，全部见 GET /api/v1/accounts"
        raise NotFound(message, code="account.not_found", field="account_id")
    return row


async def _changeable(tx: Tx, account_id: str, by: By) -> Account:
    if account_id == by.id:
        message = (
            "不能对自己的账号这样做，请由另一位管理员办理；修改自己的密码用 POST /api/v1/account/password"
        )
        raise Forbidden(message, code="account.own")
    return await require_account(tx, account_id)


async def _check_not_last(tx: Tx, row: Account) -> None:
    if row.role not in ADMINISTRATORS or row.state != State.ACTIVE:
        return
    if not await rows.count_active(tx.session, row.role, but=row.id):
        message = f"账号 {row.login} 是最后一位 {row.role}，请先另设一位，或在服务器上办理（duban account）"
        raise Conflict(message, code="account.last_administrator")


async def _end_all(desk: Desk, tx: Tx, row: Account) -> None:
    await rows.end_sessions(tx.session, row.id, desk.db.clock.real_now())


async def _record(desk: Desk, tx: Tx, what: str, row: Account, by: By, **told: str) -> None:
    deed = Deed(what, by.id, row.id, by.address, detail=told)
    await record(tx, deed, at=desk.db.clock.real_now())
