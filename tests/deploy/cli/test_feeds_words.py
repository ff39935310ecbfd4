"""`duban feed` for sources, samples, files and folders: what it asks a made-up gateway, and its words."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from deploy.api_client.common import RecordOut, TrialEventOut, TrialOut, TrialRecordOut
from deploy.api_client.feed_sources import SourceOut
from deploy.cli import feeds
from deploy.cli.feed_files import COUNTS
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

SOURCE = whole(
    SourceOut,
    id="hall",
    name="市民中心",
    form="push",
    signature="none",
    per_minute=0,
    silent_after=60,
    enabled=True,
    heard_at=None,
    is_silent=False,
)
EVENT = whole(
    TrialEventOut, gives="评价", fields={"level": 1, "channel": "web"}, meanings=["pf：代码 1 为“网上”"]
)
READ = whole(TrialRecordOut, place="3", known_as=["办件", "评价"], events=[EVENT])
FINDING = {
    "count": 2,
    "field": "pf",
    "values": ["8", "9"],
    "message": "代码不在表中",
    "remedy": "请补代码",
    "code": "code.unknown",
}
NONE: dict[str, Any] = dict.fromkeys(COUNTS, 0) | {"records": []}
REFUSED = whole(
    RecordOut,
    line=4,
    field="pf",
    message="代码不在表中",
    remedy="请补代码",
    code="code.unknown",
    reject_id="rej-1",
)


def dropped(folder: Path, name: str, content: object) -> str:
    """Write a file that nobody has touched for long."""
    file = folder / name
    file.write_text(json.dumps(content), "utf-8")
    os.utime(file, (0, 0))
    return str(file)


def test_sources_are_listed_with_their_limits_and_whether_they_are_on() -> None:
    heard = {"heard_at": "2023-06-20T09:00:00+08:00", "per_minute": 60}
    silent, off = SOURCE | heard | {"id": "b", "is_silent": True}, SOURCE | {"id": "c", "enabled": False}
    with made_up(json_answer([SOURCE, silent, off])) as gateway:
        said = printed(run("feed", "sources", url=gateway.url))
        as_json = json_lines(printed(run("feed", "sources", "--json", url=gateway.url)))

    assert [line.split() for line in said.splitlines()] == [
        ["来源", "名称", "接口格式", "签名", "每分钟上限", "最近收到", "状态"],
        ["hall", "市民中心", "push", "none", "不限", "—", "启用"],
        ["b", "市民中心", "push", "none", "60", "2023-06-20", "09:00", "静默超过", "60", "分钟"],
        ["c", "市民中心", "push", "none", "不限", "—", "停用"],
    ]
    assert (as_json, set(gateway.paths)) == ([SOURCE, silent, off], {"GET /api/v1/feed-sources"})


def test_a_source_is_set_from_a_file_and_trying_it_is_the_next_step(tmp_path: Path) -> None:
    file = dropped(tmp_path, "source.json", {"name": "市民中心", "form": "push"})
    with made_up(json_answer(SOURCE)) as gateway:
        said = printed(run("feed", "set", "hall", file, url=gateway.url))
        as_json = json_lines(printed(run("feed", "set", "hall", file, "--json", url=gateway.url)))

    assert said == "已登记来源 hall（push），先试读样本：duban feed try FILE --source hall\n"
    assert (as_json, gateway.said) == ([SOURCE], {"name": "市民中心", "form": "push"})
    assert set(gateway.paths) == {"PUT /api/v1/feed-sources/hall"}


def test_a_source_that_the_gateway_refuses_or_whose_file_is_no_json_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    file = dropped(tmp_path, "source.json", {"form": "none"})
    with made_up(json_answer({"code": "form.unknown", "title": "没有此格式"}, 422)) as gateway:
        refused = run("feed", "set", "hall", file, url=gateway.url)
        unread = run("feed", "set", "hall", str(tmp_path / "bad.json"), url=gateway.url)

    assert (code_of(refused), code_of(unread), len(gateway.asked)) == ("form.unknown", "file.not_json", 1)


def test_a_sample_is_shown_as_it_would_be_read(tmp_path: Path) -> None:
    file = dropped(tmp_path, "sample.json", [{"a": 1}])
    with made_up(json_answer(whole(TrialOut, count=1, records=[READ]))) as gateway:
        said = printed(run("feed", "try", file, "--source", "hall", url=gateway.url))
        as_json = json_lines(printed(run("feed", "try", file, "--source", "hall", "--json", url=gateway.url)))

    assert said.splitlines() == [
        "第 3 条：办件、评价",
        "  评价 level=1，channel=web",
        "    pf：代码 1 为“网上”",
        "样本 1 条，与来源 hall 的映射相符；没有报送",
    ]
    assert (as_json, gateway.said) == ([READ], [{"a": 1}])
    assert set(gateway.paths) == {"POST /api/v1/feed-sources/hall/dry-run"}


def test_findings_of_a_sample_are_told_before_the_error(tmp_path: Path) -> None:
    file, bare = dropped(tmp_path, "sample.csv", "a"), FINDING | {"values": []}
    problem = {"code": "mapping.misfit", "title": "不符", "findings": [FINDING, bare]}
    with made_up(json_answer(problem, 422)) as gateway:
        told = run("feed", "try", file, "--source", "hall", url=gateway.url)
        as_json = run("feed", "try", file, "--source", "hall", "--json", url=gateway.url)

    assert told.stdout.splitlines() == [
        "2 条 pf 值 8、9：代码不在表中；请补代码（code.unknown）",
        "2 条 pf：代码不在表中；请补代码（code.unknown）",
    ]
    assert (code_of(told), code_of(as_json)) == ("mapping.misfit", "mapping.misfit")
    assert json_lines(as_json.stdout) == [FINDING, bare]
    assert gateway.asked[0].headers["content-type"] == "text/csv"


def test_a_file_that_is_taken_is_told_in_counts(tmp_path: Path) -> None:
    file = dropped(tmp_path, "day.json", [{"a": 1}])
    with made_up(json_answer(NONE | {"received": 3, "accepted": 2, "repeated": 1})) as gateway:
        said = printed(run("feed", "send", file, "--source", "hall", "--secret", "s" * 16, url=gateway.url))
    with made_up(json_answer(NONE)) as other:
        empty = printed(run("feed", "send", file, "--source", "hall", url=other.url))

    assert (said, empty) == ("收到 3，收下 2，重复 1\n", "文件中没有记录\n")
    assert (gateway.paths, gateway.said) == (["POST /api/v1/feeds/hall"], [{"a": 1}])
    assert ["x-duban-signature" in one.asked[0].headers for one in (gateway, other)] == [True, False]


def test_refused_records_are_told_and_the_command_fails(tmp_path: Path) -> None:
    file, many = dropped(tmp_path, "day.json", []), [REFUSED, *[REFUSED | {"field": ""}] * 50]
    with made_up(json_answer(NONE | {"received": 51, "rejected": 51, "records": many})) as gateway:
        told = run("feed", "send", file, "--source", "hall", url=gateway.url)
        as_json = run("feed", "send", file, "--source", "hall", "--json", url=gateway.url)

    first, second, third, *_, last = told.stdout.splitlines()
    assert (first, last) == ("收到 51，被拒 51", "  … 其余 1 条用 duban feed rejects 查看")
    assert second == "  第 4 行 pf：代码不在表中；请补代码（code.unknown，rej-1）"
    assert third == "  第 4 行：代码不在表中；请补代码（code.unknown，rej-1）"
    assert (told.exit_code, as_json.exit_code, json_lines(as_json.stdout)) == (1, 1, many)


def test_a_conflict_fails_the_command_too(tmp_path: Path) -> None:
    file = dropped(tmp_path, "day.json", [])
    with made_up(json_answer(NONE | {"received": 1, "conflict": 1})) as gateway:
        told = run("feed", "send", file, "--source", "hall", url=gateway.url)

    assert (told.exit_code, told.stdout) == (1, "收到 1，冲突 1\n")


def test_what_lies_in_a_folder_is_sent_once_and_where_it_went_is_told(tmp_path: Path) -> None:
    dropped(tmp_path, "a.json", [])
    with made_up(json_answer(NONE | {"received": 1, "accepted": 1})) as gateway:
        said = printed(run("feed", "watch", str(tmp_path), "--source", "hall", "--once", url=gateway.url))
    dropped(tmp_path, "b.json", [])
    watch = ("feed", "watch", str(tmp_path), "--source", "hall", "--once", "--json")
    with made_up(json_answer({"code": "source.off", "title": "已停用"}, 409)) as other:
        (told,) = json_lines(printed(run(*watch, url=other.url)))

    assert said == f"a.json → {tmp_path / 'done' / 'a.json'} 收到 1，收下 1\n"
    assert (told["file"], told["code"]) == ("b.json", "source.off")
    assert told["moved_to"] == str(tmp_path / "failed" / "b.json")
    assert gateway.paths == other.paths == ["POST /api/v1/feeds/hall"]


def test_a_watched_folder_is_looked_at_again_after_the_gateway_was_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept, answers = list[float](), [httpx.Response(503, json={"code": "x", "title": "稍后"})]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(feeds, "time", SimpleNamespace(sleep=sleep))
    dropped(tmp_path, "a.json", [])
    with made_up(lambda _: answers.pop() if answers else httpx.Response(200, json=NONE)) as gateway:
        told = run("feed", "watch", str(tmp_path), "--source", "hall", "--every", "7", url=gateway.url)

    failed, moved = told.stdout.splitlines()[:2]
    assert failed.endswith("稍后；文件留在原处，7 秒后再试")
    assert (moved, slept) == (f"a.json → {tmp_path / 'done' / 'a.json'}", [7.0, 7.0])


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    assert code_of(run("feed", "watch", str(tmp_path / "none"), "--source", "hall")) == "folder.missing"
