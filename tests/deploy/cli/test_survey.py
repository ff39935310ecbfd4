"""`duban survey`, against a gateway that is made up and answers as metrics does."""

import csv
import json
import stat
from pathlib import Path
from typing import Any

import httpx

from deploy.api_client.surveys import (
    GroupView,
    Named,
    Question,
    ResultsView,
    ResultView,
    Sheet,
    SurveysView,
    SurveyView,
    Tokens,
)
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import MadeUp, code_of, json_answer, made_up, printed, run

GROUP = whole(GroupView, code="peers", name="互评", invited=12, answered=7)
SHEET = whole(
    Sheet,
    subjects=[whole(Named, code="u1", name="甲局")],
    questions=[whole(Question, code="q1", text="配合", options=["好", "差"])],
)
OPEN = whole(
    SurveyView,
    id="survey-1",
    kind_title="背对背测评",
    title="季度",
    state_title="进行中",
    minimum=5,
    opens_at="2023-06-19T01:00:00Z",
    closes_at="2023-06-27T01:00:00Z",
    groups=[GROUP | {"counted": None, "unread": None, "spoilt": None}],
    sheet=SHEET,
)
CLOSED = OPEN | {"state_title": "已结束", "groups": [GROUP | {"counted": 7, "unread": 0, "spoilt": 0}]}
RESULT = whole(
    ResultView,
    group="",
    subject="u1",
    question="q1",
    why="已测量",
    count=7,
    mean="1.86",
    percent="92.86",
    out_of=2,
    distribution=[6, 1],
)
FEW = RESULT | {"group": "peers", "why": "样本不足"} | dict.fromkeys(("count", "mean", "percent", "out_of"))


def answered(body: object, *arguments: str) -> tuple[str, list[tuple[str, str, Any]]]:
    """Run a command against a gateway that answers everything with `body`; gives what was asked, too."""
    with made_up(json_answer(body)) as gateway:
        return printed(run("survey", *arguments, url=gateway.url)), asked(gateway)


def asked(gateway: MadeUp) -> list[tuple[str, str, Any]]:
    return [
        (one.method, one.url.path, json.loads(one.content) if one.content else None) for one in gateway.asked
    ]


def test_surveys_are_listed_and_one_is_shown_with_its_groups() -> None:
    listed, _ = answered(whole(SurveysView, items=[OPEN]), "list")
    shown, _ = answered(CLOSED, "show", "survey-1")

    assert ("7/12" in listed, "2023-06-19 09:00" in listed) == (True, True)
    assert "peers　互评　发出 12　收到 7　计入 7　不足未看 0　损坏 0" in shown


def test_a_survey_is_drawn_up_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "sheet.json"
    file.write_text('{"title": "季度"}', "utf-8")

    text, calls = answered(OPEN, "create", str(file))

    assert calls == [
        ("POST", "/api/v1/surveys", {"title": "季度"}),
        ("GET", "/api/v1/surveys/survey-1", None),
    ]
    assert "survey-1　背对背测评：季度　进行中　满 5 份统计" in text


def test_tokens_are_written_into_a_new_file_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "tokens.csv"
    arguments = ("invite", "survey-1", str(file), "--group", "peers", "--count", "2")

    made = whole(Tokens, tokens=["AAAAA", "BBBBB"])
    text, calls = answered(made, *arguments, "--page", "https://duban.example/")

    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    assert rows[1:] == [[("peers"), one, f"https://duban.example/s/{one}"] for one in ("AAAAA", "BBBBB")]
    assert calls == [("POST", "/api/v1/surveys/survey-1/invitations", {"group": "peers", "count": 2})]
    assert (stat.S_IMODE(file.stat().st_mode), "AAAAA" in text) == (0o600, False)


def test_tokens_never_overwrite_a_file_and_are_not_made_then(tmp_path: Path) -> None:
    file = tmp_path / "tokens.csv"
    file.write_text("kept", "utf-8")

    with made_up(json_answer({"tokens": []})) as gateway:
        arguments = ("survey", "invite", "survey-1", str(file), "--group", "peers", "--count", "2")
        result = run(*arguments, url=gateway.url)

    assert (code_of(result), gateway.asked, file.read_text("utf-8")) == ("file.not_new", [], "kept")


def test_a_refusal_leaves_no_empty_file(tmp_path: Path) -> None:
    file = tmp_path / "tokens.csv"
    refusal = {"code": "survey.state", "title": "测评进行中"}

    with made_up(lambda _: httpx.Response(409, json=refusal)) as gateway:
        arguments = ("survey", "invite", "survey-1", str(file), "--group", "peers", "--count", "2")
        result = run(*arguments, url=gateway.url)

    assert (code_of(result), file.exists()) == ("survey.state", False)


def test_a_survey_is_opened_and_closed() -> None:
    _, opening = answered(OPEN, "open", "survey-1")
    text, closing = answered(CLOSED, "close", "survey-1", "--json")

    assert [one[:2] for one in (opening[0], closing[0])] == [
        ("POST", "/api/v1/surveys/survey-1/opening"),
        ("POST", "/api/v1/surveys/survey-1/closing"),
    ]
    assert json_lines(text) == [CLOSED]


def test_results_are_shown_for_all_or_for_a_group() -> None:
    body = whole(ResultsView, survey=CLOSED, items=[RESULT, FEW], rounding="四舍五入")

    every, _ = answered(body, "results", "survey-1")
    few, _ = answered(body, "results", "survey-1", "--group", "peers")
    as_json, _ = answered(body, "results", "survey-1", "--json")

    assert ("1.86/2" in every, "好6　差1" in every, "四舍五入" in every) == (True, True, True)
    assert ("样本不足" in few, "1.86" in few) == (True, False)
    assert json_lines(as_json) == [RESULT]


def test_a_choice_has_no_mean() -> None:
    choice = RESULT | {"mean": None, "percent": None, "out_of": None}

    text, _ = answered(whole(ResultsView, survey=CLOSED, items=[choice]), "results", "survey-1")

    assert "好6　差1" in text
