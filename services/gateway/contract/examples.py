"""Examples of request bodies for the OpenAPI document: made from their schemas, with values by the name of a field."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from services.gateway.contract.inner import REFERENCE, Node
from shared.events.examples import example_of

_MOST_OPTIONAL = 3  # Of a body in which nothing is required.


@cache
def values() -> Node:
    """Give values by the name of a field."""
    found: Node = json.loads((Path(__file__).parent / "values.json").read_text("utf-8"))
    return found


def with_example(body: Node, schemas: Node) -> Node:
    """Give a request body with an example, where it is JSON that a schema describes."""
    content = body.get("content", {}).get("application/json")
    if not content or not (content["schema"].get("$ref") or content["schema"].get("properties")):
        return body
    example = example_of(_needed(content["schema"], schemas), {}, values=values())
    return {**body, "content": {**body["content"], "application/json": {**content, "example": example}}}


def _needed(node: Any, schemas: Node) -> Any:  # noqa: ANN401 - any JSON.
    """Give a schema without references, with no more fields than a caller has to send."""
    if isinstance(node, list):
        return [_needed(one, schemas) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _needed(schemas[node["$ref"].removeprefix(REFERENCE)], schemas)
    if "properties" in node:
        fields = node["properties"]
        wanted = node.get("required") or list(fields)[:_MOST_OPTIONAL]
        node = {**node, "properties": {name: fields[name] for name in wanted}}
    return {name: _needed(one, schemas) for name, one in node.items()}
