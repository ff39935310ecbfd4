"""`duban feed rejects` and its neighbours: what they ask a made-up gateway, and the words that they print."""

import json
from pathlib import Path

import httpx
import pytest

from deploy.api_client.common import PartOut, RecordOut
from deploy.api_client.feed_reconciliation import Reconciled
from deploy.api_client.feed_rejects import RejectOut, RejectWhole
from deploy.cli.feed_rejects import PAGE
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

REJECT = whole(
    RejectOut,
    id="rej-1",
    source_id="hall",
    day="2023-06-20",
    place="4",
    field="pf",
    code="code.unknown",
    message="代码不在表中",
    remedy="请补代码",
    state="open",
)
DAY = whole(
    Reconciled,
    source="hall",
    day="2023-06-20",
    received=9,
    accepted=1,
    corrected=2,
    repeated=3,
    ignored=0,
    conflict=1,
    rejected=2,
    rejects={"open": 3, "replayed": 0, "discarded": 0},
    stated=None,
    difference=None,
)
PARTS = [whole(PartOut, id=name) for name in ("hall.1", "hall.1.2")]
DONE = whole(RecordOut, line=1, outcome="accepted", parts=PARTS)


def test_refused_records_are_listed_with_their_reasons() -> None:
    found = [REJECT, REJECT | {"id": "rej-2", "field": ""}]
    with made_up(json_answer(found)) as gateway:
        said = printed(run("feed", "rejects", "--source", "hall", "--day", "2023-06-20", url=gateway.url))
        as_json = json_lines(printed(run("feed", "rejects", "--json", url=gateway.url)))

    assert said.splitlines() == [
        "rej-1 hall 2023-06-20 第 4 条 pf：代码不在表中；请补代码（code.unknown，open）",
        "rej-2 hall 2023-06-20 第 4 条：代码不在表中；请补代码（code.unknown，open）",
    ]
    wanted = {"source": "hall", "day": "2023-06-20", "state": "open", "limit": "1000"}
    assert (dict(gateway.asked[0].url.params), as_json) == (wanted, found)
    assert set(gateway.paths) == {"GET /api/v1/feed-rejects"}


def test_refused_records_are_asked_for_until_a_page_is_not_full() -> None:
    def pages(request: httpx.Request) -> httpx.Response:
        is_first = "after" not in request.url.params
        names = [f"rej-{number:04}" for number in range(PAGE)] if is_first else ["rej-last"]
        return httpx.Response(200, json=[REJECT | {"id": name} for name in names])

    with made_up(pages) as gateway:
        found = json_lines(printed(run("feed", "rejects", "--json", url=gateway.url)))

    assert (len(found), found[-1]["id"]) == (PAGE + 1, "rej-last")
    assert [one.url.params.get("after") for one in gateway.asked] == [None, "rej-0999"]


def test_no_refused_record_is_said_in_words() -> None:
    with made_up(json_answer([])) as gateway:
        assert printed(run("feed", "rejects", "--state", "", url=gateway.url)) == "没有被拒记录\n"

    assert "state" not in gateway.asked[0].url.params


def test_one_refused_record_is_shown_with_its_content() -> None:
    shown_whole = whole(RejectWhole, **REJECT, raw='{"pf": "9"}')
    with made_up(json_answer(shown_whole)) as gateway:
        shown = json_lines(printed(run("feed", "rejects", "--show", "rej-1", url=gateway.url)))

    assert (shown, gateway.paths) == ([shown_whole], ["GET /api/v1/feed-rejects/rej-1"])


def test_a_refused_record_is_replayed_as_it_was_or_corrected(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps({"pf": "1"}))
    with made_up(json_answer(DONE)) as gateway:
        said = printed(run("feed", "replay", "rej-1", url=gateway.url))
        more = ("--record", str(file), "--json")
        as_json = json_lines(printed(run("feed", "replay", "rej-1", *more, url=gateway.url)))

    assert said == "rej-1 已补收：hall.1、hall.1.2（accepted）\n"
    assert as_json == [DONE]
    assert [json.loads(one.content) for one in gateway.asked] == [{}, {"record": {"pf": "1"}}]
    assert set(gateway.paths) == {"POST /api/v1/feed-rejects/rej-1/replay"}


def test_a_replayed_record_that_gives_no_event_is_told_so() -> None:
    with made_up(json_answer(DONE | {"outcome": "ignored", "parts": []})) as gateway:
        said = printed(run("feed", "replay", "rej-1", url=gateway.url))

    assert said == "rej-1 已补收：不产生事件（ignored）\n"


def test_a_refused_record_is_discarded_with_a_reason() -> None:
    with made_up(json_answer(REJECT | {"state": "discarded"})) as gateway:
        said = printed(run("feed", "discard", "rej-1", "--reason", "测试数据", url=gateway.url))

    assert (said, gateway.said) == ("rej-1 已作废\n", {"reason": "测试数据"})
    assert gateway.paths == ["DELETE /api/v1/feed-rejects/rej-1"]


def test_days_are_reconciled_in_a_table() -> None:
    told = DAY | {"day": "2023-06-21", "stated": 7, "difference": -1}
    with made_up(json_answer([DAY, told])) as gateway:
        said = printed(run("feed", "reconcile", "--source", "hall", url=gateway.url))
        as_json = json_lines(printed(run("feed", "reconcile", "--json", url=gateway.url)))

    head, *rows = (" ".join(line.split()) for line in said.splitlines())
    assert head == "来源 日期 收到 收下 更正 重复 不产生事件 冲突 被拒 未处理 自报 差"
    assert rows[0] == "hall 2023-06-20 9 1 2 3 0 1 2 3 — —"
    assert rows[1] == "hall 2023-06-21 9 1 2 3 0 1 2 3 7 -1"
    assert ([dict(one.url.params) for one in gateway.asked], as_json) == (
        [{"source": "hall"}, {}],
        [DAY, told],
    )
    assert set(gateway.paths) == {"GET /api/v1/feed-reconciliation"}


def test_what_a_source_says_that_it_sent_is_noted_even_where_that_is_nothing() -> None:
    day = ("--source", "hall", "--day", "2023-06-20", "--stated", "0")
    with made_up(json_answer(DAY | {"stated": 0, "difference": 6})) as gateway:
        said = printed(run("feed", "reconcile", *day, url=gateway.url))

    assert said.splitlines()[1].split()[-2:] == ["0", "6"]
    assert (gateway.paths, gateway.said) == (
        ["PUT /api/v1/feed-reconciliation/hall/2023-06-20"],
        {"count": 0},
    )


@pytest.mark.parametrize("given", [(), ("--source", "hall"), ("--day", "2023-06-20")])
def test_a_stated_count_without_source_and_day_is_an_error(given: tuple[str, ...]) -> None:
    assert code_of(run("feed", "reconcile", "--stated", "3", *given)) == "reconcile.which"


@pytest.mark.parametrize(
    "command", [("rejects", "--show", "rej-9"), ("replay", "rej-9"), ("discard", "rej-9", "--reason", "测试")]
)
def test_a_refused_record_that_is_not_there_is_an_error(command: tuple[str, ...]) -> None:
    with made_up(json_answer({"code": "reject.not_found", "title": "没有被拒记录 rej-9"}, 404)) as gateway:
        told = run("feed", *command, url=gateway.url)

    assert (code_of(told), told.stdout, told.exit_code) == ("reject.not_found", "", 1)
