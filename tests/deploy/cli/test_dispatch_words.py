"""`duban dispatch`, against a gateway that is made up and answers as the real one does."""

from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from deploy.api_client.dispatch_rules import RuleView
from deploy.api_client.units import UnitOut
from deploy.cli.dispatch import KNOWN, PURPOSES
from services.tasks.dispatch.api import RuleBody
from services.tasks.dispatch.domain import Purpose
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

RULE = whole(
    RuleView,
    id="dr1",
    purpose="service",
    item="1161",
    unit_code="",
    region="",
    unit_id="u1",
    unit_name="政务服务中心",
    starts_on="2023-01-01",
    ends_on=None,
)
UNIT = whole(UnitOut, id="u1", name="政务服务中心", aliases=["政务中心"])
CSV = "用途,事项编码前缀,承办单位,起,止\n审批结果,0131, 政务中心 ,2023-01-01,\nservice,1161,u1,,2023-12-31\n"
FOUND = {"unit_id": "u1", "unit_name": "政务服务中心", "by": "dr1"}


def units_and_rules(request: httpx.Request) -> httpx.Response:
    """Give the units, or the rows that were added."""
    return httpx.Response(200, json=[UNIT] if request.url.path == "/api/v1/units" else [RULE, RULE])


def test_every_purpose_has_its_word_and_every_column_its_field() -> None:
    assert set(PURPOSES) == set(get_args(Purpose))
    assert set(RuleBody.model_fields) == KNOWN


def test_the_directory_is_listed_as_of_a_day() -> None:
    ended = RULE | {"id": "dr2", "purpose": "approval", "item": "", "region": "61", "ends_on": "2023-12-31"}
    with made_up(json_answer([RULE, ended])) as gateway:
        said = printed(run("dispatch", "list", "--on", "2023-06-20", url=gateway.url))
        as_json = json_lines(printed(run("dispatch", "list", "--json", url=gateway.url)))

    assert [line.split() for line in said.splitlines()[1:]] == [
        ["差评和超时办件", "1161", "—", "—", "政务服务中心（u1）", "2023-01-01", "dr1"],
        ["审批结果", "—", "—", "61", "政务服务中心（u1）", "2023-01-01", "2023-12-31", "dr2"],
    ]
    assert gateway.paths == ["GET /api/v1/dispatch-rules"] * 2
    assert [dict(one.url.params) for one in gateway.asked] == [{"on": "2023-06-20"}, {}]
    assert as_json == [RULE, ended]


def test_a_csv_with_chinese_heads_is_sent_with_the_ids_of_its_units(tmp_path: Path) -> None:
    file = tmp_path / "directory.csv"
    file.write_text(CSV, "utf-8-sig")
    with made_up(units_and_rules) as gateway:
        said = printed(run("dispatch", "import", str(file), url=gateway.url))

    assert gateway.paths == ["GET /api/v1/units", "POST /api/v1/dispatch-rules"]
    assert gateway.said["rules"] == [
        {"purpose": "approval", "item": "0131", "unit_id": "u1", "starts_on": "2023-01-01"},
        {"purpose": "service", "item": "1161", "unit_id": "u1", "ends_on": "2023-12-31"},
    ]
    assert said == "派单目录已有这 2 行\n"


def test_a_csv_is_read_from_the_input_and_its_rows_printed_as_json() -> None:
    with made_up(units_and_rules) as gateway:
        result = run("dispatch", "import", "-", "--json", url=gateway.url, stdin=CSV.encode())

    assert json_lines(printed(result)) == [RULE, RULE]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("事项编码,单位\n1,甲\n".encode("gbk"), "file.not_utf8"),
        (b"what,unit_id\n1,2\n", "dispatch.column"),
        (b"item,unit_id\n", "dispatch.no_rows"),
    ],
)
def test_a_csv_that_makes_no_sense_is_refused_before_anything_is_asked(content: bytes, code: str) -> None:
    with made_up(units_and_rules) as gateway:
        result = run("dispatch", "import", "-", url=gateway.url, stdin=content)

    assert (code_of(result), gateway.paths) == (code, [])


def test_a_unit_that_nobody_knows_is_named_with_its_line_and_nothing_is_added() -> None:
    content = b"item,unit_id\n1161,u1\n1162,u9\n"
    with made_up(units_and_rules) as gateway:
        result = run("dispatch", "import", "-", url=gateway.url, stdin=content)

    assert (code_of(result), gateway.paths) == ("unit.unknown", ["GET /api/v1/units"])
    assert str(result.exception).startswith("第 3 行：没有单位“u9”")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (FOUND, "政务服务中心（u1），依据：目录行 dr1\n"),
        (FOUND | {"by": "code"}, "政务服务中心（u1），依据：单位代码\n"),
        ({"unit_id": None, "unit_name": "", "by": ""}, "没有单位：登记后由督查人员派单\n"),
    ],
)
def test_who_would_answer_is_told_with_the_reason(found: dict[str, Any], said: str) -> None:
    with made_up(json_answer(found)) as gateway:
        assert printed(run("dispatch", "find", "--item", "1161", url=gateway.url)) == said


def test_all_that_is_known_of_a_case_is_asked() -> None:
    asked = {"item": "1161", "code": "C1", "region": "61", "purpose": "approval", "on": "2023-06-20"}
    options = [word for name, value in asked.items() for word in (f"--{name}", value)]
    with made_up(json_answer(FOUND)) as gateway:
        as_json = json_lines(printed(run("dispatch", "find", *options, "--json", url=gateway.url)))

    asked["unit_code"] = asked.pop("code")
    assert (gateway.paths, as_json) == (["GET /api/v1/dispatch-rules/unit"], [FOUND])
    assert dict(gateway.asked[0].url.params) == asked


def test_a_refusal_to_list_the_directory_has_the_code_of_the_gateway() -> None:
    with made_up(json_answer({"code": "scope.missing", "title": "无权"}, 403)) as gateway:
        assert code_of(run("dispatch", "list", url=gateway.url)) == "scope.missing"
