"""`duban assess …`: schemes, periods, scores with their explanation, appeals, exemptions and lists; by the gateway."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import httpx
import typer

from deploy.api_client import Model
from deploy.cli.assess_words import (
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
from deploy.cli.client import (
    DEFAULT_URL,
    ApiKey,
    AsJson,
    Url,
    connect,
    read_json,
    show,
    show_json,
    write_file,
)
from deploy.cli.tables import table
from shared.errors import Invalid

if TYPE_CHECKING:
    from deploy.api_client.assessment import AssessmentApi, Change

Answer = TypeVar("Answer", bound=Model)
app = typer.Typer(no_args_is_help=True)
COUNTING_S = 150.0
Period = Annotated[str, typer.Argument(help="Id of a period, like three-years.2023-Q2.")]
Unit = Annotated[str, typer.Argument(help="Id of a unit.")]
WhyOption = Annotated[str, typer.Option("--why", help="Why; it is kept.")]
STEPS = ("preview", "close", "rescore", "final")


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
        with _assessment(url, key) as api:
            every = api.get_assessment_schemes_by_scheme(scheme=name).versions if name else None
            found = api.get_assessment_schemes().items if every is None else every
        _print(found, scheme_lines, as_json=as_json)
        return
    if not name or bool(valid_from) == bool(preview):
        raise typer.BadParameter("--file needs the code of a scheme, and either --from or --preview")
    content = read_json(file)
    with _assessment(url, key) as api:
        if valid_from:
            body = {"content": content, "valid_from": valid_from, "why": why}
            made = api.put_assessment_schemes_by_scheme(body, scheme=name)
            _print([made], scheme_lines, as_json=as_json)
            return
        draft = {"content": content, "period": preview}
        tried = api.post_assessment_schemes_by_scheme_preview(draft, scheme=name)
    _print_table(
        tried.changes, ("单位", "原得分", "新得分", "原名次", "新名次"), _change_row, as_json=as_json
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
    if step and (step not in STEPS or not name) and not opened:
        raise typer.BadParameter(f"--step needs the id of a period, and is one of {', '.join(STEPS)}")
    with _assessment(url, key) as api:
        if opened:
            name = api.post_assessment_periods({"scheme": scheme_code, "period": opened}).id
        elif step:
            _take_step(api, name, step, why)
        if not name:
            head = ("编号", "办法", "起", "止", "状态", "计分", "申诉截止")
            _print_table(api.calls.every(api.get_assessment_periods), head, period_row, as_json=as_json)
            return
        found = api.get_assessment_periods_by_period(period=name)
    if as_json:
        show_json([found])
        return
    show(f"{found.id}　{found.state_title}　未答复申诉 {found.undecided} 件")
    for line in table(
        ("次", "类型", "办法版本", "数据截至", "档案位置", "摘要", "原因"), map(run_row, found.runs)
    ):
        show(line)


def _take_step(api: "AssessmentApi", name: str, step: str, why: str) -> None:
    match step:
        case "preview":
            api.post_assessment_periods_by_period_preview(period=name)
        case "close":
            api.post_assessment_periods_by_period_closing(period=name)
        case "rescore":
            api.post_assessment_periods_by_period_rescoring({"why": why}, period=name)
        case _:
            api.post_assessment_periods_by_period_final(period=name)


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
    with _assessment(url, key) as api:
        found = api.get_assessment_periods_by_period_scores(period=name, run=run or None)
    head = ("单位", "名称", "类别", "得分", "百分制", "名次", "说明")
    _print_table(found.items, head, score_row, as_json=as_json)


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
    with _assessment(url, key) as api:
        if file is not None:
            _save(api, name, unit, file)
        elif line:
            found = api.get_assessment_periods_by_period_scores_by_unit_lines_by_line_rows(
                period=name, unit=unit, line=line, part=part, limit=500
            )
            head = ("事项", "计入", "说明", "时间", "事件流", "序号")
            _print_table(found.items, head, fact_row, as_json=as_json)
        else:
            score_of = api.get_assessment_periods_by_period_scores_by_unit(period=name, unit=unit)
            _print([score_of], explained, as_json=as_json)


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
    with _assessment(url, key) as api:
        if name and uphold is not None:
            decision = {"upheld": uphold, "why": why}
            api.post_assessment_appeals_by_appeal_decision(decision, appeal=name)
        elif line:
            body = {"period": period_id, "line": line, "subjects": case or [], "text": why}
            api.post_assessment_appeals(body)
        found = api.calls.every(api.get_assessment_appeals, period=period_id or None)
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
    with _assessment(url, key) as api:
        if name and approve is not None:
            decision = {"approved": approve, "why": why}
            api.post_assessment_exemptions_by_exemption_decision(decision, exemption=name)
        elif case:
            body = {"unit": unit or None, "subject": case, "reason": reason, "text": why}
            api.post_assessment_exemptions(body)
        found = api.calls.every(api.get_assessment_exemptions)
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
    with _assessment(url, key) as api:
        if draw:
            api.post_assessment_lists({"period": period_id, "code": draw})
        elif name and release:
            api.post_assessment_lists_by_name_release({"post": release}, name=name)
        elif name and withdraw:
            api.post_assessment_lists_by_name_withdrawal({"why": why}, name=name)
        found = api.calls.every(api.get_assessment_lists, period=period_id or None)
    _print(found, list_lines, as_json=as_json)


@contextmanager
def _assessment(url: str, key: str) -> "Iterator[AssessmentApi]":
    with connect(url, key) as client:
        client.http.timeout = httpx.Timeout(COUNTING_S)
        yield client.assessment


def _save(api: "AssessmentApi", name: str, unit: str, file: Path) -> None:
    if file.suffix not in {".docx", ".xlsx"}:
        message = f"文件 {file} 的扩展名须为 .docx 或 .xlsx"
        raise Invalid(message, code="file.suffix", field="file")
    if file.suffix == ".docx":
        content = api.get_assessment_periods_by_period_scores_by_unit_report_docx(period=name, unit=unit)
    else:
        content = api.get_assessment_periods_by_period_scores_by_unit_report_xlsx(period=name, unit=unit)
    write_file(file, content)
    show(f"已写入 {file}")


def _print(found: list[Answer], lines: Callable[[Answer], Iterator[str]], *, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    for one in found:
        for line in lines(one):
            show(line)


def _print_table(
    found: list[Answer], head: tuple[str, ...], row: Callable[[Answer], tuple[str, ...]], *, as_json: bool
) -> None:
    if as_json:
        show_json(found)
        return
    for line in table(head, map(row, found)):
        show(line)


def _change_row(one: "Change") -> tuple[str, ...]:
    values = (one.before, one.after, one.rank_before, one.rank_after)
    return one.unit_id, *("—" if value is None else str(value) for value in values)
