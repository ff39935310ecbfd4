"""Accounts on the machine, without the service: the way to the first administrators, and back in when all are out."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from services.gateway.accounts import repository as rows
from services.gateway.accounts import service_people as people
from services.gateway.accounts.domain import State
from services.gateway.accounts.models import Account
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.rules import Rules
from services.gateway.accounts.service import Desk
from services.gateway.accounts.sessions import Sessions
from shared.clock import LiveClock
from shared.database import Database, Tx
from shared.errors import NotFound

BY = people.By()


@asynccontextmanager
async def _at(database_url: str, rules: Rules, passwords: Passwords | None = None) -> AsyncIterator[Desk]:
    db = Database(database_url, service="gateway", clock=LiveClock())
    try:
        yield Desk(db, rules, passwords or Passwords(), Sessions(db, rules.sessions))
    finally:
        await db.close()


async def create(
    database_url: str,
    order: people.AccountOrder,
    grant: people.RoleGrant,
    *,
    passwords: Passwords | None = None,
) -> tuple[Account, str]:
    """Make an account with a role; gives it with its first password.

    Raises:
        Invalid, Conflict, Forbidden: As `make_account` and `give_role`.
    """
    async with _at(database_url, Rules(), passwords) as desk:
        first = await people.first_password(desk)
        async with desk.db.transaction() as tx:
            row = await people.make_account(desk, tx, order, first, BY)
            if grant.role:
                row = await people.give_role(desk, tx, row.id, grant, BY)
    return row, first.plain


async def reset(database_url: str, login: str, *, passwords: Passwords | None = None) -> str:
    """Give a new first password.

    Raises:
        NotFound: Nobody has this login name.
    """
    async with _at(database_url, Rules(), passwords) as desk:
        first = await people.first_password(desk)
        async with desk.db.transaction() as tx:
            await people.reset_password(desk, tx, await _id_of(tx, login), first, BY)
    return first.plain


async def set_state(database_url: str, login: str, state: State) -> Account:
    """Lock, disable, or bring back an account.

    Raises:
        NotFound: Nobody has this login name.
    """
    async with _at(database_url, Rules()) as desk, desk.db.transaction() as tx:
        return await people.set_state(desk, tx, await _id_of(tx, login), state, BY)


async def give_role(database_url: str, login: str, grant: people.RoleGrant) -> Account:
    """Give a role, or take it away.

    Raises:
        NotFound: Nobody has this login name.
        Invalid, Forbidden: As `give_role`.
    """
    async with _at(database_url, Rules()) as desk, desk.db.transaction() as tx:
        return await people.give_role(desk, tx, await _id_of(tx, login), grant, BY)


async def drop_factor(database_url: str, login: str) -> Account:
    """Take the second factor off.

    Raises:
        NotFound: Nobody has this login name.
    """
    async with _at(database_url, Rules()) as desk, desk.db.transaction() as tx:
        return await people.drop_factor(desk, tx, await _id_of(tx, login), BY)


async def list_all(database_url: str) -> Sequence[Account]:
    """Give all accounts."""
    async with _at(database_url, Rules()) as desk, desk.db.reading() as session:
        return await rows.list_accounts(session, after="", limit=100_000)


async def _id_of(tx: Tx, login: str) -> str:
    account = await rows.find_login(tx.session, login.strip().lower())
    if account is None:
        message = f"没有登录名 {login[:64]}，全部见 duban account list"
        raise NotFound(message, code="account.not_found", field="login")
    return account.id
