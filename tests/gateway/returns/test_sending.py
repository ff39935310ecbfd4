"""States go out to a platform over real HTTP: in order for each subject, under one id, with every attempt on record."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services.gateway.returns.domain import Outcome, Step, Verdict
from services.gateway.returns.domain_texts import Wanted
from services.gateway.returns.models import ReturnAttempt, ReturnRow
from services.gateway.returns.service_sending import Ended, begin, end
from shared.answers import Answer
from shared.calling import Call, Caller, NoAnswer
from shared.database import Database
from shared.errors import Unavailable
from shared.events.exchange import ReturnDelivered, ReturnRefused
from shared.testing import events_of
from shared.webhooks import webhook_signature
from tests.gateway.returns.world import (
    SECRET,
    STEPS_OF_RATING,
    Desk,
    Platform,
    Reply,
    always,
    answered,
    desk_over,
    first,
    ordered,
    playing,
    rated,
    rectified,
    refuse,
    take_and_hang,
    well,
)
from tests.gateway.vault.unsealed import Unsealed


async def attempts(desk: Desk) -> list[ReturnAttempt]:
    async with desk.db.reading() as session:
        wanted = select(ReturnAttempt).join(ReturnRow).order_by(ReturnRow.position, ReturnAttempt.number)
        return list(await session.scalars(wanted))


async def test_what_became_of_a_rating_goes_back_in_order_under_the_ids_of_its_source(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url)
        await desk.hear(rated(), *rectified())
        await desk.send()

    told = [body["data"] for _, body, _ in platform.asked]
    assert [one["state"] for one in told] == STEPS_OF_RATING
    assert {(one["number"], one["service_number"]) for one in told} == {("370000000001", 1)}
    assert told[-1]["at"] == "2023-06-20T14:00:00+08:00"
    assert await desk.states() == ["delivered"] * 4
    delivered = await events_of(desk.db, ReturnDelivered)
    assert [(one.subject_kind, one.subject_id, one.step) for one in delivered] == [
        ("rating", "r1", step) for step in STEPS_OF_RATING
    ]


async def test_what_became_of_an_order_goes_back_with_its_limit(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url, "hotline")
        await desk.hear(ordered(), *answered())
        await desk.send()

    told = [body["data"] for _, body, _ in platform.asked]
    assert [(one["number"], one["state"], one["due_on"]) for one in told] == [
        ("GD000001", step, "2023-06-27") for step in ("accepted", "contacted", "answered", "closed")
    ]
    assert [one.get("late") for one in told] == [None, False, True, False]


async def test_a_call_is_signed_as_standard_webhooks_says(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url, headers={"X-App": "token-1234"})
        await desk.hear(rated(), *rectified())
        await desk.send()

    name, _, headers = platform.asked[0]
    stamp, raw = int(headers["webhook-timestamp"]), headers["raw"].encode()
    assert headers["webhook-signature"] == webhook_signature(SECRET, name, stamp, raw)
    assert (headers["webhook-id"], headers["x-app"]) == (name, "token-1234")


@pytest.mark.slow
async def test_a_refusal_is_listed_with_its_reason_and_holds_up_its_own_subject_alone(desk: Desk) -> None:
    def reply(platform: Platform, name: str, _: int) -> Reply:
        body = platform.asked[-1][1]["data"]
        refused = (body["number"], body["state"]) == ("370000000001", "rectified")
        return refuse() if refused else platform.keep(name)

    with playing(reply) as platform:
        await desk.target(platform.url)
        await desk.hear(rated(1), rated(2), *rectified(1), *rectified(2))
        await desk.send_for(timedelta(days=2), every=timedelta(hours=1))

    assert await desk.states() == ["delivered", "refused", "waiting", "waiting", *["delivered"] * 4]
    refused = (await desk.rows())[1]
    assert (refused.reason, refused.attempts) == ("result refused：状态码不合规", 1)
    (event,) = await events_of(desk.db, ReturnRefused)
    assert (event.return_id, event.step) == (refused.id, "rectified")


@pytest.mark.slow
async def test_what_may_have_arrived_is_unknown_and_repeated_under_the_same_id(desk: Desk) -> None:
    with playing(first(take_and_hang)) as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,), timeout=1.0)
        await desk.hear(rated(), *rectified())
        await desk.send()
        between = await desk.states()
        desk.clock.advance(timedelta(seconds=7))
        await desk.send()

    assert (between, await desk.states()) == (["unknown"], ["delivered"])
    assert (len(platform.asked), len(set(platform.ids())), platform.taken.total()) == (2, 1, 1)
    assert platform.asked[0][1] == platform.asked[1][1]
    assert [one.outcome for one in await attempts(desk)] == ["unknown", "delivered"]
    assert len(await events_of(desk.db, ReturnDelivered)) == 1


@pytest.mark.slow
async def test_a_platform_that_is_down_is_asked_again_over_days(desk: Desk) -> None:
    with playing(always(503)) as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,))
        await desk.hear(rated(), *rectified())
        await desk.send_for(timedelta(days=5), every=timedelta(minutes=20))
        (row,) = await desk.rows()
        platform.reply = lambda played, name, _: played.keep(name)
        await desk.send_for(timedelta(days=2), every=timedelta(hours=4))

    assert (row.state, "HTTP 503" in row.reason) == ("waiting", True)
    assert 10 <= row.attempts <= 13  # By chance: each wait is spread by a fifth.
    assert await desk.states() == ["delivered"]


async def test_retry_after_leaves_the_whole_platform_alone(desk: Desk) -> None:
    with playing(always(429)) as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,))
        await desk.hear(rated(1), *rectified(1))
        await desk.send()
        await desk.hear(rated(2), *rectified(2))
        desk.clock.advance(timedelta(seconds=590))
        early = await desk.send()
        desk.clock.advance(timedelta(seconds=11))
        later = await desk.send()

    assert (early, later) == (0, 2)


async def test_a_platform_gets_no_more_in_a_minute_than_it_takes(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,), per_minute=3)
        await desk.hear(*(one for n in range(1, 6) for one in (rated(n), *rectified(n))))
        at_once = await desk.send()
        desk.clock.advance(timedelta(seconds=61))
        then = await desk.send()

    assert (at_once, then) == (3, 2)


@pytest.mark.parametrize("status", [401, 404, 302])
async def test_a_wrong_address_or_key_refuses_nothing_for_good(desk: Desk, status: int) -> None:
    with playing(always(status)) as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,))
        await desk.hear(rated(), *rectified())
        await desk.send()

    (row,) = await desk.rows()
    assert (row.state, "请核对回传地址和密钥" in row.reason) == ("waiting", True)


async def test_an_attempt_is_recorded_without_the_secrets_that_the_other_side_quotes(desk: Desk) -> None:
    with playing(always(400, {"reason": "bad token-1234 at 办件 1"})) as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,), headers={"X-App": "token-1234"})
        await desk.hear(rated(), *rectified())
        await desk.send()

    (one,) = await attempts(desk)
    assert (one.outcome, one.status, one.latency_ms is not None) == ("refused", 400, True)
    assert "bad *** at" in one.detail


async def test_texts_are_asked_of_the_vault_and_never_recorded(db: Database) -> None:
    class Vault:
        async def text_of(self, wanted: Wanted, *, redacted: bool) -> str:
            is_wanted = wanted.step is Step.REPLIED and not redacted
            return f"已整改 {wanted.subject_id}" if is_wanted else ""

    desk = desk_over(db, texts=Vault())
    with playing(always(422, {"reason": "已整改 r1 不合规"})) as platform:
        await desk.target(platform.url, steps=(Step.REPLIED,))
        await desk.hear(rated(), *rectified())
        await desk.send()

    assert platform.asked[0][1]["data"]["text"] == "已整改 r1"
    assert "已整改" not in (await attempts(desk))[0].detail


async def test_a_host_that_may_not_be_called_is_never_called(db: Database) -> None:
    desk = desk_over(db, hosts="10.0.0.0/8")
    with playing() as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,))
        await desk.hear(rated(), *rectified())
        await desk.send()

    (row,) = await desk.rows()
    assert (platform.asked, row.state, "DUBAN_RETURN_HOSTS" in row.reason) == ([], "waiting", True)


@pytest.mark.slow
async def test_two_senders_make_each_attempt_once(desk: Desk) -> None:
    other = desk_over(desk.db)
    with playing() as platform:
        await desk.target(platform.url)
        await desk.hear(*(one for n in range(1, 21) for one in (rated(n), *rectified(n))))
        while await desk.sender.sources():
            await asyncio.gather(desk.sender.round("push"), other.sender.round("push"))

    assert (len(platform.asked), set(platform.taken.values())) == (80, {1})


async def test_what_was_on_its_way_when_the_sender_died_is_said_again_under_the_same_id(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,))
        await desk.hear(rated(), *rectified())
        async with desk.db.transaction() as tx:
            claimed = await begin(tx, "push", seal=Unsealed(), real_now=desk.clock.instant)
        soon = await desk.send()
        desk.clock.advance(timedelta(minutes=1))
        await desk.send()

    assert (soon, platform.ids()) == (0, [claimed.begun[0].return_id])
    assert [one.outcome for one in await attempts(desk)] == ["unknown", "delivered"]


async def test_a_target_that_is_off_keeps_what_waits(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,), enabled=False)
        await desk.hear(rated(), *rectified())
        off = await desk.send()
        await desk.target(platform.url, steps=(Step.CLOSED,))
        on = await desk.send()

    assert (off, on) == (0, 1)


async def test_a_step_that_lost_its_code_is_let_go_and_says_so(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url)
        await desk.hear(rated(), *rectified())
        await desk.target(platform.url, overrides={"codes": {"rectified": None}})
        await desk.send()

    assert await desk.states() == ["delivered", "dismissed", "delivered", "delivered"]


async def test_a_form_that_fits_no_more_is_told_by_all_that_waits(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,))
        await desk.hear(rated(), *rectified())
        async with desk.db.transaction() as tx:
            await tx.session.execute(update(ReturnRow).values(state="waiting"))
            target = "UPDATE return_target SET form = 'gone'"
            await (await tx.session.connection()).exec_driver_sql(target)
        await desk.send()

    assert "没有回传格式 gone" in (await desk.rows())[0].reason


async def test_a_line_that_breaks_in_our_own_hands_counts_as_unknown(db: Database) -> None:
    class Broken(Caller):
        async def call(self, call: Call) -> Answer | NoAnswer:
            raise ValueError(call.url)

    desk = desk_over(db, line=lambda way: Broken(timeout=way.timeout))
    await desk.target("http://127.0.0.1:9/", steps=(Step.CLOSED,))
    await desk.hear(rated(), *rectified())
    await desk.send()

    assert await desk.states() == ["unknown"]


async def test_what_was_put_off_while_the_one_before_it_ended_is_looked_at_again(desk: Desk) -> None:
    with playing(always(503)) as platform:
        await desk.target(platform.url, steps=(Step.REPLIED, Step.CLOSED))
        await desk.hear(rated(), *rectified())
        await desk.send()
        async with desk.db.transaction() as tx:  # As another replica would, unseen by this one.
            ended = update(ReturnRow).where(ReturnRow.step == Step.REPLIED).values(state="delivered")
            await tx.session.execute(ended)
        platform.reply = well
        soon = await desk.send()
        desk.clock.advance(timedelta(minutes=11))
        later = await desk.send()

    assert (soon, later, await desk.states()) == (0, 1, ["delivered"] * 2)


@pytest.mark.slow
async def test_a_platform_that_refuses_everything_does_not_hold_up_what_is_free(desk: Desk) -> None:
    with playing(lambda *_: refuse()) as platform:
        await desk.target(platform.url)
        await desk.hear(*(one for n in range(1, 71) for one in (rated(n), *rectified(n))))
        await desk.send()
        platform.reply = well
        await desk.hear(rated(99), *rectified(99))
        await desk.send()

    assert (len(platform.kept), (await desk.states()).count("refused")) == (4, 70)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome.DELIVERED, "delivered"), (Outcome.REFUSED, "unknown"), (Outcome.FAILED, "unknown")],
)
async def test_an_answer_that_comes_after_all_counts_when_it_is_a_yes(
    desk: Desk, outcome: Outcome, state: str
) -> None:
    await desk.target("http://127.0.0.1:9/", steps=(Step.CLOSED,))
    await desk.hear(rated(), *rectified())
    async with desk.db.transaction() as tx:
        claimed = await begin(tx, "push", seal=Unsealed(), real_now=desk.clock.instant)
        await tx.session.execute(update(ReturnRow).values(state="unknown"))
    late = Ended(claimed.begun[0], Verdict(outcome), latency_ms=90_000, spread=0.5)
    for _ in range(2):
        async with desk.db.transaction() as tx:
            await end(tx, "push", [late], real_now=desk.clock.instant)

    assert await desk.states() == [state]
    assert len(await events_of(desk.db, ReturnDelivered)) == (outcome is Outcome.DELIVERED)


async def test_texts_that_cannot_be_read_now_are_waited_for(db: Database) -> None:
    class Closed:
        async def text_of(self, wanted: Wanted, *, redacted: bool) -> str:  # noqa: ARG002 - the port's.
            raise Unavailable(f"保险库打不开：{wanted.subject_id} {wanted.step}")

    desk = desk_over(db, texts=Closed())
    with playing() as platform:
        await desk.target(platform.url, steps=(Step.CLOSED,))
        await desk.hear(rated(), *rectified())
        await desk.send()

    assert (platform.asked, (await desk.rows())[0].reason) == ([], "保险库打不开：r1 closed")
