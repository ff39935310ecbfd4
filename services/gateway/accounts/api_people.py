"""HTTP of accounts: the system administrator makes, resets and locks them, the security administrator gives roles."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.gateway.access import API, Check, Door
from services.gateway.accounts import repository as rows
from services.gateway.accounts import service_people as people
from services.gateway.accounts.domain import State
from services.gateway.accounts.service import Desk
from services.gateway.accounts.views import (
    AccountIn,
    AccountMade,
    AccountOut,
    RoleIn,
    StateIn,
    shown_account,
)
from services.gateway.roles import ACCOUNT_MAKERS, ADMINISTRATORS, ROLE_GIVERS, Key
from shared.paging_http import LINKED, Linking

READ, MAKE, GRANT = "accounts:read", "accounts:write", "roles:write"
MOST_LISTED = 1000


def people_router(desk: Desk, door: Door) -> APIRouter:
    """Serve `/accounts`."""
    router = APIRouter(tags=["账号"], prefix=API)
    _add_making(router, desk, door)
    _add_granting(router, desk, door)
    return router


def _only(door: Door, scope: str, roles: frozenset[str]) -> Check:
    """Build the check of the scope and of the role, which counts beside it: the administrators stay apart."""
    holds = door.needs(scope)

    async def check(request: Request) -> Key:
        key = await holds(request)
        key.principal.require_role(roles)
        return key

    return check


def _add_making(router: APIRouter, desk: Desk, door: Door) -> None:
    maker = Annotated[Key, Depends(_only(door, MAKE, ACCOUNT_MAKERS))]
    reader = Depends(_only(door, READ, ADMINISTRATORS))

    @router.get("/accounts", summary="列出账号，按登录名", dependencies=[reader], responses=LINKED)
    async def get_accounts(
        linking: Annotated[Linking, Depends()],
        after: Annotated[str, Query(max_length=64, description="只要此登录名之后的")] = "",
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
    ) -> list[AccountOut]:
        async with desk.db.reading() as session:
            found = await rows.list_accounts(session, after=after, limit=limit + 1)
        return [shown_account(one) for one in linking.cut(found, limit, lambda one: one.login)]

    @router.post("/accounts", summary="新建账号；初始密码只显示这一次，角色由安全管理员授予", status_code=201)
    async def post_account(request: Request, response: Response, given: AccountIn, key: maker) -> AccountMade:
        first = await people.first_password(desk)
        order = people.AccountOrder(given.login, given.person, given.name)
        async with desk.db.transaction() as tx:
            row = await people.make_account(desk, tx, order, first, _by(request, key))
        response.headers["cache-control"] = "no-store"
        return AccountMade(password=first.plain, **shown_account(row).model_dump())

    @router.post(
        "/accounts/{account_id}/password", summary="重置密码：给出新的初始密码；管理员的角色须重新授予"
    )
    async def post_reset(request: Request, response: Response, account_id: str, key: maker) -> AccountMade:
        first = await people.first_password(desk)
        async with desk.db.transaction() as tx:
            row = await people.reset_password(desk, tx, account_id, first, _by(request, key))
        desk.sessions.forget_account(row.id)
        response.headers["cache-control"] = "no-store"
        return AccountMade(password=first.plain, **shown_account(row).model_dump())

    @router.put("/accounts/{account_id}/state", summary="锁定、停用或恢复账号；五秒内生效")
    async def put_state(request: Request, account_id: str, given: StateIn, key: maker) -> AccountOut:
        async with desk.db.transaction() as tx:
            row = await people.set_state(desk, tx, account_id, State(given.state), _by(request, key))
        desk.sessions.forget_account(row.id)
        return shown_account(row)


def _add_granting(router: APIRouter, desk: Desk, door: Door) -> None:
    giver = Annotated[Key, Depends(_only(door, GRANT, ROLE_GIVERS))]

    @router.put("/accounts/{account_id}/role", summary="授予或收回角色；其会话全部退出")
    async def put_role(request: Request, account_id: str, given: RoleIn, key: giver) -> AccountOut:
        grant = people.RoleGrant(given.role, given.unit)
        async with desk.db.transaction() as tx:
            row = await people.give_role(desk, tx, account_id, grant, _by(request, key))
        desk.sessions.forget_account(row.id)
        return shown_account(row)

    @router.delete("/accounts/{account_id}/second-factor", summary="解除丢失的动态口令；下次登录重新绑定")
    async def delete_factor(request: Request, account_id: str, key: giver) -> AccountOut:
        async with desk.db.transaction() as tx:
            row = await people.drop_factor(desk, tx, account_id, _by(request, key))
        desk.sessions.forget_account(row.id)
        return shown_account(row)


def _by(request: Request, key: Key) -> people.By:
    return people.By(key.principal.id, request.client.host if request.client else "")
