"""`duban paper`: list, show and download papers 公文, compile a summary for a new draft, release and withdraw."""

from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from deploy.client import DEFAULT_URL, ApiKey, AsJson, Url, ask, ask_all, connect, given, show, show_json
from shared.errors import Invalid
from shared.events.feed_summaries import FeedSummaryKind

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
        query = given(kind=kind, period=period, state=state)
        items = ask_all(client, "/api/v1/papers", query)
    if as_json:
        show_json(items)
        return
    for one in items:
        show(_line(one))


@app.command("show")
def show_paper(paper: PaperId, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show what stands in a paper, and the instructions 批示 on it."""
    with connect(url, key) as client:
        answer = ask(client, "GET", f"/api/v1/papers/{paper}").json()
    if as_json:
        show_json([answer])
        return
    show(_line(answer))
    for part in answer["content"]["body"]:
        show(part["text"] if "text" in part else f"［表：{len(part['rows'])} 行］")
    show(answer["content"]["next_heading"])
    for step in answer["next_steps"]:
        show(step)
    for one in answer["instructions"]:
        show(f"批示 {one['id']} {one['given_on']} {one['given_by']}：{one['text']}")


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
        content = ask(client, "GET", f"/api/v1/papers/{paper}{ending}").content
    try:
        file.write_bytes(content)
    except OSError as error:
        message = f"文件 {file} 无法写入（{error.strerror}）"
        raise Invalid(message, code="file.unwritable", field="file") from error
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
    path, count, word = (
        ("feed-summaries", "facts", "条") if kind in FEED_KINDS else ("summaries", "tasks", "项")
    )
    with connect(url, key) as client:
        answer = ask(client, "POST", f"/api/v1/{path}", json={"kind": kind, "period": period}).json()
    _tell(answer, f"{answer['id']} 第{answer['version']}版 {answer[count]} {word}", as_json=as_json)


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
        answer = ask(client, "POST", f"/api/v1/papers/{paper}/release", json=body).json()
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
        answer = ask(client, "POST", f"/api/v1/papers/{paper}/withdrawal", json={"reason": reason}).json()
    _tell(answer, _line(answer), as_json=as_json)


def _line(paper: dict[str, Any]) -> str:
    number = paper["number"] or "（未编文号）"
    return f"{paper['id']} {paper['state_word']} {number} {paper['dated_on']} {paper['title']}"


def _tell(answer: dict[str, Any], line: str, *, as_json: bool) -> None:
    if as_json:
        show_json([answer])
    else:
        show(line)
