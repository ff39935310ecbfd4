"""HTTP of subscriptions: set, paused, resumed, tested, removed; their secrets are shown once."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from services.gateway.access import API, Door
from services.gateway.archive.beginning import begin_after
from services.gateway.roles import Key
from services.gateway.subscriptions import repository_lists as lists
from services.gateway.subscriptions import service_orders as orders
from services.gateway.subscriptions import service_people as people
from services.gateway.subscriptions.adapters import way_of
from services.gateway.subscriptions.engine import OpenReceiver
from services.gateway.subscriptions.messages import signer_of, single, verdict_of
from services.gateway.subscriptions.models import Subscription
from services.gateway.subscriptions.views import (
    SecretIn,
    SecretOut,
    SubscriptionIn,
    SubscriptionOut,
    TestOut,
    shown,
)
from shared.database import Database
from shared.events.exchange import SubscriptionTested

READ, WRITE = "ops:read", "ops:write"


@dataclass(frozen=True, slots=True)
class Office:
    """What the routes need: the desk, a way to a receiver, and how to wake the engine."""

    desk: orders.Desk
    open_receiver: OpenReceiver
    wake: Callable[[], None]


def subscriptions_router(db: Database, door: Door, office: Office) -> APIRouter:
    """Serve `/subscriptions`."""
    router = APIRouter(tags=["订阅"], prefix=API)
    _add_settings(router, db, door, office)
    _add_states(router, db, door, office)
    _add_test(router, db, door, office)
    return router


def _add_settings(router: APIRouter, db: Database, door: Door, office: Office) -> None:
    needs = [Depends(door.needs(READ))]
    path = "/subscriptions/{name}"

    @router.get("/subscriptions", summary="列出订阅", dependencies=needs)
    async def get_subscriptions() -> list[SubscriptionOut]:
        async with db.reading() as session:
            return [shown(row) for row in await lists.subscriptions(session)]

    @router.get(path, summary="查看订阅", dependencies=needs)
    async def get_subscription(name: str) -> SubscriptionOut:
        async with db.reading() as session:
            return shown(await people.require(session, name))

    @router.put(path, summary="设置订阅；新订阅的签名密钥或流的密码只显示一次")
    async def put_subscription(
        name: str, given: SubscriptionIn, by: Annotated[Key, Depends(door.needs(WRITE))]
    ) -> SubscriptionOut:
        order = given.order()
        await orders.check_order(order, office.desk)
        order = replace(order, begin=await begin_after(db, given.begin))
        async with db.transaction() as tx:
            row, secret = await people.set_subscription(tx, name, order, office.desk, by=by.principal.id)
        office.wake()
        return shown(row, secret)

    @router.post(path + "/secret", summary="更换签名密钥或流的密码；新旧在重叠期内同时有效")
    async def post_secret(
        name: str, given: SecretIn, by: Annotated[Key, Depends(door.needs(WRITE))]
    ) -> SecretOut:
        new = people.NewSecret(given.secret.get_secret_value(), timedelta(hours=given.overlap_hours))
        async with db.transaction() as tx:
            secret = await people.rotate(tx, name, new, office.desk, by=by.principal.id)
        return SecretOut(secret=secret)


def _add_states(router: APIRouter, db: Database, door: Door, office: Office) -> None:
    writer = Annotated[Key, Depends(door.needs(WRITE))]
    path = "/subscriptions/{name}"

    @router.post(path + "/pause", summary="暂停订阅；其间的事件留待恢复后投递")
    async def post_pause(name: str, by: writer) -> SubscriptionOut:
        async with db.transaction() as tx:
            return shown(await people.pause(tx, name, by=by.principal.id, clock=db.clock))

    @router.post(path + "/resume", summary="恢复订阅，从停下处继续")
    async def post_resume(name: str, by: writer) -> SubscriptionOut:
        async with db.transaction() as tx:
            row = await people.resume(tx, name, by=by.principal.id, clock=db.clock)
        office.wake()
        return shown(row)

    @router.delete(
        path,
        summary="删除已暂停或停用的订阅及其投递记录",
        status_code=204,
        dependencies=[Depends(door.needs(WRITE))],
    )
    async def delete_subscription(name: str) -> Response:
        async with db.transaction() as tx:
            await people.remove(tx, name)
        return Response(status_code=204)


def _add_test(router: APIRouter, db: Database, door: Door, office: Office) -> None:
    @router.post(
        "/subscriptions/{name}/test",
        summary="向接收方发送一个测试事件，返回其回答",
        dependencies=[Depends(door.needs(WRITE))],
    )
    async def post_test(name: str) -> TestOut:
        async with db.reading() as session:
            row = await people.require_webhook(session, name)
        return await _test(row, office, db)


async def _test(row: Subscription, office: Office, db: Database) -> TestOut:
    webhook_id, started = f"test-{uuid.uuid4()}", db.clock.real_now()
    body = single(SubscriptionTested(subscription=row.name), webhook_id, db.clock.now())
    signer, receiver = signer_of(row, office.desk.seal), office.open_receiver(way_of(row))
    try:
        answer = await receiver.post(body, signer.headers(webhook_id, body, started))
    finally:
        await receiver.close()
    verdict = verdict_of(answer, signer)
    latency = db.clock.real_now() - started
    return TestOut(
        webhook_id=webhook_id,
        outcome=verdict.outcome,
        status=verdict.status,
        latency_ms=round(latency / timedelta(milliseconds=1)),
        detail=verdict.detail,
    )
