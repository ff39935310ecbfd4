"""`duban paper`, against a gateway that is made up."""

from pathlib import Path

import httpx

from deploy.api_client.feed_summaries import FeedSummaryView
from deploy.api_client.papers import Content, InstructionView, Line, PaperItem, PapersView, PaperView, Table
from deploy.api_client.summaries import SummaryView
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

PAPER_ID = "monthly-2023-06-1"
INSTRUCTION = whole(InstructionView, id="i1", given_on="2023-07-04", given_by="管委会主任", text="请抓紧。")
BODY = [whole(Line, text="一、总体情况"), whole(Table, rows=[["1"], ["2"]])]
ITEM = whole(
    PaperItem,
    id=PAPER_ID,
    state_word="草稿",
    number=None,
    dated_on="2023-07-03",
    title="2023年6月督办事项调度材料",
)
PAPER = whole(
    PaperView,
    **ITEM,
    content=whole(Content, body=BODY, next_heading="五、下一步工作"),
    next_steps=["逐项销账。"],
    instructions=[INSTRUCTION],
)
LINE = "monthly-2023-06-1 草稿 （未编文号） 2023-07-03 2023年6月督办事项调度材料\n"
ONE = "/api/v1/papers/monthly-2023-06-1"


def test_papers_are_listed_by_kind_period_and_state() -> None:
    with made_up(json_answer(whole(PapersView, items=[ITEM]))) as gateway:
        listed = printed(run("paper", "list", "--kind", "monthly", "--state", "draft", url=gateway.url))
        as_json = printed(run("paper", "list", "--json", url=gateway.url))

    assert (listed, json_lines(as_json)) == (LINE, [ITEM])
    assert gateway.asked[0].url.query == b"kind=monthly&state=draft"


def test_a_paper_is_shown_with_what_stands_in_it_and_what_was_instructed() -> None:
    with made_up(json_answer(PAPER)) as gateway:
        shown = printed(run("paper", "show", PAPER_ID, url=gateway.url))
        as_json = printed(run("paper", "show", PAPER_ID, "--json", url=gateway.url))

    said = ["一、总体情况", "［表：2 行］", "五、下一步工作", "逐项销账。"]
    assert shown == LINE + "\n".join(said) + "\n批示 i1 2023-07-04 管委会主任：请抓紧。\n"
    assert json_lines(as_json) == [PAPER]


def test_a_paper_is_downloaded_by_the_ending_of_the_name(tmp_path: Path) -> None:
    with made_up(lambda _request: httpx.Response(200, content=b"x" * 2048)) as gateway:
        said = printed(run("paper", "download", PAPER_ID, str(tmp_path / "六月.XLSX"), url=gateway.url))
        unwritable = run("paper", "download", PAPER_ID, str(tmp_path / "no" / "a.docx"), url=gateway.url)
        strange = run("paper", "download", PAPER_ID, "a.pdf", url=gateway.url)

    assert said == f"已写入 {tmp_path}/六月.XLSX（2 KB）\n"
    assert gateway.paths == [f"GET {ONE}.xlsx", f"GET {ONE}.docx"]
    assert (code_of(unwritable), code_of(strange)) == ("file.unwritable", "paper.ending")


def test_a_paper_is_released_and_withdrawn() -> None:
    with made_up(json_answer(PAPER)) as gateway:
        number = ["--number", "泾河督查〔2023〕6号", "--signer", "督查室主任"]
        released = printed(run("paper", "release", PAPER_ID, *number, url=gateway.url))
        run("paper", "withdraw", PAPER_ID, "--reason", "数据有误", "--json", url=gateway.url)

    assert released == LINE
    assert gateway.paths == [f"POST {ONE}/release", f"POST {ONE}/withdrawal"]
    assert gateway.said == {"reason": "数据有误"}


def test_a_summary_is_compiled_on_demand() -> None:
    with made_up(json_answer(whole(SummaryView, id="monthly-2023-06-2", version=2, tasks=430))) as gateway:
        said = printed(run("paper", "compile", "monthly", "2023-06", url=gateway.url))

    assert said == "monthly-2023-06-2 第2版 430 项\n"
    assert gateway.said == {"kind": "monthly", "period": "2023-06"}


def test_a_summary_of_a_feed_is_compiled_by_metrics() -> None:
    told = whole(FeedSummaryView, id="hotline_daily-2023-06-19-2", version=2, facts=468)
    with made_up(json_answer(told)) as gateway:
        said = printed(run("paper", "compile", "hotline_daily", "2023-06-19", url=gateway.url))

    assert said == "hotline_daily-2023-06-19-2 第2版 468 条\n"
    assert gateway.paths == ["POST /api/v1/feed-summaries"]
