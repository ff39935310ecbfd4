"""`duban feed pulls` and its neighbours: what they ask a made-up gateway, and the words that they print."""

import json
from pathlib import Path

from deploy.api_client.common import TrialEventOut, TrialOut, TrialRecordOut
from deploy.api_client.feed_pulls import PullOut, PullPlan, TablePlan
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

PLAN = whole(PullPlan, kind="pull")
PULL = whole(
    PullOut,
    source="hz",
    plan=PLAN,
    enabled=True,
    high="2023-06-20",
    at_hand=False,
    next_at="2023-06-20T01:05:00Z",
    last_at=None,
    failures=0,
    error="",
)
EVENT = whole(TrialEventOut, gives="受理", fields={"number": "37001"}, meanings=[])
READ = whole(TrialRecordOut, place="1", known_as=["办件"], events=[EVENT])
FINDING = {
    "count": 1,
    "field": "pf",
    "values": [],
    "message": "缺字段",
    "remedy": "请补",
    "code": "field.missing",
}


def test_pulls_are_listed_with_how_they_stand() -> None:
    failed = {"last_at": "2023-06-20T01:00:00Z", "failures": 2, "error": "超时"}
    found = [PULL, PULL | {"source": "b", "at_hand": True}]
    found += [PULL | failed | {"source": "c", "plan": whole(TablePlan, kind="table"), "enabled": False}]
    with made_up(json_answer(found)) as gateway:
        said = printed(run("feed", "pulls", url=gateway.url))
        as_json = json_lines(printed(run("feed", "pulls", "--json", url=gateway.url)))

    head, *rows = (" ".join(line.split()) for line in said.splitlines())
    assert head == "来源 方式 状态 上次成功 取到 下次 连续失败 错误"
    assert rows[0] == "hz 接口 启用 — 2023-06-20 2023-06-20 09:05 0"
    assert rows[1].startswith("b 接口 拉取中 ")
    assert rows[2] == "c 前置库表 停用 2023-06-20 09:00 2023-06-20 2023-06-20 09:05 2 超时"
    assert (as_json, set(gateway.paths)) == (found, {"GET /api/v1/feed-pulls"})


def test_a_plan_is_set_from_a_file_and_trying_it_is_the_next_step(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"plan": {"kind": "pull"}, "enabled": False}))
    with made_up(json_answer(PULL)) as gateway:
        said = printed(run("feed", "pull-set", "hz", str(file), url=gateway.url))
        as_json = json_lines(printed(run("feed", "pull-set", "hz", str(file), "--json", url=gateway.url)))

    assert said == "已设置来源 hz 的拉取，先试读：duban feed pull-try hz\n"
    assert (as_json, gateway.said) == ([PULL], {"plan": {"kind": "pull"}, "enabled": False})
    assert set(gateway.paths) == {"PUT /api/v1/feed-pulls/hz"}


def test_a_plan_that_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    assert code_of(run("feed", "pull-set", "hz", str(tmp_path / "none.json"))) == "file.unreadable"


def test_the_next_page_is_shown_and_nothing_is_taken() -> None:
    with made_up(json_answer(whole(TrialOut, count=1, records=[READ]))) as gateway:
        said = printed(run("feed", "pull-try", "hz", url=gateway.url))
        as_json = json_lines(printed(run("feed", "pull-try", "hz", "--json", url=gateway.url)))

    assert said.splitlines() == [
        "第 1 条：办件",
        "  受理 number=37001",
        "下一页 1 条，与来源 hz 的映射相符；没有收下",
    ]
    assert (as_json, set(gateway.paths)) == ([READ], {"POST /api/v1/feed-pulls/hz/dry-run"})


def test_a_page_that_does_not_fit_is_told_before_the_error() -> None:
    problem = {"code": "mapping.misfit", "title": "不符", "findings": [FINDING]}
    with made_up(json_answer(problem, 422)) as gateway:
        told = run("feed", "pull-try", "hz", url=gateway.url)
        as_json = run("feed", "pull-try", "hz", "--json", url=gateway.url)

    assert (code_of(told), told.stdout) == ("mapping.misfit", "1 条 pf：缺字段；请补（field.missing）\n")
    assert (code_of(as_json), json_lines(as_json.stdout)) == ("mapping.misfit", [FINDING])


def test_a_round_begins_at_once_where_it_stands_or_from_the_start() -> None:
    with made_up(json_answer(PULL)) as gateway:
        said = [
            printed(run("feed", "pull-run", "hz", *more, url=gateway.url)) for more in ((), ("--from-start",))
        ]

    assert said == ["来源 hz 即将开始下一轮拉取，结果见 duban feed pulls\n"] * 2
    assert [json.loads(one.content)["from_start"] for one in gateway.asked] == [False, True]
    assert set(gateway.paths) == {"POST /api/v1/feed-pulls/hz/run"}


def test_a_source_that_is_not_pulled_is_an_error() -> None:
    with made_up(json_answer({"code": "pull.not_found", "title": "未设置拉取"}, 404)) as gateway:
        told = run("feed", "pull-run", "hz", url=gateway.url)

    assert (code_of(told), told.stdout) == ("pull.not_found", "")
