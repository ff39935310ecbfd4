"""The pages of signed links, with a notify that is played."""

import json
from typing import Any

import httpx
import jwt

from tests.gateway.world import World

NOTICE: dict[str, Any] = {
    "answer": "acknowledged",
    "text": "【提前预警】《修路》<b>",
    "given": False,
    "until_at": None,
}


def answering(world: World, status: int = 200, **said: Any) -> None:  # noqa: ANN401 - JSON of notify.
    world.inner.answer = lambda _: httpx.Response(status, json=said)


async def test_opening_a_link_shows_the_notice_and_a_button_and_only_looks(world: World) -> None:
    answering(world, **NOTICE)

    async with world.stranger() as reader:
        page = await reader.get("/n/a.b.c")

    [asked] = world.inner.asked
    assert (asked.url.path, json.loads(asked.content)) == ("/links/look", {"token": "a.b.c"})
    assert "《修路》&lt;b&gt;" in page.text
    assert '<form method="post">' in page.text
    assert "确认知悉" in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


async def test_the_button_answers_with_the_reason_in_the_name_of_nobody_but_the_link(world: World) -> None:
    answering(world, **NOTICE | {"given": True})

    async with world.stranger() as reader:
        page = await reader.post("/n/a.b.c", content="reason=%E6%AD%A3%E5%9C%A8%E5%8A%9E")

    [asked] = world.inner.asked
    who = jwt.decode(asked.headers["x-duban-principal"], options={"verify_signature": False})
    assert (asked.url.path, json.loads(asked.content)["reason"]) == ("/links/answer", "正在办")
    assert (who["role"], who["scopes"]) == ("link", ["links:use"])
    assert "已记录：知悉" in page.text
    assert "<form" not in page.text


async def test_a_link_that_is_refused_gets_a_page_that_says_why(world: World) -> None:
    answering(world, 409, title="链接已过期", code="link.expired")

    async with world.stranger() as reader:
        page = await reader.get("/n/a.b.c")

    assert (page.status_code, page.headers["content-type"]) == (409, "text/html; charset=utf-8")
    assert "链接已过期" in page.text
    assert "<form" not in page.text


async def test_while_notify_is_down_the_page_says_so(world: World) -> None:
    answering(world, 401)

    async with world.stranger() as reader:
        page = await reader.post("/n/a.b.c")

    assert page.status_code == 503
    assert "暂时无法访问" in page.text
