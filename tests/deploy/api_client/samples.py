"""Values that fit the schemas of an OpenAPI document, with everything in them that may be there."""

from collections.abc import Mapping
from typing import Any

from deploy.api_writer.annotations import REFERENCE

Node = Mapping[str, Any]
STRINGS = {"date": "2023-06-20", "date-time": "2023-06-20T01:02:03Z"}
PLAIN = {"integer": 7, "number": 1.5, "boolean": True, "null": None}


class Samples:
    """Makes values by the schemas of a document; one that stands in itself is left out of itself."""

    def __init__(self, schemas: Node) -> None:
        self._schemas, self._open = schemas, list[str]()

    def of(self, schema: Node) -> Any:  # noqa: ANN401 - JSON.
        """Make a value."""
        if "$ref" in schema:
            return self._referred(schema["$ref"].removeprefix(REFERENCE))
        if several := schema.get("anyOf") or schema.get("oneOf"):
            return self.of(several[0])
        if "const" in schema or "enum" in schema:
            return schema.get("const", next(iter(schema.get("enum", ())), None))
        return self._by_type(schema)

    def _referred(self, name: str) -> Any:  # noqa: ANN401 - JSON.
        self._open.append(name)
        found = self.of(self._schemas[name])
        self._open.pop()
        return found

    def _by_type(self, schema: Node) -> Any:  # noqa: ANN401 - JSON.
        match schema.get("type"):
            case "array":
                parts = schema.get("prefixItems") or [schema.get("items", {})]
                return [self.of(one) for one in parts if not self._is_open(one)]
            case "object":
                told = {name: self.of(one) for name, one in schema.get("properties", {}).items()}
                more = schema.get("additionalProperties")
                return told or ({"k": self.of(more)} if isinstance(more, Mapping) and more else {})
            case "string":
                return STRINGS.get(schema.get("format", ""), "a/b c?")
            case None:
                return {"any": 1}
            case plain:
                return PLAIN[plain]

    def _is_open(self, schema: Node) -> bool:
        return schema.get("$ref", "").removeprefix(REFERENCE) in self._open
