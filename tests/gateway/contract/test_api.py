"""What everybody may read of the events: AsyncAPI, JSON Schemas and the page, without a key."""

import re

from shared.events import schemas
from tests.gateway.world import World

CLOSED = "cn.duban.supervision.task.closed.v1"


async def test_the_contract_is_shown_without_a_key(world: World) -> None:
    async with world.stranger() as stranger:
        described = (await stranger.get("/api/v1/asyncapi/supervision.json")).json()
        schema = (await stranger.get(f"/api/v1/event-schemas/{CLOSED}.json")).json()

    assert (described["asyncapi"], CLOSED in described["components"]["messages"]) == ("3.0.0", True)
    assert schema == schemas.committed()[CLOSED]


async def test_what_there_is_no_contract_for_is_not_found(world: World) -> None:
    async with world.stranger() as stranger:
        feed = await stranger.get("/api/v1/asyncapi/nothing.json")
        kind = await stranger.get("/api/v1/event-schemas/..%2Fwords.json")
        other = await stranger.get("/api/v1/event-schemas/cn.duban.nothing.v1.json")

    assert [(one.status_code, one.json()["code"]) for one in (feed, other)] == [
        (404, "feed.unknown"),
        (404, "event.unknown"),
    ]
    assert kind.status_code == 404


async def test_the_page_names_every_event_in_chinese_with_its_fields_and_an_example(world: World) -> None:
    async with world.stranger() as stranger:
        page = await stranger.get("/docs/events")

    assert set(re.findall(r'<article id="([\w.]+)"', page.text)) == set(schemas.published())
    assert all(word in page.text for word in ("办结", "事项完成，计时停止", "办结时间", "fa01-3"))
    assert "<script" not in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
