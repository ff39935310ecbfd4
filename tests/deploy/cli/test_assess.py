"""`duban assess`, against a gateway that is made up and answers as metrics does."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.api_client import Model
from deploy.api_client.assessment import (
    AppealsView,
    AppealView,
    Change,
    EntryView,
    ExemptionsView,
    ExemptionView,
    ExplanationView,
    FactsView,
    FactView,
    LineView,
    ListsView,
    ListView,
    PeriodDetail,
    PeriodsView,
    PeriodView,
    PreviewView,
    RuleView,
    RunView,
    SchemesView,
    SchemeView,
    ScoresView,
    ScoreView,
)
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import MadeUp, code_of, json_answer, made_up, printed, run

RUN = whole(
    RunView,
    number=2,
    kind="closed",
    scheme_version=1,
    as_of="2023-07-03T01:00:00Z",
    archive_position=812,
    digest="ab" * 32,
    why="",
)
PERIOD = whole(
    PeriodDetail,
    id="three-years.2023-Q2",
    scheme="three-years",
    first="2023-04-01",
    last="2023-06-30",
    state_title="已结账",
    run=2,
    appeals_until="2023-07-10T15:59:59Z",
    undecided=1,
    runs=[RUN],
)
SCORE = whole(
    ScoreView,
    unit="u2",
    unit_name="政务中心",
    class_code="departments",
    total="74.00",
    out_of="100.00",
    percent="74.00",
    rank=2,
    ranked=9,
    why_unranked="",
)
LINE = whole(LineView, points="-1.00", code="late", name="未按时", explanation="1件 × -1分", rule="每件扣1分")
EXPLAINED = whole(
    ExplanationView,
    score=SCORE,
    period=PERIOD["id"],
    run=2,
    lines=[LINE],
    scheme="three-years",
    scheme_version=1,
    rounding="保留2位小数",
    as_of="2023-07-03T01:00:00Z",
    archive_position=812,
    digest="abcd",
)
APPEAL = whole(
    AppealView,
    appeal_id="appeal-1",
    period_id=PERIOD["id"],
    unit_id="u2",
    line="late",
    subjects=["t1"],
    state="filed",
    decision="",
)
EXEMPTION = whole(
    ExemptionView,
    exemption_id="exemption-1",
    unit_id="u2",
    subject="t1",
    reason="reform",
    state="approved",
    decision="同意",
)
ENTRY = whole(EntryView, unit_name="政务中心", percent="74.00", rank=1, ranked=9, struck="正在调查")
LIST = whole(
    ListView,
    id="list-1",
    period=PERIOD["id"],
    kind_title="红榜",
    name="红榜",
    state="released",
    released_by="l1",
    post="主任",
    entries=[ENTRY, ENTRY | {"rank": None, "struck": ""}],
)
RULE = whole(RuleView, code="late", name="未按时", rule="每件扣1分")
SCHEME = whole(
    SchemeView,
    scheme="three-years",
    version=1,
    name="默认办法",
    valid_from="2023-01-01",
    set_by="",
    why="",
    rules=[RULE],
)
FACT = whole(
    FactView,
    subject="t1",
    part="denominator",
    reason="",
    told_at="2023-06-28T02:10:00Z",
    stream="supervision",
    sequence=29,
)
CHANGE = whole(Change, unit_id="u2", before="74.00", after=None, rank_before=2, rank_after=None)


def page(kind: type[Model], *items: object) -> dict[str, Any]:
    """Give a list that also does for what was made before it is asked for."""
    return whole(kind, items=[*items], id="made-1")


def asked(gateway: MadeUp) -> list[tuple[str, str, Any]]:
    """Give what was asked: method, path below `/assessment`, and body."""
    return [
        (
            one.method,
            one.url.path.partition("/assessment")[2],
            json.loads(one.content) if one.content else None,
        )
        for one in gateway.asked
    ]


def answered(body: object, *arguments: str) -> tuple[str, list[tuple[str, str, Any]]]:
    """Run a command against a gateway that answers everything with `body`."""
    with made_up(json_answer(body)) as gateway:
        return printed(run("assess", *arguments, url=gateway.url)), asked(gateway)


def test_schemes_are_shown_with_their_rules() -> None:
    text, _ = answered(page(SchemesView, SCHEME), "scheme")

    assert "three-years 第1版　默认办法（自 2023-01-01 起，出厂默认）" in text
    assert "late　未按时：每件扣1分" in text


def test_a_new_version_is_set_and_a_draft_is_tried(tmp_path: Path) -> None:
    file = tmp_path / "scheme.json"
    file.write_text('{"parts": []}', "utf-8")
    arguments = ("scheme", "three-years", "--file", str(file))

    changed, put = answered(
        SCHEME | {"set_by": "s1", "why": "从严"}, *arguments, "--from", "2023-Q3", "--why", "从严"
    )
    tried, posted = answered(whole(PreviewView, changes=[CHANGE]), *arguments, "--preview", str(PERIOD["id"]))

    assert ("s1 设定：从严" in changed, "74.00" in tried) == (True, True)
    assert put[0] == (
        "PUT",
        "/schemes/three-years",
        {"content": {"parts": []}, "valid_from": "2023-Q3", "why": "从严"},
    )
    assert posted[0][:2] == ("POST", "/schemes/three-years/preview")


def test_a_file_needs_to_know_what_it_is_for(tmp_path: Path) -> None:
    result = run("assess", "scheme", "three-years", "--file", str(tmp_path / "scheme.json"))

    assert (result.exit_code, "--preview" in result.output) == (2, True)


def test_periods_are_listed_and_one_is_shown_with_its_runs() -> None:
    listed, _ = answered(page(PeriodsView, whole(PeriodView, **PERIOD)), "period")
    shown, _ = answered(PERIOD, "period", str(PERIOD["id"]))

    assert "2023-07-10 23:59" in listed
    assert ("未答复申诉 1 件" in shown, "结账" in shown, "812" in shown) == (True, True, True)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--open", "2023-Q2"), ("POST", "/periods", {"scheme": "three-years", "period": "2023-Q2"})),
        (("three-years.2023-Q2", "--step", "close"), ("POST", "/periods/three-years.2023-Q2/closing", None)),
        (
            ("three-years.2023-Q2", "--step", "rescore", "--why", "补录"),
            ("POST", "/periods/three-years.2023-Q2/rescoring", {"why": "补录"}),
        ),
    ],
)
def test_a_period_takes_its_steps(arguments: tuple[str, ...], expected: tuple[str, str, Any]) -> None:
    _, calls = answered(PERIOD, "period", *arguments)

    assert calls[0] == expected
    assert calls[1][0] == "GET"


def test_a_step_that_there_is_not_is_refused() -> None:
    assert run("assess", "period", "p", "--step", "reopen").exit_code == 2


def test_scores_are_listed_and_one_is_explained() -> None:
    listed, _ = answered(page(ScoresView, SCORE, SCORE | {"rank": None, "total": None}), "score", "p")
    shown, _ = answered(EXPLAINED, "explain", "p", "u2")

    assert "2/9" in listed
    assert "-1.00  late　未按时：1件 × -1分（每件扣1分）" in shown
    assert "第2次计分　74.00分（满分100.00）" in shown


def test_the_facts_behind_a_line_are_listed() -> None:
    text, calls = answered(page(FactsView, FACT), "explain", "p", "u2", "--line", "late")
    as_json, _ = answered(page(FactsView, FACT), "explain", "p", "u2", "--line", "late", "--json")

    assert ("supervision" in text, "只计入分母" in text) == (True, True)
    assert (calls[0][1], json_lines(as_json)) == ("/periods/p/scores/u2/lines/late/rows", [FACT])


def test_a_report_is_written_to_a_file(tmp_path: Path) -> None:
    with made_up(lambda _: httpx.Response(200, content=b"PK")) as gateway:
        printed(run("assess", "explain", "p", "u2", "--file", str(tmp_path / "u2.docx"), url=gateway.url))
        wrong = run("assess", "explain", "p", "u2", "--file", str(tmp_path / "u2.pdf"), url=gateway.url)

    assert (tmp_path / "u2.docx").read_bytes() == b"PK"
    assert code_of(wrong) == "file.suffix"


def test_appeals_are_filed_decided_and_listed() -> None:
    why = ("--why", "属实")
    filed, first = answered(
        page(AppealsView, APPEAL), "appeal", "--period", "p", "--line", "late", "--case", "t1", *why
    )
    _, second = answered(page(AppealsView, APPEAL), "appeal", "appeal-1", "--uphold", *why)

    assert "待答复" in filed
    assert first[0] == (
        "POST",
        "/appeals",
        {"period": "p", "line": "late", "subjects": ["t1"], "text": "属实"},
    )
    assert second[0] == ("POST", "/appeals/appeal-1/decision", {"upheld": True, "why": "属实"})


def test_exemptions_are_asked_for_decided_and_listed() -> None:
    asking = ("exempt", "--case", "t1", "--reason", "reform", "--why", "探索")
    text, first = answered(page(ExemptionsView, EXEMPTION), *asking)
    _, second = answered(
        page(ExemptionsView, EXEMPTION), "exempt", "exemption-1", "--refuse", "--why", "不符"
    )

    assert "已批准" in text
    assert first[0][2] == {"unit": None, "subject": "t1", "reason": "reform", "text": "探索"}
    assert second[0] == ("POST", "/exemptions/exemption-1/decision", {"approved": False, "why": "不符"})


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--period", "p", "--draw", "red"), ("POST", "/lists", {"period": "p", "code": "red"})),
        (("list-1", "--release", "主任"), ("POST", "/lists/list-1/release", {"post": "主任"})),
        (("list-1", "--withdraw", "--why", "有误"), ("POST", "/lists/list-1/withdrawal", {"why": "有误"})),
    ],
)
def test_lists_are_drawn_released_and_withdrawn(
    arguments: tuple[str, ...], expected: tuple[str, str, Any]
) -> None:
    text, calls = answered(page(ListsView, LIST), "list", *arguments)

    assert calls[0] == expected
    assert "红榜“红榜”　已签发，l1（主任）签发" in text
    assert ("第1名/9　已剔除：正在调查" in text, "未排名" in text) == (True, True)
