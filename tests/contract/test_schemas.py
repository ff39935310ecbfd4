"""Event schemas are committed, and no change may break an earlier reader."""

from typing import Any

from shared.events import schemas


def schema(**properties: object) -> dict[str, Any]:
    return {"properties": properties, "required": ["task_id"]}


WAS = schema(task_id={"type": "string"})


def test_the_committed_schemas_are_those_of_the_models() -> None:
    assert schemas.committed() == schemas.current(), "run `make schemas` and commit what it writes"


def test_no_committed_schema_is_broken_by_its_model() -> None:
    new = schemas.current()

    broken = {name: schemas.breaks(old, new.get(name, {})) for name, old in schemas.committed().items()}

    assert {name: reasons for name, reasons in broken.items() if reasons} == {}


def test_a_new_optional_property_breaks_nobody() -> None:
    assert schemas.breaks(WAS, schema(task_id={"type": "string"}, note={"type": "string"})) == []


def test_a_property_that_goes_away_breaks_its_readers() -> None:
    assert "property task_id is gone" in schemas.breaks(WAS, {"properties": {}, "required": []})


def test_a_property_of_another_type_breaks_its_readers() -> None:
    assert schemas.breaks(WAS, schema(task_id={"type": "integer"})) == [
        "property task_id changed its meaning"
    ]


def test_a_new_required_property_breaks_old_events() -> None:
    new = schema(task_id={"type": "string"}, by={"type": "string"}) | {"required": ["task_id", "by"]}

    assert schemas.breaks(WAS, new) == ["property by is new and required"]


def test_a_property_that_may_now_be_missing_breaks_its_readers() -> None:
    new = schema(task_id={"type": "string"}) | {"required": []}

    assert schemas.breaks(WAS, new) == ["property task_id is no longer always there"]


def test_a_change_inside_a_part_is_seen() -> None:
    old = WAS | {"$defs": {"UnitRole": schema(task_id={"type": "string"}, role={"type": "string"})}}
    new = WAS | {"$defs": {"UnitRole": WAS}}

    assert schemas.breaks(old, new) == ["UnitRole: property role is gone"]


def test_an_explanation_may_change() -> None:
    assert schemas.breaks(WAS, schema(task_id={"type": "string", "description": "better words"})) == []
