"""`duban returns`, against a gateway that is made up and answers as the real one does."""

import json
from pathlib import Path
from typing import Any

import httpx

from deploy.api_client.return_targets import TargetOut
from deploy.api_client.returns import ReconciliationOut
from deploy.cli.returns import STATES, STEPS
from services.gateway.returns.domain import Outcome, State, Step
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

RETURN: dict[str, Any] = {
    "id": "ret-1",
    "source": "push",
    "kind": "rating",
    "subject_id": "r1",
    "number": "37001",
    "service_number": 1,
    "step": "closed",
    "occurrence": 2,
    "state": "waiting",
    "reason": "HTTP 503",
    "happened_at": "2023-06-20T01:00:00Z",
    "attempts": 1,
    "queued_at": "2023-06-20T01:00:00Z",
    "next_try_at": "2023-06-20T01:05:00Z",
    "delivered_at": None,
    "content": {"late": False},
}
TRIED = {"number": 1, "begun_at": "2023-06-20T01:00:00Z", "outcome": "failed", "status": 503}
SHOWN = RETURN | {"waits_for": "ret-0", "tried": [TRIED | {"latency_ms": 12, "detail": "HTTP 503"}]}
TARGET = whole(
    TargetOut,
    source="push",
    url="http://10.1.2.3/hf",
    form="push",
    steps=["accepted", "closed"],
    per_minute=60,
    enabled=True,
    has_secret=False,
    header_names=["X-App"],
)
COUNT = {"step": "closed", "due": 3, "delivered": 1, "refused": 1, "waiting": 1, "unknown": 0, "dismissed": 0}


def pages(request: httpx.Request) -> httpx.Response:
    """Give two pages."""
    is_first = "after" not in request.url.params
    name, following = ("ret-1", "ret-1") if is_first else ("ret-2", None)
    return httpx.Response(200, json={"items": [RETURN | {"id": name}], "next": following})


def test_every_step_state_and_outcome_has_its_word() -> None:
    assert set(STEPS) == set(Step)
    assert {*State, *Outcome} == set(STATES)


def test_returns_are_listed_through_all_pages() -> None:
    with made_up(pages) as gateway:
        said = printed(run("returns", "list", "--source", "push", "--state", "waiting", url=gateway.url))
        as_json = json_lines(printed(run("returns", "list", "--json", url=gateway.url)))

    assert said.splitlines() == [
        "编号   来源  单号   环节  次  状态  发送  原因",
        "ret-1  push  37001  办结  2   待发  1     HTTP 503",
        "ret-2  push  37001  办结  2   待发  1     HTTP 503",
    ]
    assert dict(gateway.asked[0].url.params) == {"source": "push", "state": "waiting", "limit": "1000"}
    assert [one["id"] for one in as_json] == ["ret-1", "ret-2"]


def test_one_is_shown_with_what_was_tried_and_what_it_waits_for() -> None:
    with made_up(json_answer(SHOWN)) as gateway:
        said = printed(run("returns", "show", "ret-1", url=gateway.url))

    assert said.splitlines() == [
        "ret-1 push 37001 第2次办结",
        "  待发：HTTP 503",
        "  等待前一条 ret-0",
        "  下次发送 2023-06-20 09:05",
        "  1. 2023-06-20 09:00 未送达 HTTP 503 12 ms HTTP 503",
    ]


def test_several_are_said_again_and_one_is_let_go() -> None:
    with made_up(json_answer(SHOWN)) as gateway:
        again = json_lines(printed(run("returns", "retry", "ret-1", "ret-2", "--json", url=gateway.url)))
        printed(run("returns", "dismiss", "ret-1", "--reason", "已人工登记", url=gateway.url))

    assert (len(again), gateway.said) == (2, {"reason": "已人工登记"})
    assert gateway.paths == [
        "POST /api/v1/returns/ret-1/retry",
        "POST /api/v1/returns/ret-2/retry",
        "POST /api/v1/returns/ret-1/dismiss",
    ]


def test_a_target_is_shown_and_set_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "target.json"
    file.write_text(json.dumps({"url": TARGET["url"], "form": "push"}))
    with made_up(json_answer(TARGET)) as gateway:
        shown = printed(run("returns", "target", "push", url=gateway.url))
        made = printed(run("returns", "target", "push", "--file", str(file), url=gateway.url))

    assert shown == made
    assert shown.splitlines()[1].split() == [
        *("push", "http://10.1.2.3/hf", "push", "签收、办结", "60", "是", "无", "X-App")
    ]
    assert (gateway.paths[-1], gateway.said) == (
        "PUT /api/v1/return-targets/push",
        {"url": TARGET["url"], "form": "push"},
    )


def test_all_targets_are_listed() -> None:
    with made_up(json_answer([TARGET])) as gateway:
        found = json_lines(printed(run("returns", "target", "--json", url=gateway.url)))

    assert (found, gateway.paths) == ([TARGET], ["GET /api/v1/return-targets"])


def test_a_file_without_a_source_is_refused(tmp_path: Path) -> None:
    assert run("returns", "target", "--file", str(tmp_path / "x.json")).exit_code == 2


def test_a_day_is_counted_by_step() -> None:
    with made_up(json_answer(whole(ReconciliationOut, steps=[COUNT]))) as gateway:
        said = printed(run("returns", "reconcile", "push", "2023-06-20", url=gateway.url))
        as_json = json_lines(
            printed(run("returns", "reconcile", "push", "2023-06-20", "--json", url=gateway.url))
        )

    assert said.splitlines() == [
        "环节  应报  已送达  被拒  待发  结果不明  不再回传",
        "办结  3     1       1     1     0         0",
    ]
    assert as_json == [COUNT]


def test_what_the_platform_has_is_read_from_lines_or_json_and_what_it_lacks_is_named(tmp_path: Path) -> None:
    lines, listed = tmp_path / "ids.txt", tmp_path / "ids.json"
    lines.write_text("ret-1\n\n ret-2 \n")
    listed.write_text('["ret-1", "ret-2"]')
    answer = {"requeued": ["ret-3"], "confirmed": [], "strange": ["x"]}
    with made_up(json_answer(answer)) as gateway:
        said = [
            printed(run("returns", "reconcile", "push", "2023-06-20", "--has", str(file), url=gateway.url))
            for file in (lines, listed)
        ]

    assert {json.dumps(json.loads(one.content)["ids"]) for one in gateway.asked} == {'["ret-1", "ret-2"]'}
    assert said[0] == said[1]
    assert said[0].splitlines() == ["平台缺，已重报：1", "  ret-3", "平台有，已确认：0", "平台多出：1", "  x"]


def test_a_refusal_of_the_gateway_is_one_line() -> None:
    problem = {"code": "return.not_found", "title": "没有回传 ret-9"}
    with made_up(json_answer(problem, 404)) as gateway:
        result = run("returns", "show", "ret-9", url=gateway.url)

    assert code_of(result) == "return.not_found"
