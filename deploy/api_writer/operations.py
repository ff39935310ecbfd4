"""The methods of a module: one for each operation, named after its `operationId`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.api_writer.annotations import REFERENCE, Node, annotation, optional
from deploy.api_writer.models import parameter

JSON = "application/json"
_STREAMS = frozenset({"text/event-stream", "application/x-ndjson"})
# An answer that nothing changed has no content to give.
_LEFT_OUT = frozenset({"If-None-Match"})
NameOf = Callable[[str], str]


@dataclass(frozen=True)
class Operation:
    """One operation of the document.

    Args:
        method: In capitals.
        path: With its parameters in braces.
        said: What the document says of it.
    """

    method: str
    path: str
    said: Node

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.said["operationId"])

    def parameters(self, *places: str) -> list[Node]:
        """Give the parameters that stand in these places, the required ones first."""
        found = [one for one in self.said.get("parameters", ()) if one["in"] in places]
        return sorted(
            (one for one in found if one["name"] not in _LEFT_OUT), key=lambda one: not _is_required(one)
        )

    @property
    def content(self) -> Mapping[str, Any]:
        """Give media type → what a body of it is; empty for an operation without one."""
        found: Mapping[str, Any] = self.said.get("requestBody", {}).get("content", {})
        return found

    @property
    def answers(self) -> Mapping[str, Any]:
        """Give media type → what an answer of it is; empty for one without content."""
        good = (one for status, one in self.said["responses"].items() if status.startswith("2"))
        found: Mapping[str, Any] = next(good).get("content", {})
        return found


def hoisted(document: Node) -> Node:
    """Give the document with bodies that are written out in their routes among its schemas, so that they are models."""
    schemas = dict(document["components"]["schemas"])
    paths = {
        path: {method: _hoisted(said, schemas) for method, said in item.items()}
        for path, item in document["paths"].items()
    }
    return {**document, "paths": paths, "components": {**document["components"], "schemas": schemas}}


def _hoisted(said: Node, schemas: dict[str, Node]) -> Node:
    media = said.get("requestBody", {}).get("content", {})
    schema = media.get(JSON, {}).get("schema", {})
    plain = schema.get("items", schema)
    if "properties" not in plain:
        return said
    known = next((name for name, one in schemas.items() if one == plain), "")
    name = known or "".join(word.capitalize() for word in f"{said['operationId']}_body".split("_"))
    schemas[name] = plain
    reference = {"$ref": f"{REFERENCE}{name}"}
    content = {**media, JSON: {"schema": {**schema, "items": reference} if "items" in schema else reference}}
    return {**said, "requestBody": {**said["requestBody"], "content": content}}


def operations(document: Node) -> Iterator[Operation]:
    """Give all operations of the document."""
    for path, item in document["paths"].items():
        for method, said in item.items():
            yield Operation(method.upper(), path, said)


def method_of(one: Operation, name_of: NameOf) -> str:
    """Write the method of an operation."""
    body = _body(one, name_of)
    streams = JSON not in one.answers and bool(_STREAMS & set(one.answers))
    told = [_argument(each, name_of) for each in one.parameters("path", "query", "header")]
    told += ["content_type: str"] if len(one.content) > 1 else []
    told += ["timeout: httpx.Timeout | None = None"] if streams else []
    named = ["*", *sorted(told, key=lambda each: " = " in each)] if told else []
    arguments = ", ".join(["self", *([f"body: {body}"] if body else []), *named])
    gives, call = _call(one, name_of, streams=streams)
    summary = str(one.said.get("summary", one.name)).rstrip("。")
    return (
        f"    def {one.name}({arguments}) -> {gives}:\n"
        f'        """{summary}: {one.method} {one.path}."""\n'
        f"        {'' if gives == 'None' else 'return '}{call}\n"
    )


def _call(one: Operation, name_of: NameOf, *, streams: bool) -> tuple[str, str]:
    """Give what the method gives, and the call of `Calls` that makes it."""
    sent = ", ".join(_sent(one, streams=streams))
    if streams:
        return "AbstractContextManager[httpx.Response]", f"self.calls.stream({sent})"
    if not one.answers:
        return "None", f"self.calls.fetch({sent})"
    if JSON not in one.answers:
        return "bytes", f"self.calls.fetch({sent})"
    gives = annotation(one.answers[JSON].get("schema", {}), name_of)
    kind = f'cast("type[{gives}]", {gives})' if " | " in gives else gives
    return gives, f"self.calls.ask({kind}, {sent})"


def _sent(one: Operation, *, streams: bool) -> Iterator[str]:
    path = re.sub(r"\{(\w+)\}", lambda found: f"{{in_path({parameter(found[1])})}}", one.path)
    yield f'"{one.method}"'
    yield f'f"{path}"' if "{" in path else f'"{path}"'
    if query := one.parameters("query"):
        yield f"query={{{_pairs(query)}}}"
    headers = _pairs(one.parameters("header"))
    if len(one.content) > 1:
        headers = ", ".join(filter(None, (headers, '"content-type": content_type')))
    elif one.content and JSON not in one.content:
        headers = ", ".join(filter(None, (headers, f'"content-type": "{next(iter(one.content))}"')))
    if headers:
        yield f"headers={{{headers}}}"
    if one.content:
        yield "body=body"
    if streams:
        yield "timeout=timeout"


def _pairs(parameters: Sequence[Node]) -> str:
    return ", ".join(f'"{one["name"]}": {parameter(one["name"])}' for one in parameters)


def _argument(one: Node, name_of: NameOf) -> str:
    written = annotation(one["schema"], name_of)
    if _is_required(one):
        return f"{parameter(one['name'])}: {written}"
    return f"{parameter(one['name'])}: {optional(written)} = None"


def _is_required(one: Node) -> bool:
    return bool(one.get("required")) or one["in"] == "path"


def _body(one: Operation, name_of: NameOf) -> str:
    """Write what may be given as the body: a model, or the JSON itself; bytes go as they are."""
    if not one.content:
        return ""
    if JSON not in one.content:
        return "bytes"
    plain = annotation(one.content[JSON].get("schema", {}), name_of)
    if plain == "Json":
        return plain
    plain = plain.replace("list[", "Sequence[")
    raw = ["bytes"] if len(one.content) > 1 else []
    if "JsonObject" not in plain:
        either = "Sequence[JsonObject]" if plain.startswith("Sequence[") else "JsonObject"
        raw.append(either)
    members = [*(each for each in plain.split(" | ") if each != "None"), *raw]
    written = " | ".join(dict.fromkeys(members))
    return written if one.said["requestBody"].get("required") else f"{written} | None = None"
