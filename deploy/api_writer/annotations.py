"""A schema of the document as an annotation of Python.

Invariant: what answers say is read openly. A new value of an enumeration and a new field do not break a client that is
older than its gateway, so an enumeration is its constants *or* any text, and only a `const`, which tells members of a
union apart, is held to its value.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]
REFERENCE = "#/components/schemas/"
_FORMATS = {"date-time": "dt.datetime", "date": "dt.date", "binary": "bytes"}
_PLAIN = {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def annotation(schema: Node, name_of: Callable[[str], str]) -> str:
    """Write the annotation of a schema.

    Args:
        schema: Of the document.
        name_of: Gives the annotation for the name of another schema.
    """
    if "$ref" in schema:
        return name_of(str(schema["$ref"]).removeprefix(REFERENCE))
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return union(annotation(one, name_of) for one in several)
    if "const" in schema:
        return f"Literal[{_quoted(schema['const'])}]"
    return _by_type(schema, name_of)


def _by_type(schema: Node, name_of: Callable[[str], str]) -> str:
    match schema.get("type"):
        case "array" if "prefixItems" in schema:
            return f"tuple[{', '.join(annotation(one, name_of) for one in schema['prefixItems'])}]"
        case "array":
            return f"list[{annotation(schema.get('items', {}), name_of)}]"
        case "object":
            of = schema.get("additionalProperties")
            return f"dict[str, {annotation(of, name_of)}]" if isinstance(of, dict) and of else "JsonObject"
        case "string":
            return _FORMATS.get(schema.get("format", ""), "str")
        case None:
            return "Json"
        case plain:
            return _PLAIN[plain]


def union(members: Iterator[str]) -> str:
    """Join annotations: each once, None last; any text is no certain one, too."""
    found = dict.fromkeys(one for member in members for one in _members(member))
    if "str" in found:
        found = {one: None for one in found if not one.startswith('Literal["')}
    ordered = [one for one in found if one != "None"] + ["None"] * ("None" in found)
    return " | ".join(ordered)


def optional(plain: str) -> str:
    """Write the annotation of what may be left out."""
    return plain if plain == "Json" else union(iter((plain, "None")))


def _members(written: str) -> Iterator[str]:
    """Take a union apart; a bar inside of brackets belongs to its part."""
    depth, begin = 0, 0
    for place, letter in enumerate(written):
        depth += (letter == "[") - (letter == "]")
        if letter == "|" and not depth:
            yield written[begin:place].strip()
            begin = place + 1
    yield written[begin:].strip()


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def is_enumeration(schema: Node) -> bool:
    """Say whether a schema is a list of words that can be names."""
    words = schema.get("enum", ())
    return bool(words) and all(isinstance(one, str) and constant(one).isidentifier() for one in words)


def constant(word: str) -> str:
    """Name a value of an enumeration."""
    return re.sub(r"\W", "_", word).upper()


def references(node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON.
    """Name the schemas that a part of the document refers to."""
    if isinstance(node, Mapping):
        for name, one in node.items():
            if name == "$ref" and isinstance(one, str) and one.startswith(REFERENCE):
                yield one.removeprefix(REFERENCE)
            elif name != "mapping":  # Of a discriminator, whose members the union names.
                yield from references(one)
    elif isinstance(node, list):
        for one in node:
            yield from references(one)
