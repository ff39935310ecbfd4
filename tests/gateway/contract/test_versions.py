"""Entity tags: a reader is told that nothing changed, and a change is held to what was seen."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.gateway.contract import versions
from services.gateway.contract.retirement import Retirement, find, headers_for
from services.gateway.inner.routes import ROUTES, Route
from tests.gateway.world import World

BY_NAME = {(route.method, route.path): route for route in ROUTES}
TASK = BY_NAME["GET", "/tasks/{task_id}"]
CHANGED = {"code": "task.changed", "title": "事项 t1 已变更", "revision": 13, "status": 409}


def answering(status: int, body: Any) -> Any:  # noqa: ANN401 - any JSON.
    return lambda _: httpx.Response(status, json=body)


def test_the_tag_of_a_task_says_its_revision_and_changes_with_its_bytes() -> None:
    tags = [versions.tag_of(TASK, body) for body in (b'{"revision":12}', b'{"revision":12,"a":1}')]

    assert [tag[:5] for tag in tags] == ['"r12-', '"r12-']
    assert len(set(tags)) == 2


def test_a_list_has_a_tag_without_a_revision() -> None:
    assert "-" not in versions.tag_of(BY_NAME["GET", "/plans"], b"[]")


@pytest.mark.parametrize(
    ("said", "known"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("a", False)],
)
def test_a_reader_knows_what_it_has(said: str, known: bool) -> None:  # noqa: FBT001 - a column of the table.
    assert versions.is_known(said, '"a"') is known


async def test_who_has_the_answer_already_gets_no_more_than_that(world: World) -> None:
    world.inner.answer = answering(200, {"id": "t1", "revision": 12})
    async with await world.client("tasks:read") as client:
        first = await client.get("/api/v1/tasks/t1")
        again = await client.get("/api/v1/tasks/t1", headers={"if-none-match": first.headers["etag"]})
        other = await client.get("/api/v1/tasks/t1", headers={"if-none-match": '"r11-ab"'})

    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert (again.content, again.headers["etag"]) == (b"", first.headers["etag"])


async def test_a_full_page_has_another_tag_once_there_is_a_page_behind_it(world: World) -> None:
    links = iter(["", '<?after=x>; rel="next"'])
    world.inner.answer = lambda _: httpx.Response(200, json=[1], headers={"link": next(links)})
    async with await world.client("tasks:read") as client:
        first = await client.get("/api/v1/measures?limit=1")
        second = await client.get(
            "/api/v1/measures?limit=1", headers={"if-none-match": first.headers["etag"]}
        )

    assert (second.status_code, second.links["next"]["url"]) == (200, "?after=x")


async def test_a_change_is_held_to_the_revision_that_was_seen(world: World) -> None:
    world.inner.answer = answering(409, CHANGED)
    async with await world.client("tasks:write") as client:
        answer = await client.post(
            "/api/v1/tasks/t1/moves", json={"move": "accept"}, headers={"if-match": '"r12-ab"'}
        )

    assert world.inner.asked[0].content == b'{"move": "accept", "if_revision": 12}'
    assert (answer.status_code, answer.json()["code"], answer.json()["revision"]) == (
        412,
        "precondition.failed",
        13,
    )


async def test_any_other_conflict_stays_one(world: World) -> None:
    world.inner.answer = answering(409, {"code": "move.illegal"})
    async with await world.client("tasks:write") as client:
        answer = await client.post("/api/v1/tasks/t1/moves", json={}, headers={"if-match": '"r12-ab"'})

    assert (answer.status_code, answer.json()) == (409, {"code": "move.illegal"})


@pytest.mark.parametrize(
    ("path", "tag", "code"),
    [
        ("/tasks/t1/moves", '"5feceb66"', "precondition.failed"),
        ("/tasks/t1/moves", "r12", "precondition.failed"),
        ("/problems", '"r12-ab"', "precondition.unsupported"),
    ],
)
async def test_a_tag_that_can_hold_nothing_is_refused(world: World, path: str, tag: str, code: str) -> None:
    async with await world.client("tasks:write") as client:
        answer = await client.post(f"/api/v1{path}", json={}, headers={"if-match": tag})

    assert (answer.status_code, answer.json()["code"], world.inner.asked) == (412, code, [])


@pytest.mark.parametrize(("tag", "body"), [("*", b"{}"), ('"r1-a"', b"no json"), ('"r1-a"', b"[]")])
async def test_what_names_no_revision_or_is_no_object_goes_on_as_it_is(
    world: World, tag: str, body: bytes
) -> None:
    async with await world.client("tasks:write") as client:
        await client.post("/api/v1/tasks/t1/moves", content=body, headers={"if-match": tag})

    assert world.inner.asked[0].content == body


GONE_SOON = Retirement(
    "GET",
    "/api/v1/old/{name}/rows",
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 7, 1, tzinfo=UTC),
    "/api/v1/new",
)


def test_a_route_that_will_go_says_so_with_every_answer() -> None:
    assert headers_for("GET", "/api/v1/old/a/rows", [GONE_SOON]) == {
        "deprecation": "@1767225600",
        "sunset": "Wed, 01 Jul 2026 00:00:00 GMT",
        "link": '</api/v1/new>; rel="successor-version"',
    }


def test_a_route_may_be_left_without_a_day_or_a_successor() -> None:
    row = GONE_SOON._replace(sunset=None, successor="")

    assert headers_for("GET", "/api/v1/old/a/rows", [row]) == {"deprecation": "@1767225600"}


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/v1/old/a/rows"), ("GET", "/api/v1/old/a/b/rows")]
)
def test_no_other_route_says_it(method: str, path: str) -> None:
    assert headers_for(method, path, [GONE_SOON]) == {}


def test_a_retirement_is_found_by_its_path_in_the_document() -> None:
    assert find("GET", GONE_SOON.path, [GONE_SOON]) is GONE_SOON
    assert find("GET", "/api/v1/tasks", [GONE_SOON]) is None


def test_what_takes_a_revision_is_what_its_service_says() -> None:
    held = {path for (method, path), route in BY_NAME.items() if versions.takes_revision(route)}

    assert {"/tasks/{task_id}", "/tasks/{task_id}/moves", "/tasks/{task_id}/members"} <= held
    assert isinstance(BY_NAME["PATCH", "/tasks/{task_id}"], Route)
