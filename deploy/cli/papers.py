"""`duban paper`: list, show and download papers 公文, compile a summary for a new draft, release and withdraw."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from deploy.api_client import Model
from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, show, show_json, write_file
from shared.errors import Invalid
from shared.events.feed_summaries import FeedSummaryKind

if TYPE_CHECKING:
    from deploy.api_client.papers import PaperItem, PaperView

app = typer.Typer(no_args_is_help=True)
FEED_KINDS = get_args(FeedSummaryKind)
KIND_HELP = f"weekly, monthly or quarterly of the ledger; {', '.join(FEED_KINDS)} of the feeds."
PERIOD_HELP = "2023-06-20, 2023-W25, 2023-06 or 2023-Q2, by the kind."
PaperId = Annotated[str, typer.Argument(help="Id of the paper, such as monthly-2023-06-1.")]


@app.command("list")
def list_papers(  # noqa: PLR0913 - each is an option of the command.
    *,
    kind: Annotated[str, typer.Option(help=KIND_HELP)] = "",
    period: Annotated[str, typer.Option(help=PERIOD_HELP)] = "",
    state: Annotated[str, typer.Option(help="draft, released, withdrawn or superseded.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List papers, the latest draft first."""
    with connect(url, key) as client:
        every, papers = client.calls.every, client.papers
        items = every(papers.get_papers, kind=kind or None, period=period or None, state=state or None)
    if as_json:
        show_json(items)
        return
    for one in items:
        show(_line(one))


@app.command("show")
def show_paper(paper: PaperId, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show what stands in a paper, and the instructions 批示 on it."""
    from deploy.api_client.papers import Table  # noqa: PLC0415 - `duban --help` stays fast.

    with connect(url, key) as client:
        answer = client.papers.get_papers_by_paper_id(paper_id=paper)
    if as_json:
        show_json([answer])
        return
    show(_line(answer))
    for part in answer.content.body:
        show(f"［表：{len(part.rows)} 行］" if isinstance(part, Table) else part.text)
    show(answer.content.next_heading)
    for step in answer.next_steps:
        show(step)
    for one in answer.instructions:
        show(f"批示 {one.id} {one.given_on} {one.given_by}：{one.text}")


@app.command()
def download(
    paper: PaperId,
    file: Annotated[Path, typer.Argument(help="Where to write: a .docx, or the annex as .xlsx.")],
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Download a paper as Word, or its annex as Excel, by the ending of the file's name."""
    ending = file.suffix.lower()
    if ending not in {".docx", ".xlsx"}:
        message = f"文件名 {file} 应以 .docx 或 .xlsx 结尾"
        raise Invalid(message, code="paper.ending", field="file")
    with connect(url, key) as client:
        papers = client.papers
        get = papers.get_papers_by_paper_id_docx if ending == ".docx" else papers.get_papers_by_paper_id_xlsx
        content = get(paper_id=paper)
    write_file(file, content)
    show(f"已写入 {file}（{len(content) // 1024} KB）")


@app.command("compile")
def compile_summary(
    kind: Annotated[str, typer.Argument(help=KIND_HELP)],
    period: Annotated[str, typer.Argument(help=PERIOD_HELP)],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Sum the ledger or a feed up for a period now; a new draft takes the place of the last one."""
    body = {"kind": kind, "period": period}
    with connect(url, key) as client:
        if kind in FEED_KINDS:
            of_feed = client.feed_summaries.post_feed_summaries(body)
            line = f"{of_feed.id} 第{of_feed.version}版 {of_feed.facts} 条"
            _tell(of_feed, line, as_json=as_json)
            return
        answer = client.summaries.post_summaries(body)
    _tell(answer, f"{answer.id} 第{answer.version}版 {answer.tasks} 项", as_json=as_json)


@app.command()
def release(  # noqa: PLR0913 - each is an option of the command.
    paper: PaperId,
    *,
    number: Annotated[str, typer.Option(help="文号, such as 泾河督查〔2023〕6号.")],
    signer: Annotated[str, typer.Option(help="Post of who signs it 签发人.")],
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Release a draft 印发 under its number; it never changes after that."""
    with connect(url, key) as client:
        body = {"number": number, "signer": signer}
        answer = client.papers.post_papers_by_paper_id_release(body, paper_id=paper)
    _tell(answer, _line(answer), as_json=as_json)


@app.command()
def withdraw(
    paper: PaperId,
    *,
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Withdraw a draft or a released paper."""
    with connect(url, key) as client:
        answer = client.papers.post_papers_by_paper_id_withdrawal({"reason": reason}, paper_id=paper)
    _tell(answer, _line(answer), as_json=as_json)


def _line(paper: "PaperItem | PaperView") -> str:
    number = paper.number or "（未编文号）"
    return f"{paper.id} {paper.state_word} {number} {paper.dated_on} {paper.title}"


def _tell(answer: Model, line: str, *, as_json: bool) -> None:
    if as_json:
        show_json([answer])
    else:
        show(line)
