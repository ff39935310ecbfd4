"""Refused records: kept, listed without their content, mended, tried again, discarded; and the day is reconciled."""

from sqlalchemy import select, text

from services.gateway.feeds.domain.steps import Outcome
from services.gateway.models import FeedReject
from shared.events.ratings import RatingSubmitted
from shared.testing import events_of
from tests.gateway.feeds.sending import SCOPES, one_rating, one_service, register, send
from tests.gateway.world import World

REJECTS = "/api/v1/feed-rejects"
DAY = "2023-06-20"


async def test_a_refused_record_is_listed_without_its_content_and_shown_to_who_may_write(
    world: World,
) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push")
        await send(client, "x", [one_rating(pf="9", writingEvaluation="窗口没人")])
        listed = await client.get(REJECTS, params={"source": "x", "day": DAY, "state": "open"})
        whole = await client.get(f"{REJECTS}/{listed.json()[0]['id']}")
    async with await world.client("ops:read") as reader:
        refused = await reader.get(f"{REJECTS}/{listed.json()[0]['id']}")

    (one,) = listed.json()
    assert (one["field"], one["code"], one["place"], one["day"]) == ("pf", "code.unknown", "1", DAY)
    assert ("李某" in listed.text, "窗口没人" in listed.text) == (False, False)
    assert ("窗口没人" in whole.json()["raw"], refused.status_code) == (True, 403)


async def test_a_mended_record_is_taken_and_its_reject_is_done(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push")
        reject = (await send(client, "x", [one_rating(pf="9")])).json()["records"][0]["reject_id"]
        still = await client.post(f"{REJECTS}/{reject}/replay")
        done = await client.post(f"{REJECTS}/{reject}/replay", json={"record": one_rating()})
        again = await client.post(f"{REJECTS}/{reject}/replay", json={"record": one_rating()})
        (row,) = (await client.get(REJECTS)).json()

    assert (still.status_code, still.json()["code"], still.json()["value"]) == (422, "code.unknown", "9")
    assert (done.status_code, done.json()["outcome"]) == (200, "accepted")
    assert (again.status_code, again.json()["code"], row["state"]) == (409, "reject.decided", "replayed")
    assert len(await events_of(world.db, RatingSubmitted)) == 1


async def test_after_the_mapping_is_corrected_the_record_itself_is_taken(world: World) -> None:
    lists = {"channel": {"scheme": "own", "codes": {"9": "hall_other"}}}
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push")
        reject = (await send(client, "x", one_rating(pf="9"))).json()["reject_id"]
        await register(client, "x", "push", overrides={"lists": lists})
        done = await client.post(f"{REJECTS}/{reject}/replay")

    (event,) = await events_of(world.db, RatingSubmitted)
    assert (done.json()["outcome"], event.channel) == ("accepted", "hall_other")


async def test_a_conflict_is_kept_and_stays_one_when_tried_again(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push")
        told = (await send(client, "x", [one_rating(), one_rating(pf="2")])).json()
        tried = await client.post(f"{REJECTS}/{told['records'][1]['reject_id']}/replay")

    assert (told["conflict"], tried.status_code, tried.json()["code"]) == (1, 409, "record.conflict")


async def test_a_discarded_record_stays_with_its_reason(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push")
        reject = (await send(client, "x", [{"a": 1}])).json()["records"][0]["reject_id"]
        bare = await client.request("DELETE", f"{REJECTS}/{reject}", json={})
        done = await client.request("DELETE", f"{REJECTS}/{reject}", json={"reason": "测试数据"})
        again = await client.request("DELETE", f"{REJECTS}/{reject}", json={"reason": "测试数据"})
        none = await client.request("DELETE", f"{REJECTS}/none", json={"reason": "测试数据"})

    assert (bare.status_code, done.status_code, again.status_code, none.status_code) == (422, 200, 409, 404)
    assert (done.json()["state"], done.json()["reason"]) == ("discarded", "测试数据")


async def test_a_refused_record_that_is_sent_again_is_known(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push")
        told = [(await send(client, "x", [{"a": 1}, {"a": 1}])).json() for _ in range(2)]
        (day,) = (await client.get("/api/v1/feed-reconciliation")).json()

    assert len({one["reject_id"] for body in told for one in body["records"]}) == 1
    assert (day["received"], day["rejected"], day["repeated"]) == (4, 1, 3)


async def test_a_day_is_reconciled_with_what_the_source_says(world: World) -> None:
    records = [
        one_service(),
        one_service(),
        one_service(promiseDay="9"),
        one_rating(),
        one_rating(pf="2"),
        {"a": 1},
    ]
    path = f"/api/v1/feed-reconciliation/x/{DAY}"
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push-shandong")
        await send(client, "x", [*records, {"projectNo": "1", "proStatus": "1"}])
        stated = (await client.put(path, json={"count": 8})).json()
        restated = (await client.put(path, json={"count": 6})).json()
        (listed,) = (
            await client.get("/api/v1/feed-reconciliation", params={"source": "x", "day": DAY})
        ).json()

    assert {name.value: stated[name.value] for name in Outcome} == {
        "accepted": 2,
        "corrected": 1,
        "repeated": 1,
        "ignored": 1,
        "conflict": 1,
        "rejected": 1,
    }
    assert (stated["received"], stated["rejects"]["open"], stated["events"]) == (
        7,
        2,
        {"accepted": 2, "rating": 1},
    )
    assert (stated["difference"], restated["difference"], listed) == (-2, 0, restated)


async def test_values_are_not_stored_where_they_are_shown_and_sealed_elsewhere(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push")
        await send(client, "x", [one_service(areaCode="张三13900000000")])

    async with world.db.reading() as session:
        (row,) = (await session.scalars(select(FeedReject))).all()
        names = set((await session.execute(text("SELECT * FROM feed_reject"))).keys()) - {"raw"}
    shown = " ".join(str(getattr(row, name)) for name in names)
    assert ("张三" in shown, "13900000000" in shown, "张三".encode() in row.raw) == (False, False, False)
