"""`duban notice rules`, against a gateway that is made up and answers as the service does."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.api_client.common import NoticeForecast
from deploy.api_client.rules import MovedNoticeAnswer, NoticesDifferenceAnswer
from services.notify.rulebooks.api import RulesView, VersionView
from services.notify.rules import read_rulebook, shipped_rules
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run
from tests.notify.made import at

Json = Any
SET = VersionView(
    version=2, since=None, shipped=False, made_at=at(date(2023, 6, 20)), made_by="s1", reason="加急"
)
SHIPPED = VersionView(version=1, since=None, shipped=True, made_at=None, made_by="", reason="")
NOTICE = whole(NoticeForecast, recipient="u1", rung="warned", task_id="t1", planned_at="2023-06-27T01:00:00Z")
LATER = NOTICE | {"planned_at": "2023-06-28T01:00:00Z"}
TRIED = {
    "version": 3,
    "changed": True,
    "dry_run": True,
    "difference": {
        "rules": [
            {
                "change": "changed",
                "kind": "*",
                "plan": None,
                "level": None,
                "unit": None,
                "fields": [
                    {"field": "before", "before": [{"days": -3, "tell": ["lead"]}], "after": []},
                    {"field": "counted", "before": None, "after": {"left_percent": 20}},
                ],
            },
            {"change": "added", "kind": "order", "plan": "p1", "level": None, "unit": "u1", "fields": []},
        ],
        "parcels": [{"field": "at", "before": "09:00:00", "after": "10:00:00"}],
    },
    "notices": whole(
        NoticesDifferenceAnswer,
        first="2023-06-20",
        last="2023-06-26",
        assumes="假定无新情况",
        summary="3 条提醒变化",
        added=[NOTICE],
        dropped=[NOTICE | {"rung": "overdue", "recipient": "u2"}],
        moved=[whole(MovedNoticeAnswer, before=NOTICE, after=LATER)],
    ),
}


def rules() -> Json:
    """Give the shipped rules as somebody set them."""
    book = read_rulebook(shipped_rules())
    return RulesView(**SET.model_dump(), rules=book.rules, parcels=book.parcels).model_dump(mode="json")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of the rules of version 2."""
    made = tmp_path / "rules.json"
    made.write_text(json.dumps(rules()), "utf-8")
    return made


def test_the_rules_are_shown_a_rung_a_line_with_who_set_them() -> None:
    with made_up(json_answer(rules())) as gateway:
        lines = printed(run("notice", "rules", url=gateway.url)).splitlines()

    assert lines[0] == "提醒规则第 2 版（2023-06-20 09:00 s1：加急）"
    assert [line.split()[:4] for line in lines[1:4]] == [
        ["适用范围", "提醒档", "何时", "告知"],
        ["全部事项", "提前预警", "到期前", "30"],
        ["全部事项", "提前预警", "到期前", "7"],
    ]
    (last,) = [line for line in lines if line.startswith("全部事项") and "超时通报" in line][-1:]
    assert last.split()[-1] == "牵头单位、责任单位、牵头单位责任领导、督查室"
    assert lines[-1] == "每日一条消息：工作日 09:00 至 18:00；即时发送：等级 urgent 的事项、按小时计的时限"
    assert gateway.paths == ["GET /api/v1/rules"]


def test_what_a_rule_leaves_out_is_not_shown() -> None:
    made = rules()
    made["rules"] = made["rules"][:1]
    made["rules"][0] |= {"before": [], "counted": None, "hours": [], "unit": "u1", "kind": "order"}
    made["parcels"]["urgent"] = {"levels": [], "hour_clocks": False}

    with made_up(json_answer(made)) as gateway:
        lines = printed(run("notice", "rules", url=gateway.url)).splitlines()

    assert [line.split()[:2] for line in lines[2:-1]] == [
        ["单位", "u1、类型"],
        ["单位", "u1、类型"],
        ["单位", "u1、类型"],
    ]
    assert lines[-1] == "每日一条消息：工作日 09:00 至 18:00"


def test_an_older_version_is_shown_as_json_to_be_changed() -> None:
    with made_up(json_answer(rules())) as gateway:
        said = printed(run("notice", "rules", "--version", "2", "--json", url=gateway.url))

    assert json_lines(said) == [rules()]
    assert gateway.paths == ["GET /api/v1/rules/versions/2"]


def test_the_versions_are_listed_with_who_when_and_why() -> None:
    found = [one.model_dump(mode="json") for one in (SET, SHIPPED)]
    with made_up(json_answer(found)) as gateway:
        said = printed(run("notice", "rules", "versions", url=gateway.url))
        as_json = printed(run("notice", "rules", "versions", "--json", url=gateway.url))

    assert said.splitlines() == [
        "版本  时间              设定人      理由",
        "2     2023-06-20 09:00  s1          加急",
        "1     —                 随版本发布",
    ]
    assert json_lines(as_json) == found


def test_a_dry_run_tells_what_would_change_and_for_whom(file: Path) -> None:
    with made_up(json_answer(TRIED)) as gateway:
        said = printed(run("notice", "rules", "set", str(file), "--dry-run", "--days", "7", url=gateway.url))

    assert said.splitlines() == [
        "修改 全部事项 before：［-3 ［lead］］ → ［］",
        "修改 全部事项 counted：无 → 20",
        "新增 单位 u1、方案 p1、类型 order",
        "修改 每日消息 at：09:00:00 → 10:00:00",
        "2023-06-20 至 2023-06-26：3 条提醒变化（假定无新情况）",
        "  新增 2023-06-27 09:00 u1 提前预警 t1",
        "  减少 2023-06-27 09:00 u2 超时通报 t1",
        "  改期 2023-06-27 09:00 u1 提前预警 t1 → 2023-06-28 09:00",
        "只是试算，去掉 --dry-run 即生效",
    ]
    assert gateway.asked[0].url.query == b"dry_run=true&days=7"


@pytest.mark.parametrize(
    ("changed", "line"), [(True, "已生效：第 3 版"), (False, "与现行规则（第 3 版）相同，无需更改")]
)
def test_rules_are_set_with_the_version_that_stands_in_the_file(
    file: Path, *, changed: bool, line: str
) -> None:
    difference: Json = {"rules": [], "parcels": []}
    answer = TRIED | {"changed": changed, "dry_run": False, "notices": None, "difference": difference}
    with made_up(json_answer(answer)) as gateway:
        said = printed(run("notice", "rules", "set", str(file), "--reason", "加急", url=gateway.url))

    assert said.splitlines() == [line]
    assert (gateway.paths, gateway.asked[0].url.query) == (["PUT /api/v1/rules"], b"")
    assert gateway.said == {"rules": rules(), "made_from": 2, "reason": "加急"}


def test_the_version_can_be_named_and_the_answer_printed_as_json(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text("{}", "utf-8")
    command = ("notice", "rules", "set", str(tmp_path / "rules.json"), "--made-from", "2", "--json")
    with made_up(json_answer(TRIED)) as gateway:
        said = printed(run(*command, url=gateway.url))

    assert (json_lines(said), gateway.said["made_from"]) == ([TRIED], 2)


@pytest.mark.parametrize("content", ["{}", "[]", '{"version": "2"}'])
def test_a_file_that_names_no_version_needs_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "rules.json").write_text(content, "utf-8")

    refused = run("notice", "rules", "set", str(tmp_path / "rules.json"))

    assert (refused.exit_code, code_of(refused)) == (1, "rules.made_from")


def refusal(**problem: Json) -> Callable[[httpx.Request], httpx.Response]:
    return json_answer({"code": "rules.invalid", "title": "提醒规则有误", **problem}, 422)


def test_every_fault_is_told_a_line_each(file: Path) -> None:
    faults = [{"field": f"rules.{place}.at", "value": "noon", "message": "应为时刻"} for place in (0, 1)]
    with made_up(refusal(faults=faults)) as gateway:
        refused = run("notice", "rules", "set", str(file), url=gateway.url)

    assert (refused.exit_code, code_of(refused)) == (1, "rules.invalid")
    assert refused.stderr.splitlines() == [
        "  rules.0.at 的值 noon：应为时刻",
        "  rules.1.at 的值 noon：应为时刻",
    ]


def test_one_fault_is_told_once(file: Path) -> None:
    fault = {"field": "rules.0.at", "value": "noon", "message": "应为时刻"}
    with made_up(refusal(faults=[fault])) as gateway:
        refused = run("notice", "rules", "set", str(file), url=gateway.url)

    assert (code_of(refused), refused.stderr) == ("rules.invalid", "")


def test_a_gateway_that_is_down_has_no_faults_to_tell(file: Path) -> None:
    refused = run("notice", "rules", "set", str(file))

    assert (code_of(refused), refused.stderr) == ("gateway.down", "")
