"""`duban notice proof`."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.api_client.tasks import (
    AnswerPart,
    ArchivePart,
    AttemptPart,
    ClockPart,
    EraPart,
    GapPart,
    NoticePart,
    ProofPage,
)
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import MadeUp, code_of, made_up, printed, run

ATTEMPT = whole(AttemptPart, channel="log", number=1, outcome_word="已送达渠道", detail="")
ERA = whole(EraPart, due_at="2023-06-30T15:59:59Z")
CLOCK = whole(ClockPart, clock_word="办结", eras=[ERA])
NOTICE = whole(
    NoticePart,
    planned_at="2023-06-27T01:00:00Z",
    decided_at="2023-06-27T01:00:01Z",
    rung_word="提前预警（提前3天）",
    recipient_name="发改局",
    reason="按时作出",
    read_at="2023-06-27T02:00:00Z",
    verified=True,
    attempts=[ATTEMPT],
)
GAP = whole(
    GapPart,
    planned_at="2023-06-30T01:00:00Z",
    rung_word="到时提醒",
    unit_name="",
    explained=False,
    reason="原因不明",
)
PAGE = whole(
    ProofPage,
    task_id="t1",
    number="1",
    title="建设示范路",
    verified=True,
    unexplained=0,
    verdict="核验通过：1条提醒均与档案一致，没有原因不明的缺漏",
    clocks=[CLOCK],
    notices=[NOTICE],
    gaps=[],
    answers=[],
)
ANSWER = whole(
    AnswerPart,
    at="2023-06-27T02:00:00Z",
    recipient_name="发改局",
    clock_word="办结",
    answer_word="知悉",
    until_at="2023-07-04T15:59:59Z",
    reason="",
    archive=whole(ArchivePart, position=7),
)


def proving(**changes: Any) -> MadeUp:  # noqa: ANN401 - JSON.
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(".docx"):
            return httpx.Response(200, content=b"paper")
        return httpx.Response(200, json=PAGE | changes)

    return MadeUp(answer)


def test_a_proof_that_verifies_is_printed_with_its_verdict_last() -> None:
    with made_up(proving()) as gateway:
        lines = printed(run("notice", "proof", "t1", url=gateway.url)).splitlines()

    assert gateway.paths == ["GET /api/v1/tasks/t1/proof"]
    assert lines == [
        "t1 1 建设示范路",
        "办结时限：2023-06-30",
        "2023-06-27 09:00 提前预警（提前3天） 发改局 2023-06-27 09:00按时作出，2023-06-27 10:00已读",
        "    log 第1次 已送达渠道",
        PAGE["verdict"],
    ]


def test_answers_say_where_they_stand_in_the_archive_or_that_they_do_not() -> None:
    given = [ANSWER, ANSWER | {"reason": "正在办", "archive": None}]
    with made_up(proving(answers=given)) as gateway:
        lines = printed(run("notice", "proof", "t1", url=gateway.url)).splitlines()

    said = "答复 2023-06-27 10:00 发改局 办结时限 知悉至2023-07-04 23:59"
    assert lines[-3:-1] == [f"{said} 档案第7条", f"{said} 正在办 [未见于档案]"]


@pytest.mark.parametrize(
    "wrong",
    [
        {
            "verified": False,
            "verdict": "未通过核验：档案中没有这条提醒",
            "notices": [NOTICE | {"verified": False}],
        },
        {"unexplained": 1, "verdict": "核验通过，但有1处缺漏原因不明", "gaps": [GAP]},
    ],
)
def test_what_does_not_verify_ends_with_1_and_says_why_in_the_last_line(wrong: dict[str, Any]) -> None:
    with made_up(proving(**wrong)) as gateway:
        result = run("notice", "proof", "t1", url=gateway.url)

    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == wrong["verdict"]
    assert "[未核验]" in result.stdout or "缺漏 2023-06-30 09:00 到时提醒" in result.stdout


def test_a_proof_is_given_as_json_and_as_a_paper(tmp_path: Path) -> None:
    paper = tmp_path / "proof.docx"
    with made_up(proving()) as gateway:
        text = printed(run("notice", "proof", "t1", "--json", "--docx", str(paper), url=gateway.url))

    assert json_lines(text) == [PAGE]
    assert paper.read_bytes() == b"paper"


def test_a_paper_that_can_not_be_written_is_told() -> None:
    with made_up(proving()) as gateway:
        result = run("notice", "proof", "t1", "--docx", "/nowhere/proof.docx", url=gateway.url)

    assert code_of(result) == "file.unwritable"
