"""A rating is published by a person only, of a rater who allowed it, in words that name nobody."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.gateway.publication.models import Publication
from services.gateway.publication.service import publish, withdraw
from services.gateway.vault.domain import Kind, Private
from shared.database import Database
from shared.errors import Conflict
from shared.events.ratings import RatingPublished, RatingWithdrawn
from shared.testing import events_of
from tests.gateway.publication.rated import UNIT, archived, deliver, rated, submitted
from tests.gateway.test_databases import db, postgres  # noqa: F401 - fixtures: both kinds of database.
from tests.gateway.vault.keepers import PLANTED, ZHANG, keep
from tests.gateway.world import World

API = "/api/v1"
WORDS = {"text": "某某，窗口让我跑了三趟。", "outcome": "已向评价人道歉并公布一次性告知清单。"}


async def release(world: World, rating_id: str, role: str = "supervisor", **said: str) -> httpx.Response:
    async with await world.client(role=role) as client:
        return await client.post(f"{API}/ratings/{rating_id}/publication", json=WORDS | said)


async def take_back(world: World, rating_id: str, reason: str = "评价人要求") -> httpx.Response:
    async with await world.client(role="supervisor") as client:
        return await client.delete(f"{API}/ratings/{rating_id}/publication", params={"reason": reason})


async def shown(world: World, after: str = "") -> dict[str, Any]:
    async with world.stranger() as stranger:
        found: dict[str, Any] = (
            await stranger.get(f"{API}/published-ratings", params={"after": after, "limit": 50})
        ).json()
    return found


async def test_a_released_rating_is_shown_to_everybody_and_told_to_subscribers(world: World) -> None:
    rating_id = await rated(world.db)

    answer = await release(world, rating_id)

    assert (answer.status_code, answer.json()["state"]) == (201, "published")
    (item,) = (await shown(world))["items"]
    assert (item["rating_id"], item["level_words"], item["unit_code"]) == (rating_id, "非常不满意", UNIT)
    assert item["reasons"] == ["多头跑窗口和部门", "服务态度差效率低"]
    assert (item["text"], item["outcome"], item["rated_on"]) == (*WORDS.values(), "2023-06-20")
    assert await events_of(world.db, RatingPublished) == [RatingPublished(rating_id=rating_id)]


async def test_nothing_is_published_of_itself(world: World) -> None:
    rating_id = await rated(world.db)

    async with await world.client(role="supervisor") as client:
        (waiting,) = (await client.get(f"{API}/publications")).json()

    assert (waiting["rating_id"], waiting["state"], waiting["text"]) == (rating_id, "waiting", "")
    assert (await shown(world))["items"] == []


async def test_a_draft_has_what_redaction_leaves(world: World) -> None:
    rating_id = await rated(world.db)

    async with await world.client(role="supervisor") as client:
        answer = await client.get(f"{API}/ratings/{rating_id}/publication")

    assert answer.json()["draft"] == "我叫某某，窗口让我跑了三趟，请回电［电话］。"
    assert answer.json()["taken_out"] == {"name": 1, "phone": 1}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("changes", [{"publish": False}, {"is_default": True}, {"rating_id": "push.2.1"}])
async def test_without_the_raters_word_nothing_is_published(world: World, changes: dict[str, Any]) -> None:
    await rated(world.db, **changes)

    refused = await release(world, "push.1.1")

    assert (refused.status_code, refused.json()["code"]) == (404, "publication.not_allowed")
    async with await world.client(role="supervisor") as client:
        assert (await client.get(f"{API}/ratings/push.1.1/publication")).status_code == 404


@pytest.mark.parametrize(
    ("said", "field", "kind"),
    [
        ({"text": "我叫王丽娟，跑了三趟"}, "text", "name"),
        ({"text": "张晓梅跑了三趟"}, "text", "name"),
        ({"text": "请打１３９００００１２３４"}, "text", "phone"),
        ({"outcome": "已向虎杨村三组的评价人道歉"}, "outcome", "address"),
    ],
)
async def test_words_that_name_somebody_are_refused_and_not_repeated(
    world: World, said: dict[str, str], field: str, kind: str
) -> None:
    rating_id = await rated(world.db)

    refused = await release(world, rating_id, **said)

    assert (refused.status_code, refused.json()["code"]) == (422, "publication.not_redacted")
    assert (refused.json()["field"], list(refused.json()["found"])) == (field, [kind])
    assert not [word for word in (*PLANTED, "王丽娟") if word in refused.text]
    assert await events_of(world.db, RatingPublished) == []


async def test_of_a_rater_without_words_none_are_shown(world: World) -> None:
    rating_id = await rated(world.db, Private(phone="13900001234", source="push"))

    refused = await release(world, rating_id)
    released = await release(world, rating_id, text="")

    assert (refused.json()["code"], released.status_code) == ("publication.no_words", 201)


async def test_only_a_supervisor_releases(world: World) -> None:
    rating_id = await rated(world.db)

    codes = [(await release(world, rating_id, role)).json()["code"] for role in ("leader", "secadmin", "ops")]
    async with await world.client("publications:write", role="unit_lead", unit="u1") as client:
        refused = await client.post(f"{API}/ratings/{rating_id}/publication", json=WORDS)

    assert codes == ["scope.missing"] * 3
    assert refused.json()["code"] == "role.refused"


async def test_a_withdrawn_rating_is_shown_no_more_and_may_be_released_again(world: World) -> None:
    rating_id = await rated(world.db)
    await release(world, rating_id)

    without_reason = await take_back(world, rating_id, "")
    withdrawn = await take_back(world, rating_id)
    again = await take_back(world, rating_id)
    empty = await shown(world)
    released = await release(world, rating_id)

    assert (without_reason.json()["code"], withdrawn.json()["state"]) == ("reason.missing", "withdrawn")
    assert (again.json()["code"], empty["items"], released.status_code) == ("publication.state", [], 201)
    assert withdrawn.json()["text"] == ""
    assert await events_of(world.db, RatingWithdrawn) == [RatingWithdrawn(rating_id=rating_id)]
    assert len(await events_of(world.db, RatingPublished)) == 2


async def test_what_is_published_is_not_published_again(world: World) -> None:
    rating_id = await rated(world.db)

    codes = [(await release(world, rating_id)).status_code for _ in range(2)]

    assert codes == [201, 409]
    assert len(await events_of(world.db, RatingPublished)) == 1


@pytest.mark.slow
async def test_the_newest_come_first_page_by_page(world: World) -> None:
    events = [submitted(number) for number in range(1, 53)]
    await deliver(world.db, *archived(*events))
    async with await world.client(role="supervisor") as client:
        for event in events:
            await client.post(f"{API}/ratings/{event.rating_id}/publication", json={"text": ""})

    first = await shown(world)
    second = await shown(world, first["next"])

    assert [len(page["items"]) for page in (first, second)] == [50, 2]
    assert second["next"] is None
    assert len({one["rating_id"] for page in (first, second) for one in page["items"]}) == 52


async def test_what_is_released_from_one_page_moves_nothing_past_the_next(world: World) -> None:
    events = [submitted(number) for number in range(1, 6)]
    await deliver(world.db, *archived(*events))
    async with await world.client(role="supervisor") as client:
        first = await client.get(f"{API}/publications", params={"limit": 2})
        for one in first.json():
            await client.post(f"{API}/ratings/{one['rating_id']}/publication", json={"text": ""})
        second = await client.get(f"{API}/publications{first.links['next']['url']}")
        third = await client.get(f"{API}/publications{second.links['next']['url']}")
        strange = await client.get(f"{API}/publications{first.links['next']['url']}&state=published")

    seen = [one["rating_id"] for answer in (first, second, third) for one in answer.json()]
    assert sorted(seen) == sorted(event.rating_id for event in events)
    assert (third.links, strange.json()["code"]) == ({}, "page.unknown")


async def test_a_person_who_is_destroyed_is_taken_off_the_page(world: World) -> None:
    rating_id = await rated(world.db)
    await keep(world.db, {"service-1": ZHANG})
    await release(world, rating_id)

    async with await world.client(role="secadmin") as client:
        done = await client.delete(f"{API}/vault/people/service-1", params={"reason": "本人要求"})
    refused = await release(world, rating_id)

    assert (done.json()["subjects"], (await shown(world))["items"]) == (2, [])
    assert await events_of(world.db, RatingWithdrawn) == [RatingWithdrawn(rating_id=rating_id)]
    assert refused.json()["code"] == "publication.no_words"


async def test_release_and_withdrawal_count_revisions_on_both_databases(db: Database) -> None:  # noqa: F811
    rating_id = await rated(db)
    known = {Kind.TEXT: "跑了三趟"}

    for _ in range(2):
        async with db.transaction() as tx:
            await publish(tx, rating_id, said=WORDS, known=known, by="key-1")
        async with db.transaction() as tx:
            await withdraw(tx, rating_id, reason="更正", by="key-1")
    with pytest.raises(Conflict):
        async with db.transaction() as tx:
            await withdraw(tx, rating_id, reason="更正", by="key-1")

    async with db.reading() as session:
        (row,) = (await session.scalars(select(Publication))).all()
    assert (row.state, row.revision, row.text, row.level) == ("withdrawn", 4, "", 1)
