"""Files of inner services: handed on as they come, with their names; a refusal goes through whole."""

from collections.abc import AsyncIterator

import httpx

from tests.gateway.world import World

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMED = {
    "content-type": XLSX,
    "content-disposition": "attachment; filename*=UTF-8''%E5%8F%B0",
    "set-cookie": "a=b",
}


class Pieces(httpx.AsyncByteStream):
    """A body in two pieces that notes when it was closed."""

    def __init__(self) -> None:
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"PK"
        yield b"rest"

    async def aclose(self) -> None:
        self.closed = True


async def test_a_file_goes_through_with_its_type_and_its_name(world: World) -> None:
    pieces = Pieces()
    world.inner.answer = lambda _: httpx.Response(200, stream=pieces, headers=NAMED)

    async with await world.client("tasks:read") as client:
        answer = await client.get("/api/v1/ledger.xlsx", params={"state": "closed"})

    assert (answer.content, pieces.closed) == (b"PKrest", True)
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"] == NAMED["content-disposition"]
    assert "set-cookie" not in answer.headers


async def test_a_refused_file_is_the_problem_that_the_service_told(world: World) -> None:
    body = {"code": "query.filter_unknown", "title": "没有这个筛选", "status": 422}
    world.inner.answer = lambda _: httpx.Response(422, json=body)

    async with await world.client("tasks:read") as client:
        answer = await client.get("/api/v1/ledger.xlsx", params={"colour": "red"})

    assert (answer.status_code, answer.json()) == (422, body)


async def test_a_workbook_may_be_ten_megabytes_and_no_more(world: World) -> None:
    async with await world.client("tasks:write") as client:
        taken = await client.post("/api/v1/ledger/import", content=b"x" * 5_000_000)
        refused = await client.post("/api/v1/forms/progress", content=b"x" * 11_000_000)

    assert (taken.status_code, refused.status_code, refused.json()["code"]) == (200, 413, "body.too_large")
    assert [len(asked.content) for asked in world.inner.asked] == [5_000_000]
