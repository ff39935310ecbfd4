"""The OpenAPI document: complete, readable, and with examples that fit their schemas."""

import re
from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI

from services.gateway.contract.document import completed, operation_id
from services.gateway.contract.inner import FOLDER, SERVICES
from services.gateway.inner.api import OPS
from services.gateway.inner.routes import OPS_ROUTES, ROUTES
from tests.gateway.world import World

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.apps.public.openapi()
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        one | {"at": (method, path)}
        for path, item in document["paths"].items()
        for method, one in item.items()
    ]


@pytest.mark.slow
def test_every_operation_has_a_name_of_its_own_and_a_chinese_summary(document: dict[str, Any]) -> None:
    found = operations(document)
    names = [one["operationId"] for one in found]

    assert (len(set(names)), len(found)) == (len(names), len(names))
    assert [one["at"] for one in found if not CHINESE.search(one["summary"])] == []


@pytest.mark.slow
def test_every_operation_tells_its_failures_as_problem_documents(document: dict[str, Any]) -> None:
    problems = document["components"]["responses"]

    assert all("application/problem+json" in one["content"] for one in problems.values())
    for one in operations(document):
        wanted = set() if one.get("security") == [] else {"401", "403", "409"}
        assert wanted | {"429", "503"} <= set(one["responses"]), one["at"]


@pytest.mark.slow
def test_every_example_of_a_body_fits_its_schema(document: dict[str, Any]) -> None:
    bodies = [
        one["requestBody"]["content"].get("application/json", {})
        for one in operations(document)
        if "requestBody" in one
    ]
    exemplified = [one for one in bodies if "example" in one]

    for one in exemplified:
        jsonschema_rs.validate({**one["schema"], "components": document["components"]}, one["example"])
    assert len(exemplified) > 130


@pytest.mark.slow
def test_every_inner_route_says_what_it_answers(document: dict[str, Any]) -> None:
    for route in ROUTES:
        answers = document["paths"][f"/api/v1{route.path}"][route.method.lower()]["responses"]
        good = next(one for status, one in answers.items() if status.startswith("2"))
        assert all(content["schema"] for content in good.get("content", {}).values()), route.path


@pytest.mark.slow
def test_idempotency_keys_and_tags_stand_where_they_count(document: dict[str, Any]) -> None:
    def headers(method: str, path: str) -> set[str]:
        found = document["paths"][f"/api/v1{path}"][method].get("parameters", ())
        return {one["name"] for one in found if one["in"] == "header"}

    assert headers("post", "/tasks/{task_id}/moves") == {"Idempotency-Key", "If-Match"}
    assert headers("get", "/tasks/{task_id}") == {"If-None-Match"}
    assert headers("post", "/vault/{subject_id}/unmasked") == set()


@pytest.mark.slow
def test_lists_in_pages_say_so_in_their_parameters_and_their_head(document: dict[str, Any]) -> None:
    linked = {
        path.removeprefix("/api/v1")
        for path, item in document["paths"].items()
        if "Link" in item.get("get", {}).get("responses", {}).get("200", {}).get("headers", {})
    }
    inner = {one.path for one in ROUTES if {"after", "limit"} <= {*one.query}}

    assert inner - linked == set()
    assert linked - inner == {
        "/accounts",
        "/audit",
        "/feed-rejects",
        "/keys/audit",
        "/publications",
        "/published-ratings",
        "/returns",
        "/subscriptions/{name}/deliveries",
        "/vault/audit",
    }
    for path in linked:
        names = {one["name"] for one in document["paths"][f"/api/v1{path}"]["get"]["parameters"]}
        assert "limit" in names, path
        assert names & {"after", "before"}, path


@pytest.mark.slow
def test_no_schema_is_left_over_and_none_is_missing(document: dict[str, Any]) -> None:
    referred = set(re.findall(r"#/components/schemas/([\w.-]+)", repr(document)))

    assert referred == set(document["components"]["schemas"])


def test_an_operation_is_named_after_its_route() -> None:
    assert operation_id("get", "/api/v1/tasks/{task_id}/blocks") == "get_tasks_by_task_id_blocks"


def test_an_app_without_schemas_of_its_own_is_documented_too() -> None:
    paths = completed(FastAPI(title="x", version="1").openapi())["paths"]

    assert set(paths) == {f"/api/v1{one.path}" for one in ROUTES} | {f"{OPS}{one.path}" for one in OPS_ROUTES}


def test_the_services_that_are_described_are_those_behind_the_gateway() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(SERVICES)
