"""The pages on which people answer a survey, with a metrics that is played."""

import json
from typing import Any

import httpx
import jwt

from tests.gateway.world import World

SHEET: dict[str, Any] = {
    "kind_title": "背对背测评",
    "title": "季度<b>",
    "subjects": [{"code": "u1", "name": "甲局"}, {"code": "u2", "name": "乙局"}],
    "questions": [{"code": "q1", "text": "配合", "kind": "scale", "options": ["好", "差"]}],
    "group": "部门互评",
    "invited": 44,
    "minimum": 10,
}
TOKEN = "ABCDE-FGHJK-MNPQR-STVWX"


def answering(world: World, status: int = 200, **said: Any) -> None:  # noqa: ANN401 - JSON of metrics.
    world.inner.answer = lambda _: httpx.Response(status, json=said)


async def test_a_link_shows_the_sheet_and_hands_it_in_without_the_token_in_the_address(world: World) -> None:
    answering(world, **SHEET)

    async with world.stranger() as person:
        page = await person.get(f"/s/{TOKEN}")

    [asked] = world.inner.asked
    assert (asked.url.path, json.loads(asked.content)) == ("/survey-sheets/look", {"token": TOKEN})
    assert '<form method="post" action="/s"' in page.text
    assert f'type="hidden" name="code" value="{TOKEN}"' in page.text
    assert '<select name="1-0"><option value="0">不评价</option><option value="1">好</option>' in page.text
    assert "背对背测评：季度&lt;b&gt;" in page.text
    assert "共发出44个测评码" in page.text


async def test_the_pages_are_for_telephones_and_keep_nothing_there(world: World) -> None:
    async with world.stranger() as person:
        page = await person.get("/s")

    assert 'name="viewport"' in page.text
    assert '<form method="post" action="/s"><label>测评码' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers
    assert "<script" not in page.text


async def test_a_token_that_is_typed_leads_to_its_sheet(world: World) -> None:
    answering(world, **SHEET)

    async with world.stranger() as person:
        page = await person.post("/s", data={"code": TOKEN})

    assert [one.url.path for one in world.inner.asked] == ["/survey-sheets/look"]
    assert "甲局" in page.text


async def test_a_sheet_goes_to_metrics_as_cells_and_is_received(world: World) -> None:
    answering(world, received=True)

    async with world.stranger() as person:
        page = await person.post("/s", data={"code": TOKEN, "0-0": "1", "1-0": "0", "x": "y", "1-1": "9999"})

    [asked] = world.inner.asked
    who = jwt.decode(asked.headers["x-duban-principal"], options={"verify_signature": False})
    assert (asked.url.path, asked.url.query) == ("/survey-sheets/answer", b"")
    assert json.loads(asked.content) == {"token": TOKEN, "cells": {"0-0": 1, "1-0": 0}}
    assert (who["id"], who["role"], who["scopes"]) == ("survey", "link", ["links:use"])
    assert "答卷已收到" in page.text


async def test_a_token_that_is_spent_gets_one_clear_sentence(world: World) -> None:
    answering(world, 409, title="该测评码已使用，对应的答卷已收到，不能再次提交", code="survey.spent")

    async with world.stranger() as person:
        page = await person.post("/s", data={"code": TOKEN, "0-0": "1"})

    assert page.status_code == 409
    assert "该测评码已使用" in page.text
    assert "<form" not in page.text


async def test_a_metrics_that_is_down_loses_no_answer_silently(world: World) -> None:
    def down(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down")

    world.inner.answer = down
    async with world.stranger() as person:
        page = await person.post("/s", data={"code": TOKEN, "0-0": "1"})

    assert (page.status_code, "未提交答卷" in page.text, "请稍后再试" in page.text) == (503, True, True)


async def test_a_form_of_too_many_fields_is_refused(world: World) -> None:
    async with world.stranger() as person:
        page = await person.post("/s", content="&".join(f"0-{n}=1" for n in range(2200)))

    assert (page.status_code, world.inner.asked) == (422, [])
