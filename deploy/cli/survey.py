"""`duban survey …`: anonymous surveys 测评, held through the gateway; who answers uses the gateway's page."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import httpx
import typer

from deploy.api_client import Duban
from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_json, show, show_json
from deploy.cli.instants import minute
from deploy.cli.tables import table
from shared.errors import Invalid

if TYPE_CHECKING:
    from deploy.api_client.surveys import Question, ResultView, SurveyView

app = typer.Typer(no_args_is_help=True)
LONG_S = 120.0  # To close one opens all sheets that wait.
Survey = Annotated[str, typer.Argument(help="Id of a survey.")]


@app.callback()
def _survey() -> None:
    """测评: 满意度, 背对背, 作风能力大家评, without names."""


@app.command("list")
def surveys(*, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """List surveys, the latest first."""
    with _connect(url, key) as client:
        found = client.calls.every(client.surveys.get_surveys)
    if as_json:
        show_json(found)
        return
    for line in table(("编号", "类型", "名称", "状态", "起", "止", "已答"), map(_row, found)):
        show(line)


@app.command("show")
def survey(name: Survey, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show a survey with the numbers of its groups."""
    with _connect(url, key) as client:
        _print([client.surveys.get_surveys_by_survey(survey=name)], as_json=as_json)


@app.command("create")
def create(
    file: Annotated[
        Path, typer.Argument(help="The sheet (JSON): title, subjects, questions, groups, times.")
    ],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Draw a survey up; it stays a draft until it is opened."""
    sheet = read_json(file)
    with _connect(url, key) as client:
        made = client.surveys.post_surveys(sheet)
        _print([client.surveys.get_surveys_by_survey(survey=made.id)], as_json=as_json)


@app.command("invite")
def invite(  # noqa: PLR0913 - each is an option of the command.
    name: Survey,
    file: Annotated[
        Path, typer.Argument(help="A new file (.csv) for the tokens; nobody can get them again.")
    ],
    *,
    group: Annotated[str, typer.Option(help="Of this group.")],
    count: Annotated[int, typer.Option(min=1, max=5000, help="How many.")],
    page: Annotated[
        str, typer.Option(help="Address at which people reach the gateway, for links: https://…")
    ] = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Make one-time tokens of a group and write them into a file, in no order and without names."""
    handle = _new(file)  # Before they are made: what can't be written would be lost.
    try:
        with _connect(url, key) as client:
            wanted = {"group": group, "count": count}
            tokens = client.surveys.post_surveys_by_survey_invitations(wanted, survey=name).tokens
    except BaseException:
        os.close(handle)
        file.unlink()
        raise
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("组", "测评码", "链接"))
        rows.writerows((group, token, f"{page.rstrip('/')}/s/{token}" if page else "") for token in tokens)
    show(f"已写入 {file}：{len(tokens)} 个测评码。只此一份，请打乱发放，不登记谁领了哪个")


@app.command("open")
def open_to_answers(
    name: Survey, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """Open a survey: from then on no further token is made."""
    with _connect(url, key) as client:
        client.surveys.post_surveys_by_survey_opening(survey=name)
        _print([client.surveys.get_surveys_by_survey(survey=name)], as_json=as_json)


@app.command("close")
def close(name: Survey, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Close a survey for good; then its results can be read."""
    with _connect(url, key) as client:
        client.surveys.post_surveys_by_survey_closing(survey=name)
        _print([client.surveys.get_surveys_by_survey(survey=name)], as_json=as_json)


@app.command("results")
def results(
    name: Survey,
    *,
    group: Annotated[str, typer.Option(help="Of this group; of all that are shown when left out.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show what a closed survey says, by subject and question."""
    with _connect(url, key) as client:
        found = client.surveys.get_surveys_by_survey_results(survey=name)
    items = [one for one in found.items if one.group == group]
    if as_json:
        show_json(items)
        return
    sheet = found.survey.sheet
    names = {one.code: one.name for one in sheet.subjects}
    questions = {one.code: one for one in sheet.questions}
    rows = (_result(one, names[one.subject], questions[one.question]) for one in items)
    for line in table(("对象", "题目", "答卷", "均值", "百分制", "分布"), rows):
        show(line)
    show(found.rounding)


def _result(one: "ResultView", name: str, question: "Question") -> tuple[str, ...]:
    if one.count is None:
        return name, question.text, one.why, "—", "—", "—"
    shares = "　".join(
        f"{words}{count}" for words, count in zip(question.options, one.distribution, strict=True)
    )
    mean = "—" if one.mean is None else f"{one.mean}/{one.out_of}"
    return name, question.text, str(one.count), mean, one.percent or "—", shares


def _row(one: "SurveyView") -> tuple[str, ...]:
    answered = sum(group.answered for group in one.groups)
    invited = sum(group.invited for group in one.groups)
    times = minute(one.opens_at), minute(one.closes_at)
    return one.id, one.kind_title, one.title, one.state_title, *times, f"{answered}/{invited}"


def _lines(one: "SurveyView") -> Iterator[str]:
    yield f"{one.id}　{one.kind_title}：{one.title}　{one.state_title}　满 {one.minimum} 份统计"
    yield f"{minute(one.opens_at)} 至 {minute(one.closes_at)}"
    for group in one.groups:
        line = f"  {group.code}　{group.name}　发出 {group.invited}　收到 {group.answered}"
        if group.counted is not None:
            line += f"　计入 {group.counted}　不足未看 {group.unread}　损坏 {group.spoilt}"
        yield line


def _print(found: "list[SurveyView]", *, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    for one in found:
        for line in _lines(one):
            show(line)


def _connect(url: str, key: str) -> Duban:
    client = connect(url, key)
    client.http.timeout = httpx.Timeout(LONG_S)
    return client


def _new(file: Path) -> int:
    """Make a file that only its owner reads.

    Raises:
        Invalid: It is there already, or can't be written.
    """
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        message = f"文件 {file} 不能新建（{error.strerror}），请换一个文件名"
        raise Invalid(message, code="file.not_new", field="file") from error
