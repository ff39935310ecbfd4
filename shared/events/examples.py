"""Examples of every event: made from the schemas of the models and the words beside them, so that they stay true.

Invariant: an example has every field of its event, and is what `render` would write.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from shared.events.envelope import OWNERS, Event, Meta, render

FOLDER = Path(__file__).parent / "golden"
_TIME = datetime(2023, 6, 20, 1, 0, tzinfo=UTC)
_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
Schema = Mapping[str, Any]
_PLAIN: dict[str, object] = {"boolean": True, "string": "example", "null": None}
_FORMATS = {"date-time": "2023-06-20T01:00:00Z", "date": "2023-06-20"}


@cache
def words() -> dict[str, Any]:
    """Give the words of the contract.

    They are `types` (type → Chinese name and meaning), `fields` (field → Chinese), `examples` (field → value) and `of`
    (type → examples of its own).
    """
    found: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text("utf-8"))
    return found


def golden(model: type[Event]) -> bytes:
    """Write an example of an event as readers get it."""
    schema = model.model_json_schema(mode="validation")
    made = example_of(schema, schema.get("$defs", {}), values=words()["examples"])
    told = {name: one for name, one in words()["of"].get(model.type, {}).items() if name in made}
    event = model.model_validate(made | told)
    meta = Meta(
        id=f"{model.type.removeprefix('cn.duban.')}-example",
        source=f"/services/{OWNERS[model.feed()]}",
        time=_TIME,
        revision=1,
        traceparent=_TRACE,
    )
    return render(event, meta=meta, sequence=1)


def example_of(
    schema: Schema, parts: Mapping[str, Schema], name: str = "", *, values: Mapping[str, Any]
) -> Any:  # noqa: ANN401 - any JSON.
    """Make an example of what a schema describes.

    Args:
        schema: As pydantic writes it.
        parts: What it refers to (`$defs`).
        name: Of the field.
        values: By the name of a field; one counts where it is of the right kind.
    """
    if "$ref" in schema:
        return example_of(parts[schema["$ref"].rsplit("/", 1)[1]], parts, name, values=values)
    for choices in ("anyOf", "oneOf"):
        if choices in schema:
            return example_of(schema[choices][0], parts, name, values=values)
    if "const" in schema or "enum" in schema:
        known = [schema["const"]] if "const" in schema else schema["enum"]
        return next((one for one in known if one), known[0])
    kind = schema.get("type", "")
    if kind == "object":
        return _object(schema, parts, values)
    if kind == "array":
        return _array(schema, parts, name, values)
    return _scalar(schema, kind, values.get(name))


def _object(schema: Schema, parts: Mapping[str, Schema], values: Mapping[str, Any]) -> dict[str, Any]:
    fields = schema.get("properties", {})
    if not fields and isinstance(schema.get("additionalProperties"), Mapping):
        return {"example": example_of(schema["additionalProperties"], parts, values=values)}
    return {name: example_of(one, parts, name, values=values) for name, one in fields.items()}


def _array(schema: Schema, parts: Mapping[str, Schema], name: str, values: Mapping[str, Any]) -> list[Any]:
    if "prefixItems" in schema:
        return [example_of(one, parts, values=values) for one in schema["prefixItems"]]
    return [example_of(schema.get("items", {}), parts, name.removesuffix("s"), values=values)]


def _scalar(schema: Schema, kind: str, known: Any) -> Any:  # noqa: ANN401 - any JSON.
    if kind in {"integer", "number"}:
        return known if type(known) is int else schema.get("minimum", 1)
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return known if kind == "string" and isinstance(known, str) else _PLAIN.get(kind, "example")
