"""The forms that are shipped, and what corrections make of them."""

import json
from datetime import date
from typing import Any

import pytest

from services.gateway.returns.domain import Step
from services.gateway.returns.domain_form import Form, Value, body_of, build_form, typed
from services.gateway.returns.forms import shipped
from shared.errors import Invalid
from shared.testing import DRILL_START

VALUES: dict[str, Value] = {
    "return_id": "ret-1",
    "kind": "rating",
    "number": "37001",
    "service_number": 1,
    "code": "2",
    "at": DRILL_START,
    "due_on": date(2023, 6, 27),
    "late": False,
    "mode": "at_once",
    "level": 4,
    "text": "已整改",
    "reached": None,
}


def body(form: Form) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body_of(form, VALUES))
    return found


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_form_is_one_and_writes_the_same_bytes_again(name: str) -> None:
    form = build_form(name, shipped(), {})

    assert body_of(form, VALUES) == body_of(form, dict(reversed(VALUES.items())))
    assert set(form.codes) <= set(Step)


def test_the_common_form_nests_and_leaves_out_what_is_not_known() -> None:
    told = body(build_form("duban", shipped(), {}))

    assert (told["type"], told["id"]) == ("cn.duban.return.v1", "ret-1")
    assert told["data"] == {
        "kind": "rating",
        "number": "37001",
        "service_number": 1,
        "state": "2",
        "at": "2023-06-20T09:00:00+08:00",
        "due_on": "2023-06-27",
        "late": False,
        "mode": "at_once",
        "level": 4,
        "text": "已整改",
    }


def test_the_push_form_has_the_names_codes_and_times_of_its_interface() -> None:
    assert body(build_form("push", shipped(), {})) == {
        "msgId": "ret-1",
        "projectNo": "37001",
        "serviceNumber": 1,
        "appStatus": "2",
        "operateTime": "2023-06-20 09:00:00",
        "iszg": "1",
        "satisfaction": "4",
        "answer": "已整改",
    }


def test_a_province_corrects_codes_fields_and_scale_without_code() -> None:
    corrected = {
        "codes": {"rectified": 3, "reopened": None},
        "fields": {"projectNo": None, "body.projNo": "number"},
        "words": {"level": {"4": "2"}},
        "content": "form",
    }
    form = build_form("push", shipped(), corrected)

    said = body_of(form, VALUES).decode()
    assert "satisfaction=2" in said
    assert "body=%7B%22projNo%22%3A+%2237001%22%7D" in said
    assert (form.codes[Step.RECTIFIED], Step.REOPENED in form.codes) == (3, False)


@pytest.mark.parametrize(
    ("corrections", "told"),
    [
        ({"fields": {"x": "nonsense"}}, "字段 x 的内容 nonsense 未知"),
        ({"fields": {"x y": "number"}}, "字段名 x y 无效"),
        ({"words": {"nonsense": {}}}, "words 中的 nonsense 未知"),
        ({"fields": {"msgId": None}}, "必须有 return_id"),
        ({"codes": {"nonsense": 1}}, "codes.nonsense"),
        ({"answer": {"nonsense": 1}}, "answer.nonsense"),
        ({"codes": None}, "codes"),
    ],
)
def test_a_correction_that_does_not_fit_is_told_by_its_place(corrections: dict[str, Any], told: str) -> None:
    with pytest.raises(Invalid, match=told) as caught:
        build_form("push", shipped(), corrections)

    assert caught.value.code == "form.invalid"


def test_an_unknown_form_is_told_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="没有回传格式 x，可用：duban、push"):
        build_form("x", shipped(), {})


def test_stored_days_and_instants_come_back_as_such() -> None:
    stored = {"old_due_at": DRILL_START.isoformat(), "wanted_on": "2023-07-01", "granted_on": None, "hop": 2}

    assert typed(stored) == {
        "old_due_at": DRILL_START,
        "wanted_on": date(2023, 7, 1),
        "granted_on": None,
        "hop": 2,
    }
