"""`duban assess …`: schemes, periods, scores with their explanation, appeals, exemptions and lists; by the gateway."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from deploy.cli_assess_words import (
    appeal_row,
    exemption_row,
    explained,
    fact_row,
    list_lines,
    period_row,
    run_row,
    scheme_lines,
    score_row,
)
from deploy.client import (
    DEFAULT_URL,
    ApiKey,
    AsJson,
    Url,
    ask,
    ask_all,
    connect,
    given,
    read_json,
    show,
    show_json,
)
from deploy.tables import table
from shared.errors import Invalid

app = typer.Typer(no_args_is_help=True)
PATH = "/api/v1/assessment"
COUNTING_S = 150.0
Json = Mapping[str, Any]
Period = Annotated[str, typer.Argument(help="Id of a period, like three-years.2023-Q2.")]
Unit = Annotated[str, typer.Argument(help="Id of a unit.")]
WhyOption = Annotated[str, typer.Option("--why", help="Why; it is kept.")]
STEPS = {"preview": "preview", "close": "closing", "rescore": "rescoring", "final": "final"}


@app.callback()
def _assess() -> None:
    """考核: what units are scored by, who stands where and why, and what is drawn from it."""


@app.command("scheme")
def scheme(  # noqa: PLR0913 - each is an option of the command.
    name: Annotated[str, typer.Argument(help="Code of a scheme; all when left out.")] = "",
    *,
    file: Annotated[Path | None, typer.Option(help="A version of it (JSON): to set, or to try.")] = None,
    valid_from: Annotated[str, typer.Option("--from", help="Set it from this period on, like 2023-Q3.")] = "",
    preview: Annotated[str, typer.Option(help="Try it on this period instead; nothing is kept.")] = "",
    why: WhyOption = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show schemes, set a new version of one, or try a draft on a period."""
    if file is None:
        found = _get(f"/schemes/{quote(name, safe='')}" if name else "/schemes", url, key)
        _print(found.get("versions") or found["items"], scheme_lines, as_json=as_json)
        return
    if not name or bool(valid_from) == bool(preview):
        raise typer.BadParameter("--file needs the code of a scheme, and either --from or --preview")
    content, path = read_json(file), f"/schemes/{quote(name, safe='')}"
    if valid_from:
        body = {"content": content, "valid_from": valid_from, "why": why}
        _print([_send("PUT", path, body, url, key)], scheme_lines, as_json=as_json)
        return
    tried = _send("POST", f"{path}/preview", {"content": content, "period": preview}, url, key)
    _print_table(
        tried["changes"], ("单位", "原得分", "新得分", "原名次", "新名次"), _change_row, as_json=as_json
    )


@app.command("period")
def period(  # noqa: PLR0913 - each is an option of the command.
    name: Annotated[str, typer.Argument(help="Id of a period; all when left out.")] = "",
    *,
    opened: Annotated[str, typer.Option("--open", help="Open this period of a scheme, like 2023-Q2.")] = "",
    scheme_code: Annotated[str, typer.Option("--scheme", help="The scheme of --open.")] = "three-years",
    step: Annotated[str, typer.Option(help="preview, close, rescore (with --why) or final.")] = "",
    why: WhyOption = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List periods, open one, take a step with one, or show one with its runs."""
    if opened:
        body = {"scheme": scheme_code, "period": opened}
        name = _send("POST", "/periods", body, url, key)["id"]
    elif step:
        if step not in STEPS or not name:
            raise typer.BadParameter(f"--step needs the id of a period, and is one of {', '.join(STEPS)}")
        _send("POST", f"/periods/{name}/{STEPS[step]}", {"why": why} if step == "rescore" else None, url, key)
    if not name:
        head = ("编号", "办法", "起", "止", "状态", "计分", "申诉截止")
        _print_table(_list("/periods", url, key), head, period_row, as_json=as_json)
        return
    found = _get(f"/periods/{name}", url, key)
    if as_json:
        show_json([found])
        return
    show(f"{found['id']}　{found['state_title']}　未答复申诉 {found['undecided']} 件")
    for line in table(
        ("次", "类型", "办法版本", "数据截至", "档案位置", "摘要", "原因"), map(run_row, found["runs"])
    ):
        show(line)


@app.command("score")
def score(
    name: Period,
    *,
    run: Annotated[int, typer.Option(help="Another run than the one that counts.")] = 0,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List the scores of a period, class by class, the best first."""
    found = _get(f"/periods/{name}/scores", url, key, run=run or "")
    head = ("单位", "名称", "类别", "得分", "百分制", "名次", "说明")
    _print_table(found["items"], head, score_row, as_json=as_json)


@app.command("explain")
def explain(  # noqa: PLR0913 - each is an option of the command.
    name: Period,
    unit: Unit,
    *,
    line: Annotated[str, typer.Option(help="Show the facts behind this line.")] = "",
    part: Annotated[str, typer.Option(help="numerator, denominator or excluded.")] = "denominator",
    file: Annotated[Path | None, typer.Option(help="Write the report here: .docx or .xlsx.")] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Explain the score of a unit: its lines with rules and points, or the facts behind a line."""
    path = f"/periods/{name}/scores/{quote(unit, safe='')}"
    if file is not None:
        _save(path, file, url, key)
    elif line:
        found = _get(f"{path}/lines/{quote(line, safe='')}/rows", url, key, part=part, limit=500)
        head = ("事项", "计入", "说明", "时间", "事件流", "序号")
        _print_table(found["items"], head, fact_row, as_json=as_json)
    else:
        _print([_get(path, url, key)], explained, as_json=as_json)


@app.command("appeal")
def appeal(  # noqa: PLR0913 - each is an option of the command.
    name: Annotated[str, typer.Argument(help="Id of an appeal, to decide it; all when left out.")] = "",
    *,
    period_id: Annotated[str, typer.Option("--period", help="File one about this period …")] = "",
    line: Annotated[str, typer.Option(help="… against this line …")] = "",
    case: Annotated[list[str] | None, typer.Option(help="… about these cases.")] = None,
    uphold: Annotated[bool | None, typer.Option("--uphold/--dismiss", help="Decide it.")] = None,
    why: WhyOption = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List appeals, file one against a line of one's own score, or decide one."""
    if name and uphold is not None:
        _send("POST", f"/appeals/{name}/decision", {"upheld": uphold, "why": why}, url, key)
    elif line:
        body = {"period": period_id, "line": line, "subjects": case or [], "text": why}
        _send("POST", "/appeals", body, url, key)
    found = _list("/appeals", url, key, period=period_id)
    head = ("编号", "周期", "单位", "项目", "事项", "状态", "答复")
    _print_table(found, head, appeal_row, as_json=as_json)


@app.command("exempt")
def exempt(  # noqa: PLR0913 - each is an option of the command.
    name: Annotated[str, typer.Argument(help="Id of a request, to decide it; all when left out.")] = "",
    *,
    case: Annotated[str, typer.Option(help="Ask for this case to be taken out of the deductions …")] = "",
    unit: Annotated[str, typer.Option(help="… of this unit; one's own when left out …")] = "",
    reason: Annotated[str, typer.Option(help="… pioneering, reform, force_majeure or other_party.")] = "",
    approve: Annotated[bool | None, typer.Option("--approve/--refuse", help="Decide it.")] = None,
    why: WhyOption = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List exemptions 容错, ask for one, or decide one that another asked for."""
    if name and approve is not None:
        _send("POST", f"/exemptions/{name}/decision", {"approved": approve, "why": why}, url, key)
    elif case:
        body = {"unit": unit or None, "subject": case, "reason": reason, "text": why}
        _send("POST", "/exemptions", body, url, key)
    found = _list("/exemptions", url, key)
    head = ("编号", "单位", "事项", "理由", "状态", "决定")
    _print_table(found, head, exemption_row, as_json=as_json)


@app.command("list")
def lists(  # noqa: PLR0913 - each is an option of the command.
    name: Annotated[str, typer.Argument(help="Id of a list, for --release or --withdraw.")] = "",
    *,
    period_id: Annotated[str, typer.Option("--period", help="Of this period.")] = "",
    draw: Annotated[str, typer.Option(help="Draw this list of --period: red, black, notice, award …")] = "",
    release: Annotated[str, typer.Option(help="Release it; the post of who releases.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Withdraw it, with --why.")] = False,
    why: WhyOption = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show lists (红黑榜, 通报, 奖励), draw one from final scores, release or withdraw it."""
    if draw:
        _send("POST", "/lists", {"period": period_id, "code": draw}, url, key)
    elif name and release:
        _send("POST", f"/lists/{name}/release", {"post": release}, url, key)
    elif name and withdraw:
        _send("POST", f"/lists/{name}/withdrawal", {"why": why}, url, key)
    _print(_list("/lists", url, key, period=period_id), list_lines, as_json=as_json)


def _get(path: str, url: str, key: str, **query: object) -> Any:  # noqa: ANN401 - JSON.
    with connect(url, key) as client:
        return ask(client, "GET", PATH + path, params=given(**query)).json()


def _list(path: str, url: str, key: str, **query: object) -> list[dict[str, Any]]:
    with connect(url, key) as client:
        return ask_all(client, PATH + path, given(**query))


def _send(method: str, path: str, body: object, url: str, key: str) -> Any:  # noqa: ANN401 - JSON.
    with connect(url, key) as client:
        return ask(client, method, PATH + path, json=body, timeout=COUNTING_S).json()


def _save(path: str, file: Path, url: str, key: str) -> None:
    if file.suffix not in {".docx", ".xlsx"}:
        message = f"文件 {file} 的扩展名须为 .docx 或 .xlsx"
        raise Invalid(message, code="file.suffix", field="file")
    with connect(url, key) as client:
        file.write_bytes(ask(client, "GET", f"{PATH}{path}/report{file.suffix}").content)
    show(f"已写入 {file}")


def _print(found: Any, lines: Any, *, as_json: bool) -> None:  # noqa: ANN401 - JSON, and what writes it.
    if as_json:
        show_json(found)
        return
    for one in found:
        for line in lines(one):
            show(line)


def _print_table(found: Any, head: tuple[str, ...], row: Any, *, as_json: bool) -> None:  # noqa: ANN401 - as above.
    if as_json:
        show_json(found)
        return
    for line in table(head, map(row, found)):
        show(line)


def _change_row(one: Json) -> tuple[str, ...]:
    values = (one[name] for name in ("before", "after", "rank_before", "rank_after"))
    return one["unit_id"], *("—" if value is None else str(value) for value in values)
