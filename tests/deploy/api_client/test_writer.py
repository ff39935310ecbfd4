"""What the writer makes of a document: names, annotations, classes, modules."""

from typing import Any

import pytest

from deploy.api_writer.annotations import annotation, is_enumeration
from deploy.api_writer.models import attribute, class_of, ordered, parameter
from deploy.api_writer.modules import Package
from deploy.api_writer.names import python_names

TEXT = {"type": "string"}
DAY = {"type": "string", "format": "date"}
NONE = {"type": "null"}


def named(name: str) -> str:
    return name.upper()


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({}, "Json"),
        ({"type": "object"}, "JsonObject"),
        ({"type": "object", "additionalProperties": DAY}, "dict[str, dt.date]"),
        ({"type": "object", "additionalProperties": True}, "JsonObject"),
        ({"type": "array", "items": {"anyOf": [TEXT, NONE]}}, "list[str | None]"),
        ({"type": "array", "prefixItems": [{"type": "integer"}, TEXT]}, "tuple[int, str]"),
        ({"anyOf": [NONE, {"$ref": "#/components/schemas/a"}, NONE]}, "A | None"),
        ({"anyOf": [{"type": "array", "items": {"anyOf": [TEXT, NONE]}}, NONE]}, "list[str | None] | None"),
        ({"anyOf": [TEXT, {"const": "", "type": "string"}]}, "str"),
        ({"const": "pull", "type": "string"}, 'Literal["pull"]'),
        ({"type": "string", "format": "date-time"}, "dt.datetime"),
        ({"type": "string", "enum": ["a"]}, "str"),
        ({"type": "number"}, "float"),
    ],
)
def test_a_schema_is_written_as_an_annotation(schema: dict[str, Any], written: str) -> None:
    assert annotation(schema, named) == written


def test_a_model_has_its_required_fields_first_and_what_python_forbids_under_another_name() -> None:
    fields = {
        "from": {**TEXT, "default": "now"},
        "list": TEXT,
        "size": {"type": "integer", "default": 3, "description": "几个"},
        "on": {**DAY, "default": "2023-01-01"},
    }
    schema = {"type": "object", "required": ["list"], "properties": fields, "description": "One.\n\nMore."}

    found = class_of("One", "a.One", schema, named)

    assert found.splitlines()[1:] == [
        '    """One.',
        "",
        "    More.",
        '    """',
        "",
        '    list_: str = Field(alias="list")',
        '    from_: str = Field("now", alias="from")',
        "    # 几个",
        "    size: int = 3",
        "    on: dt.date | None = None",
    ]


def test_an_enumeration_is_constants_unless_a_value_can_be_no_name() -> None:
    words = {"type": "string", "enum": ["on-course", "met"]}

    assert '    ON_COURSE = "on-course"\n    MET = "met"' in class_of("State", "State", words, named)
    assert class_of("Code", "Code", {"type": "string", "enum": ["", "1"]}, named) == "Code: TypeAlias = str\n"
    assert not is_enumeration({"type": "integer", "enum": [1]})


def test_a_parameter_hides_no_builtin_and_a_field_no_type() -> None:
    assert [parameter(one) for one in ("type", "Last-Event-Id", "day")] == ["type_", "last_event_id", "day"]
    assert [attribute(one) for one in ("type", "str", "json", "class")] == ["type", "str_", "json_", "class_"]


def test_names_are_as_short_as_tells_them_apart() -> None:
    found = python_names(["a.b.View", "a.c.View", "services__x__Out", "x.Model", "Page"], taken={"Page"})

    assert found == {
        "a.b.View": "BView",
        "a.c.View": "CView",
        "services__x__Out": "Out",
        "x.Model": "XModel",
        "Page": "PageSchema",
    }


def test_what_is_needed_stands_first_also_where_two_need_each_other() -> None:
    assert ordered({"a": {"b", "elsewhere"}, "b": {"b"}, "c": set()}) == ["b", "c", "a"]
    assert ordered({"a": {"b"}, "b": {"a"}}) == ["a", "b"]


def test_what_two_parts_of_the_api_use_stands_in_common() -> None:
    answer = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Kept"}}}}}
    paths = {f"/api/v1/{name}": {"get": {"operationId": f"get_{name}", "responses": answer}} for name in "ab"}
    kept = {"type": "object", "properties": {"id": TEXT}, "required": ["id"]}

    found = Package({"paths": paths, "components": {"schemas": {"Kept": kept}}}).modules()

    assert set(found) == {"a", "b", "client", "common"}
    assert ("class Kept(Model)" in found["common"], "from .common import Kept" in found["b"]) == (True, True)
