"""The classes of a module: a model for each schema with fields, constants for each enumeration."""

import builtins
import json
import keyword
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from deploy.api_writer.annotations import Node, annotation, constant, is_enumeration, optional

_TAKEN = frozenset({"etag", "tag", "to_json", "copy", "json", "dict", "schema", "construct", "validate"})
_FACTORY = "default_factory="
_SHOWN_AS_TYPES = frozenset({"list", "dict", "str", "int", "float", "bool", "tuple", "bytes"})


def class_of(name: str, title: str, schema: Node, name_of: Callable[[str], str]) -> str:
    """Write the class, or the alias, of a schema.

    Args:
        name: In Python.
        title: In the document.
        schema: The schema itself.
        name_of: Gives the annotation for the name of another schema.
    """
    said = str(schema.get("description", "")).strip() or f"`{title}` of the document."
    if "properties" in schema:
        fields = "\n".join(_fields(schema, name_of))
        return f'class {name}(Model):\n    """{_closed(said)}"""\n\n{fields}\n'
    if is_enumeration(schema):
        words = "\n".join(f"    {constant(one)} = {json.dumps(one)}" for one in schema["enum"])
        return f'class {name}(StrEnum):\n    """{_closed(said)}"""\n\n{words}\n'
    return f"{name}: TypeAlias = {annotation(schema, name_of)}\n"


def _fields(schema: Node, name_of: Callable[[str], str]) -> Iterator[str]:
    required = schema.get("required", ())
    for name, one in sorted(schema["properties"].items(), key=lambda item: item[0] not in required):
        if said := " ".join(str(one.get("description", "")).split()):
            yield f"    # {said}"
        yield f"    {_field(name, one, annotation(one, name_of), is_required=name in required)}"


def _field(name: str, schema: Node, written: str, *, is_required: bool) -> str:
    known = attribute(name)
    default = None if is_required else _default(schema, written)
    if default == "None":
        written = optional(written)
    given = [] if default is None else [default]
    given += [] if known == name else [f"alias={json.dumps(name)}"]
    if not given:
        return f"{known}: {written}"
    is_plain = known == name and not given[0].startswith(_FACTORY)
    value = given[0] if is_plain else f"Field({', '.join(given)})"
    return f"{known}: {written} = {value}"


def _default(schema: Node, written: str) -> str:
    """Write what a field has that nobody sets; it is not sent, so the gateway's own default counts."""
    value: Any = schema.get("default")
    if isinstance(value, bool | int | float) or (isinstance(value, str) and "dt." not in written):
        return repr(value) if not isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    kind = written.split("[", 1)[0]
    return f"{_FACTORY}{kind}" if kind in {"list", "dict"} and " | None" not in written else "None"


def attribute(name: str) -> str:
    """Name a field, or a parameter, where the document's name means something to Python."""
    plain = name.lower().replace("-", "_")
    taken = keyword.iskeyword(plain) or plain in _TAKEN or plain in _SHOWN_AS_TYPES
    return f"{plain}_" if taken else plain


def parameter(name: str) -> str:
    """Name a parameter of a method: it hides no builtin."""
    plain = attribute(name)
    return f"{plain}_" if plain in vars(builtins) else plain


def ordered(names: Mapping[str, set[str]]) -> list[str]:
    """Put each name behind those that it needs, as far as they do not need each other in a ring.

    Args:
        names: Each name with those that it needs; what stands elsewhere counts for nothing.
    """
    done: list[str] = []
    waiting = sorted(names)
    while waiting:
        ready = [one for one in waiting if names[one] & names.keys() <= {*done, one}]
        ready = ready or waiting[:1]  # pydantic finds what stands further down when a model is used first.
        done += ready
        waiting = [one for one in waiting if one not in ready]
    return done


def _closed(said: str) -> str:
    """Give the text of a docstring: its first line ends as a sentence does."""
    first, *more = said.replace("\\", "\\\\").splitlines()
    first = first.strip()
    ended = first if first.endswith((".", "?", "!")) else f"{first.rstrip('。')}."
    rest = [f"    {one}".rstrip() for one in more]
    return "\n".join([ended, *rest, "    "] if rest else [ended])
