"""What subscribers get: history first, then live, in order per subject, signed, and again until they say yes."""

import asyncio
from datetime import timedelta
from hmac import compare_digest

import pytest
from sqlalchemy import delete, select

from services.gateway.archive.domain_filters import Filters
from services.gateway.models import ArchivedEvent
from services.gateway.returns.domain import Hosts
from services.gateway.subscriptions import service_orders as orders
from services.gateway.subscriptions import service_people as people
from services.gateway.subscriptions.adapters import Addresses
from services.gateway.subscriptions.domain import DeliveryState
from services.gateway.subscriptions.models import DeliveryAttempt
from shared.events.exchange import EventsMissed, SubscriptionDisabled
from shared.testing import DRILL_START, events_of
from shared.webhooks import webhook_signature
from tests.gateway.returns.world import answered, ordered
from tests.gateway.subscriptions.world import Desk, Receiver, always, desk_over, rated, receiving, refusing
from tests.gateway.test_archive_filters import registered
from tests.gateway.vault.unsealed import Unsealed

MINUTE = timedelta(minutes=1)


async def test_a_late_joiner_gets_history_and_then_what_is_new_each_once(desk: Desk) -> None:
    await desk.archive(*(rated(f"r{number}") for number in range(5)))
    with receiving() as receiver:
        await desk.subscribe(receiver.url)
        await desk.settle()
        await desk.archive(rated("r5"), rated("r6"))
        await desk.settle()

    assert sorted(receiver.taken) == [1, 2, 3, 4, 5, 6, 7]
    assert await desk.states() == ["delivered"] * 7


async def test_a_subscription_from_now_gets_nothing_older(desk: Desk) -> None:
    await desk.archive(rated("old"))
    with receiving() as receiver:
        await desk.subscribe(receiver.url, begin=1)
        await desk.archive(rated("new"))
        await desk.settle()

    assert receiver.subjects() == ["new"]


async def test_what_is_delivered_is_the_bytes_of_the_archive_signed_with_the_secret(desk: Desk) -> None:
    await desk.archive(rated())
    with receiving() as receiver:
        secret = await desk.subscribe(receiver.url)
        await desk.settle()
    name, event, headers = receiver.got[0]

    stamp = int(DRILL_START.timestamp())
    wanted = webhook_signature(secret, name, stamp, headers["raw"].encode())
    assert compare_digest(headers["webhook-signature"], wanted)
    assert (event["data"]["rating_id"], headers["duban-position"]) == ("r1", "1")
    assert headers["content-type"] == "application/cloudevents+json"


async def test_a_rotated_secret_and_the_old_one_sign_until_the_overlap_ends(desk: Desk) -> None:
    with receiving() as receiver:
        old = await desk.subscribe(receiver.url)
        async with desk.db.transaction() as tx:
            made = orders.Desk(Addresses(Hosts.parse(desk.hosts)), Unsealed(), desk.clock)
            new = await people.rotate(tx, "credit", people.NewSecret(), made, by="key-1")
        await desk.archive(rated("a"))
        await desk.settle()
        desk.clock.advance(timedelta(hours=25))
        await desk.archive(rated("b"))
        await desk.settle()

    signed = [headers["webhook-signature"].split() for _, _, headers in receiver.got]
    stamps = [int(headers["webhook-timestamp"]) for _, _, headers in receiver.got]
    bodies = [(name, headers["raw"].encode()) for name, _, headers in receiver.got]
    wanted = [webhook_signature(new, name, at, raw) for (name, raw), at in zip(bodies, stamps, strict=True)]
    assert signed[0] == [wanted[0], webhook_signature(old, bodies[0][0], stamps[0], bodies[0][1])]
    assert signed[1] == [wanted[1]]


async def test_a_subject_that_fails_waits_alone_and_keeps_its_order(desk: Desk) -> None:
    await desk.archive(rated("bad"), rated("good"), rated("bad"), rated("good"), rated("bad"))
    with receiving(refusing("bad")) as receiver:
        await desk.subscribe(receiver.url)
        await desk.settle()
        between = await desk.states()
        receiver.reply = lambda *_: (204, {})
        await desk.settle_for(timedelta(minutes=10), every=MINUTE)

    assert between == ["waiting", "delivered", "held", "delivered", "held"]
    assert receiver.taken == [2, 4, 1, 3, 5]
    assert len({name for name, event, _ in receiver.got if event["subject"] == "bad"}) == 3


async def test_every_attempt_is_on_record_with_status_and_latency(desk: Desk) -> None:
    await desk.archive(rated())
    with receiving(lambda _r, _n, number: (503 if number == 1 else 200, {})) as receiver:
        await desk.subscribe(receiver.url)
        await desk.settle_for(timedelta(minutes=2), every=MINUTE)
    async with desk.db.reading() as session:
        tried = list(await session.scalars(select(DeliveryAttempt).order_by(DeliveryAttempt.number)))

    assert [(one.number, one.outcome, one.status) for one in tried] == [
        (1, "failed", 503),
        (2, "delivered", 200),
    ]
    assert all(one.latency_ms is not None for one in tried)


@pytest.mark.slow
async def test_a_dead_receiver_costs_the_others_nothing_and_is_disabled_after_days(desk: Desk) -> None:
    await desk.archive(*(rated(f"r{number}") for number in range(30)))
    with receiving() as receiver:
        await desk.subscribe("http://127.0.0.1:1/nobody", "dead")
        await desk.subscribe(receiver.url)
        await desk.settle()
        between = await desk.subscription("dead")
        await desk.settle_for(timedelta(days=8), every=timedelta(days=2))

    assert (len(receiver.taken), between.failures >= 5) == (30, True)
    assert (await desk.subscription("dead")).state == "disabled"
    disabled = await events_of(desk.db, SubscriptionDisabled)
    assert [(one.subscription, one.why, one.owner) for one in disabled] == [("dead", "failing", "key-1")]


@pytest.mark.slow
async def test_a_receiver_that_breaks_is_asked_by_one_delivery_at_a_time(desk: Desk) -> None:
    await desk.archive(*(rated(f"r{number}") for number in range(40)))
    with receiving(always(500)) as receiver:
        await desk.subscribe(receiver.url)
        await desk.settle()
        first = len(receiver.got)
        await desk.settle_for(timedelta(minutes=3), every=timedelta(seconds=30))

    assert first == 8  # Those that were on their way together.
    assert len(receiver.got) - first <= 6


async def test_410_disables_at_once_and_resuming_goes_on_where_it_stopped(desk: Desk) -> None:
    await desk.archive(rated("r1"))
    with receiving(always(410)) as receiver:
        await desk.subscribe(receiver.url)
        await desk.settle()
        disabled = await desk.subscription()
        receiver.reply = lambda *_: (204, {})
        async with desk.db.transaction() as tx:
            await people.resume(tx, "credit", by="key-1", clock=desk.clock)
        await desk.settle_for(timedelta(minutes=2), every=MINUTE)

    assert (disabled.state, receiver.taken, await desk.states()) == ("disabled", [1], ["delivered"])


async def test_a_receiver_that_asks_for_silence_gets_it(desk: Desk) -> None:
    await desk.archive(rated("r1"), rated("r2"))
    with receiving(always(429, retry_after="600")) as receiver:
        await desk.subscribe(receiver.url, at_once=1)
        await desk.settle_for(timedelta(minutes=9), every=MINUTE)
        between = len(receiver.got)
        receiver.reply = lambda *_: (204, {})
        await desk.settle_for(timedelta(minutes=15), every=MINUTE)

    assert (between, sorted(receiver.taken)) == (1, [1, 2])


@pytest.mark.slow
async def test_a_delivery_past_its_attempts_is_dead_its_subject_goes_on_and_replay_brings_it(
    desk: Desk,
) -> None:
    await desk.archive(rated("bad"), rated("good"))
    with receiving(refusing("bad")) as receiver:
        await desk.subscribe(receiver.url)
        for _ in range(10):  # A good one now and then, or the receiver would be taken for dead.
            await desk.archive(rated("good"))
            await desk.settle_for(timedelta(hours=30), every=timedelta(hours=30))
        dead = (await desk.states())[0]
        receiver.reply = lambda *_: (204, {})
        async with desk.db.transaction() as tx:
            states = frozenset({DeliveryState.DEAD})
            queued = await people.replay(
                tx, "credit", positions=(1, 1), states=states, real_now=desk.clock.real_now()
            )
        await desk.settle()

    assert (dead, queued, (await desk.states())[0]) == ("dead", 1, "delivered")
    assert len([1 for _, event, _ in receiver.got if event["subject"] == "bad"]) == 11


async def test_what_was_on_its_way_when_a_replica_ended_is_sent_again_under_the_same_id(desk: Desk) -> None:
    await desk.archive(rated("r1"), rated("r1"))
    with receiving(lambda receiver, *_: None if len(receiver.got) == 1 else (204, {})) as receiver:
        await desk.subscribe(receiver.url)
        await desk.engine.step()
        sending = await desk.states()
        again = desk_over(desk.db)  # The same name: it counts its own as lost at once.
        receiver.over.set()
        await again.settle()
        ids = [name for name, _, _ in receiver.got]
        await again.engine.stop()

    assert sending == ["sending", "held"]
    assert ids[:2] == ["ratings-1", "ratings-1"]
    assert await desk.states() == ["delivered", "delivered"]


async def test_filters_choose_by_feed_type_unit_and_level(desk: Desk) -> None:
    await desk.archive(rated("a", level=1), rated("b", level=5), rated("c", level=1, unit="other"), ordered())
    with receiving() as receiver:
        await desk.subscribe(
            receiver.url, filters=Filters(feeds=("ratings",), units=("other",), levels=(1, 2))
        )
        await desk.subscribe(receiver.url, "orders", filters=Filters(types=("cn.duban.hotline.*",)))
        await desk.settle()

    assert sorted(receiver.subjects()) == ["c", "o1"]


async def test_events_of_a_task_are_chosen_by_what_its_registration_says(desk: Desk) -> None:
    await desk.archive(registered("t-o1", plan="p1"), registered("t2", plan="p2"), *answered())
    with receiving() as receiver:
        await desk.subscribe(receiver.url, filters=Filters(plans=("p1",)))
        await desk.settle()

    assert len(receiver.taken) == 1 + len(answered())


async def test_where_retention_has_passed_a_gap_says_from_where_to_where(desk: Desk) -> None:
    await desk.archive(*(rated(f"r{number}") for number in range(4)))
    async with desk.db.transaction() as tx:
        await tx.session.execute(delete(ArchivedEvent).where(ArchivedEvent.position <= 2))
    with receiving() as receiver:
        await desk.subscribe(receiver.url, at_once=1)
        await desk.settle()

    first = receiver.got[0][1]
    assert (first["type"], first["data"]["first"], first["data"]["last"]) == (EventsMissed.type, 1, 2)
    assert receiver.taken == [2, 3, 4]


async def test_an_event_that_retention_takes_while_it_waits_is_told_as_a_gap_of_one(desk: Desk) -> None:
    await desk.archive(rated())
    with receiving(always(500)) as receiver:
        await desk.subscribe(receiver.url)
        await desk.settle()
        async with desk.db.transaction() as tx:
            await tx.session.execute(delete(ArchivedEvent))
        receiver.reply = lambda *_: (204, {})
        await desk.settle_for(timedelta(minutes=2), every=MINUTE)

    assert receiver.got[-1][1]["data"] == {"subscription": "credit", "first": 1, "last": 1}
    assert receiver.got[-1][0] == receiver.got[0][0]


@pytest.mark.slow
async def test_two_replicas_share_the_work_and_nothing_is_sent_twice(desk: Desk) -> None:
    await desk.archive(*(rated(f"r{number % 7}") for number in range(60)))
    with receiving() as receiver:
        other = desk_over(desk.db, holder="two")
        await desk.subscribe(receiver.url, at_once=2)
        while await desk.states() != ["delivered"] * 60:
            await asyncio.gather(desk.engine.step(), other.engine.step())
        await other.engine.stop()

    assert sorted(receiver.taken) == list(range(1, 61))
    assert all(_in_order(receiver, f"r{number}") for number in range(7))


def _in_order(receiver: Receiver, subject: str) -> bool:
    mine = [
        int(headers["duban-position"]) for _, event, headers in receiver.got if event["subject"] == subject
    ]
    return mine == sorted(mine)
