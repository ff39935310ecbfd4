"""The OpenAPI document: what FastAPI knows of our own routes, and what the inner services say of theirs.

Invariant: every status that a route can answer stands in it, and every failure is the one problem document.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI

from services.gateway.access import API, SCHEMES
from services.gateway.contract.examples import with_example
from services.gateway.contract.inner import REFERENCE, Node, all_schemas, operation_of
from services.gateway.contract.retirement import find
from services.gateway.contract.versions import takes_revision
from services.gateway.idempotency.domain import takes_key
from services.gateway.inner.routes import OPS_ROUTES, ROUTES, SERVICE_NAMES, Route
from shared.paging_http import LINK

# Status → what it says, where it can be answered.
PROBLEMS: dict[str, str] = {
    "400": "请求无法处理",
    "401": "没有密钥，或密钥无效、已过期",
    "403": "密钥没有所需的权限，或角色、单位不符",
    "404": "没有这个对象",
    "409": "对象的现状不允许，或与其他请求冲突；code 说明原因",
    "412": "If-Match 的版本不是现在的版本，对象已变更，请重新查看",
    "413": "正文超过上限",
    "422": "内容无效；field 指出字段，title 说明改法",
    "429": "请求过多，请按 Retry-After 稍后再试",
    "503": "服务暂时无法访问，请按 Retry-After 稍后再试",
}
PROBLEM: Node = {
    "type": "object",
    "description": "RFC 9457：code 是稳定的英文代码，title 是中文说明",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:duban:problem:task.not_found"]},
        "title": {"type": "string", "examples": ["没有督办事项 A-1-1，请核对编号"]},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "examples": [404]},
        "code": {"type": "string", "examples": ["task.not_found"]},
        "field": {"type": "string", "description": "出错的字段", "examples": ["task_id"]},
    },
}
IDEMPOTENCY_KEY: Node = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "幂等键，建议用 UUID。24 小时内用同一个键重发同一个请求，只执行一次，回答相同；"
    "同一个键换了内容为 422，尚在处理或结果未知为 409",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:/+=-]{1,255}$"},
    "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
}
IF_MATCH: Node = {
    "name": "If-Match",
    "in": "header",
    "description": "查看时得到的 ETag；对象已变更则为 412，不作更改",
    "schema": {"type": "string", "maxLength": 200},
    "example": '"r12-5feceb66ffc86f38d9527867"',
}
IF_NONE_MATCH: Node = {
    "name": "If-None-Match",
    "in": "header",
    "description": "上次得到的 ETag；没有变化则为 304，不再发送内容",
    "schema": {"type": "string", "maxLength": 200},
    "example": '"r12-5feceb66ffc86f38d9527867"',
}
NOT_MODIFIED: Node = {"description": "没有变化"}
_TAGGED: Node = {
    "ETag": {"description": "内容的版本，可作 If-None-Match 和 If-Match", "schema": {"type": "string"}}
}
PAGED = frozenset({"after", "limit"})
_WAIT: Node = {"Retry-After": {"description": "秒", "schema": {"type": "string"}}}
_HEADERS: dict[str, Node] = {
    "401": {"WWW-Authenticate": {"schema": {"type": "string"}}},
    "429": _WAIT,
    "503": _WAIT,
}
_METHODS = ("get", "put", "post", "patch", "delete")
_OF_FASTAPI = frozenset({"HTTPValidationError", "ValidationError"})


def document_api(app: FastAPI) -> None:
    """Let `app` publish the whole document."""
    plain = app.openapi

    def openapi() -> Node:
        if not app.openapi_schema:
            app.openapi_schema = completed(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # The documented way to change the document.


def completed(document: Node) -> Node:
    """Give FastAPI's document with all that it does not know."""
    inner = {(method, API + path): route for method, path, route in _inner()}
    own = document.get("components", {}).get("schemas", {})
    schemas = {name: one for name, one in own.items() if name not in _OF_FASTAPI} | all_schemas()
    schemas["Problem"] = PROBLEM
    paths: Node = {}
    for path, item in _all_paths(document["paths"], inner).items():
        paths[path] = {
            method: _exemplified(_operation(method, path, item[method], inner.get((method, path))), schemas)
            for method in _METHODS
            if method in item
        }
    responses = {status: _problem(status) for status in PROBLEMS}
    used = {name: schemas[name] for name in sorted(_used({"paths": paths, "answers": responses}, schemas))}
    components = {"schemas": used, "responses": responses, "securitySchemes": SCHEMES}
    security: list[Node] = [{name: []} for name in SCHEMES]
    return {**document, "paths": paths, "components": components, "security": security}


def _all_paths(own: Node, inner: Mapping[tuple[str, str], Route]) -> Node:
    """Give our own routes as FastAPI describes them, and the inner ones as far as the tables do."""
    paths: Node = {path: dict(item) for path, item in own.items()}
    for (method, path), route in inner.items():
        tag = "运维" if path.startswith(f"{API}/ops/") else SERVICE_NAMES[route.service]
        plain = {"summary": route.summary, "tags": [tag], "responses": {"200": {"description": "成功"}}}
        paths.setdefault(path, {})[method] = plain
    return paths


def operation_id(method: str, path: str) -> str:
    """Name an operation after its route: GET /tasks/{task_id}/blocks is `get_tasks_by_task_id_blocks`."""
    steps = re.sub(r"\{(\w+)\}", r"by_\1", path.removeprefix(API))
    return method + re.sub(r"[^a-z0-9]+", "_", steps.lower())


def _inner() -> Iterator[tuple[str, str, Route]]:
    for route in ROUTES:
        yield route.method.lower(), route.path, route
    for one in OPS_ROUTES:  # Every service has them, so any may describe them.
        route = Route(one.method, one.path, one.scope, one.summary, body=one.body, service="tasks")
        yield one.method.lower(), "/ops/{service}" + one.path, route


def _operation(method: str, path: str, plain: Node, route: Route | None) -> Node:
    said = _from_inner(plain, path, route) if route else plain
    said = _with_key(method, path, said)
    said |= {"deprecated": True} if find(method.upper(), path) else {}
    success = {status: one for status, one in said["responses"].items() if status.startswith(("2", "3"))}
    failures = {status: {"$ref": f"#/components/responses/{status}"} for status in _failures(method, said)}
    return {**said, "operationId": operation_id(method, path), "responses": success | failures}


def _exemplified(operation: Node, schemas: Node) -> Node:
    body = operation.get("requestBody")
    return {**operation, "requestBody": with_example(body, schemas)} if body else operation


def _failures(method: str, said: Node) -> Iterator[str]:
    is_open = said.get("security") == []
    takes = bool(said.get("parameters")) or "requestBody" in said
    for status in PROBLEMS:
        where = {
            "401": not is_open,
            "403": not is_open,
            "404": takes,
            "409": not is_open,
            "412": any(one.get("name") == "If-Match" for one in said.get("parameters", ())),
            "413": method != "get",
            "422": takes,
            "400": "requestBody" in said,
        }
        if where.get(status, True) or status in said["responses"]:
            yield status


def _with_key(method: str, path: str, said: Node) -> Node:
    """Say where an `Idempotency-Key` counts."""
    if not takes_key(method.upper(), path):
        return dict(said)
    return {**said, "parameters": [*said.get("parameters", ()), IDEMPOTENCY_KEY]}


def _from_inner(plain: Node, path: str, route: Route) -> Node:
    """Say of a route what its service says."""
    inner = operation_of(route.service, route.method, route.path)
    parameters = {one["name"]: one for one in inner.get("parameters", ())}
    names = re.findall(r"\{(\w+)\}", path)
    for name in (*names, *route.query):
        place = "path" if name in names else "query"
        fallback = {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}
        parameters.setdefault(name, fallback)
    body = inner.get("requestBody") or _raw_body(route.body)
    answers = {status: {"description": "成功", **one} for status, one in inner.get("responses", {}).items()}
    answers = {"200": _file()} if route.file else answers or plain["responses"]
    if route.method == "GET" and not route.file and not path.startswith(f"{API}/ops/"):
        parameters["If-None-Match"] = IF_NONE_MATCH
        headers = _TAGGED | (LINK if parameters.keys() >= PAGED else {})
        answers |= {"200": {**answers["200"], "headers": headers}, "304": NOT_MODIFIED}
    elif takes_revision(route):
        parameters["If-Match"] = IF_MATCH
    found: Node = {**plain, "parameters": list(parameters.values()), "responses": answers}
    return found | ({"requestBody": body} if body else {})


def _raw_body(content_type: str) -> Node:
    if not content_type:
        return {}
    schema: Node = {} if "json" in content_type else {"type": "string", "format": "binary"}
    return {"required": True, "content": {content_type: {"schema": schema}}}


def _file() -> Node:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {"description": "文件", "content": {"application/octet-stream": binary, "*/*": binary}}


def _problem(status: str) -> Node:
    content = {"application/problem+json": {"schema": {"$ref": f"{REFERENCE}Problem"}}}
    headers = {"headers": _HEADERS[status]} if status in _HEADERS else {}
    return {"description": PROBLEMS[status], "content": content, **headers}


def _used(root: Node, schemas: Mapping[str, Any]) -> set[str]:
    """Find the schemas that are referred to, also by each other."""
    found: set[str] = set()
    waiting = list(_references(root))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_references(schemas[name]))
    return found


def _references(node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON.
    if isinstance(node, dict):
        for name, one in node.items():
            if name == "$ref" and isinstance(one, str) and one.startswith(REFERENCE):
                yield one.removeprefix(REFERENCE)
            elif name == "mapping":  # Of a discriminator: plain strings.
                yield from _references([{"$ref": value} for value in one.values()])
            else:
                yield from _references(one)
    elif isinstance(node, list):
        for one in node:
            yield from _references(one)
