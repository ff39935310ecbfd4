"""Schemes: what is refused, with a word on how to put it right."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.metrics.assessment.schemes.domain import Known, refusal
from tests.metrics.assessment import made

FLAT = made.LINEAR | {"full_at": "60"}
JUDGES = {"kind": "observation", "judges": 4, "trimmed": 2}
KNOWN = {"m.on_time": Known("按时率", "%")}
CLASS = {"code": "a", "name": "甲"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parts": [made.part(weight="90")]}, "权重之和为 90，应为 100"),
        ({"parts": [made.part(weight="0")], "full": "0"}, "权重之和"),
        ({"parts": [made.part(weight="50"), made.part(weight="50")]}, "编号 on_time 重复"),
        ({"cases": [made.case("on_time")]}, "编号 on_time 重复"),
        ({"classes": [CLASS, CLASS]}, "classes 中编号 a 重复"),
        ({"parts": [made.part(curve=FLAT)]}, "不能相同"),
        ({"parts": [made.part(source=JUDGES)]}, "须小于 judges"),
        ({"cases": [made.case(points="0")]}, "points 不能为 0"),
        ({"lists": [{"code": "red", "kind": "red", "name": "红榜"}]}, "须至少填"),
        ({"stars": 5}, "Extra inputs"),
    ],
)
def test_a_scheme_that_can_not_be_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        made.scheme(**changes)


@pytest.mark.parametrize("measure", ["tasks.sign_speed", "signing", "签收及时率"])
def test_a_scheme_may_not_score_how_fast_units_sign(measure: str) -> None:
    scheme = made.scheme(cases=[made.case(measure=measure)])

    assert (refusal(scheme, KNOWN | {measure: Known("", "%")}) or "")[0] == "scheme.sign"


def test_a_measure_whose_title_says_signing_is_refused_too() -> None:
    known = KNOWN | {"m.late": Known("24小时签收率", "%")}

    assert (refusal(made.scheme(cases=[made.case()]), known) or "")[0] == "scheme.sign"


def test_only_a_rate_has_a_rest_to_count() -> None:
    scheme = made.scheme(cases=[made.case(counts="rest")])

    assert (refusal(scheme, KNOWN | {"m.late": Known("", "件")}) or "")[:2] == ("scheme.rest", "late")
    assert refusal(scheme, KNOWN | {"m.late": Known("", "%")}) is None


def test_a_scheme_names_measures_that_are_there() -> None:
    scheme = made.scheme(cases=[made.case()])

    assert refusal(scheme, KNOWN | {"m.late": Known("", "件")}) is None
    assert (refusal(scheme, KNOWN) or "")[:2] == ("scheme.measure", "late")
