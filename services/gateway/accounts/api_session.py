"""HTTP of sessions and one's own account: log in, the second factor, the password, one's sessions, log out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.gateway.access import API, COOKIE, SECURE_COOKIE, Door, check_source
from services.gateway.accounts import repository as rows
from services.gateway.accounts.domain_sessions import OpenSession
from services.gateway.accounts.limits import Limits, too_many
from services.gateway.accounts.models import Account
from services.gateway.accounts.service import Desk, Opened, Where, end_session, log_in, log_out
from services.gateway.accounts.service_own import Factors, change_password
from services.gateway.accounts.views import (
    CodeIn,
    FactorBegun,
    FactorIn,
    FactorSet,
    LoginIn,
    OwnSession,
    PasswordIn,
    SessionOut,
    shown_own,
    shown_session,
)
from services.gateway.roles import Key
from shared.errors import NotFound, Unauthorized

NO_STORE = {"cache-control": "no-store"}
LOGINS_A_MINUTE = 60  # From one address, which may be that of a whole office.


class Cookies:
    """Puts sessions into cookies, for those who asked for it.

    Args:
        secure: Always mark them for TLS only; else where the request came over TLS.
    """

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure

    def give(self, request: Request, response: Response, opened: Opened, *, asked: bool) -> str:
        """Set the cookie and give nothing, or give the token to be told in the answer."""
        response.headers.update(NO_STORE)
        if not asked:
            return opened.token
        secure = self._secure or request.url.scheme == "https"
        left = int((opened.session.expires_at - opened.session.seen_at).total_seconds())
        response.set_cookie(
            SECURE_COOKIE if secure else COOKIE,
            opened.token,
            max_age=left,
            secure=secure,
            httponly=True,
            samesite="strict",
        )
        return ""

    def take(self, request: Request, response: Response) -> None:
        """Take the cookies back."""
        response.headers.update(NO_STORE)
        for name in (SECURE_COOKIE, COOKIE):
            if name in request.cookies:
                response.delete_cookie(name, secure=name == SECURE_COOKIE, httponly=True, samesite="strict")


def session_router(
    desk: Desk, door: Door, factors: Factors, cookies: Cookies, addresses: Limits
) -> APIRouter:
    """Serve `/session` and `/account`; `addresses` counts the logins from each."""
    router = APIRouter(tags=["登录"], prefix=API)
    _add_coming(router, desk, door, cookies, addresses)
    _add_factor(router, door, factors, cookies)
    _add_own(router, desk, door, cookies)
    return router


def _add_coming(router: APIRouter, desk: Desk, door: Door, cookies: Cookies, addresses: Limits) -> None:
    person = Annotated[Key, Depends(door.person)]

    @router.post(
        "/session",
        summary="登录",
        status_code=201,
        openapi_extra={"security": []},
        responses={401: {"description": "登录名或密码不正确，或账号已锁定"}},
    )
    async def post_session(request: Request, response: Response, given: LoginIn) -> SessionOut:
        if "origin" in request.headers:
            check_source(request)
        where = _where(request)
        quota = addresses.take_for(where.address, LOGINS_A_MINUTE)
        if quota.wait:
            raise too_many(quota)
        opened = await log_in(desk, given.login, given.password.get_secret_value(), where)
        token = cookies.give(request, response, opened, asked=given.cookie)
        return shown_session(opened.account, opened.session, token)

    @router.get("/session", summary="我是谁：当前会话的账号、角色、单位和权限")
    async def get_session(key: person, response: Response) -> SessionOut:
        response.headers.update(NO_STORE)
        session = _of(key)
        async with desk.db.reading() as reading:
            account = await reading.get(Account, session.account_id)
        if account is None:
            raise Unauthorized("账号不存在，请重新登录", code="session.invalid")
        return shown_session(account, session)

    @router.delete("/session", summary="退出登录", status_code=204)
    async def delete_session(request: Request, response: Response, key: person) -> None:
        await log_out(desk, _of(key), _where(request))
        cookies.take(request, response)


def _add_factor(router: APIRouter, door: Door, factors: Factors, cookies: Cookies) -> None:
    person = Annotated[Key, Depends(door.person)]

    @router.post("/session/second-factor", summary="验证动态口令或恢复码；会话换新令牌")
    async def post_factor(request: Request, response: Response, key: person, given: CodeIn) -> SessionOut:
        opened = await factors.show(_of(key), given.code, _where(request))
        token = cookies.give(request, response, opened, asked=_by_cookie(request))
        return shown_session(opened.account, opened.session, token)

    @router.post("/account/second-factor", summary="申请绑定新的动态口令（TOTP），待确认后生效")
    async def post_new(key: person, response: Response, given: FactorIn | None = None) -> FactorBegun:
        response.headers.update(NO_STORE)
        secret, address = await factors.begin(_of(key), (given or FactorIn()).code)
        return FactorBegun(secret=secret, address=address)

    @router.post("/account/second-factor/confirmation", summary="以第一个口令确认绑定；恢复码只显示这一次")
    async def post_confirmed(request: Request, response: Response, key: person, given: CodeIn) -> FactorSet:
        opened, codes = await factors.confirm(_of(key), given.code, _where(request))
        token = cookies.give(request, response, opened, asked=_by_cookie(request))
        shown = shown_session(opened.account, opened.session, token)
        return FactorSet(recovery_codes=codes, **shown.model_dump())


def _add_own(router: APIRouter, desk: Desk, door: Door, cookies: Cookies) -> None:
    person = Annotated[Key, Depends(door.person)]

    @router.post("/account/password", summary="修改密码；其他会话全部退出，本会话换新令牌")
    async def post_password(
        request: Request, response: Response, key: person, given: PasswordIn
    ) -> SessionOut:
        old, new = given.old.get_secret_value(), given.new.get_secret_value()
        opened = await change_password(desk, _of(key), old, new, _where(request))
        token = cookies.give(request, response, opened, asked=_by_cookie(request))
        return shown_session(opened.account, opened.session, token)

    @router.get("/account/sessions", summary="列出我的会话")
    async def get_sessions(key: person) -> list[OwnSession]:
        session = _of(key)
        async with desk.db.reading() as reading:
            found = await rows.open_sessions(reading, session.account_id, desk.db.clock.real_now())
        return [shown_own(row, session.id) for row in found]

    @router.delete("/account/sessions/{session_id}", summary="退出我的一个会话", status_code=204)
    async def delete_own(request: Request, session_id: str, key: person) -> None:
        if not await end_session(desk, _of(key), session_id, _where(request)):
            message = f"没有会话 {session_id[:64]}，或已退出；全部见 GET /api/v1/account/sessions"
            raise NotFound(message, code="session.not_found", field="session_id")


def _of(key: Key) -> OpenSession:
    assert key.session is not None  # noqa: S101 - `Door.person` lets nobody else in.
    return key.session


def _by_cookie(request: Request) -> bool:
    """Say whether a request showed its session in a cookie: the renewed one goes the same way."""
    return "authorization" not in request.headers and "x-api-key" not in request.headers


def _where(request: Request) -> Where:
    address = request.client.host if request.client else ""
    return Where(address, request.headers.get("user-agent", ""))
