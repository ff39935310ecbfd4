"""`duban indicator …`: targets of plans, the frame 18+5 and stage goals: what they stand at, and values reported."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, given, read_file, show, show_json
from deploy.cli.instants import minute
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.indicators import DetailView, IndicatorView, ValueView

app = typer.Typer(no_args_is_help=True)
STATES = {
    "met": "已达到",
    "on_course": "预计可达到",
    "at_risk": "有风险",
    "missed": "未达到",
    "unreported": "未按时报送",
    "unknown": "无现值",
}
IndicatorId = Annotated[str, typer.Argument(help="Id of an indicator (p18-t007, gj01 …).")]


@app.callback()
def _indicators() -> None:
    """Show indicators 指标, and report their values."""


@app.command("list")
def list_indicators(  # noqa: PLR0913 - each is an option of the command.
    *,
    plan: Annotated[str, typer.Option(help="Only those of this plan.")] = "",
    owner: Annotated[str, typer.Option(help="Only those of this unit.")] = "",
    frame: Annotated[str, typer.Option(help="Only those under this code of the frame (gj01 … sx05).")] = "",
    state: Annotated[str, typer.Option(help="met, on_course, at_risk, missed, unreported or unknown.")] = "",
    kind: Annotated[str, typer.Option(help="target, frame, goal or all.")] = "target",
    as_of: Annotated[str, typer.Option(help="A day or an instant in the past.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List indicators with what they ask for, what they stand at, and why."""
    query = given(plan=plan, owner=owner, frame=frame, state=state, kind=kind, as_of=as_of)
    with connect(url, key) as client:
        found = client.indicators.get_indicators(**query)
    if as_json:
        show_json(found.items)
        return
    head = ("编号", "指标", "目标", "现值", "状态", "原因")
    for line in table(head, map(_row, found.items)):
        show(line)


@app.command("show")
def show_indicator(
    indicator: IndicatorId,
    *,
    as_of: Annotated[str, typer.Option(help="A day or an instant in the past.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show an indicator: how it is counted, its forecast, and every value that was reported."""
    with connect(url, key) as client:
        found = client.indicators.get_indicators_by_indicator_id(indicator_id=indicator, as_of=as_of or None)
    if as_json:
        show_json([found])
        return
    for line in _shown(found):
        show(line)


@app.command("report")
def report(  # noqa: PLR0913 - each is an option of the command.
    indicator: IndicatorId,
    value: Annotated[str, typer.Argument(help="A decimal number in the indicator's unit.")],
    *,
    on: Annotated[str, typer.Option(help="The day by whose end it held (2023-06-30).")],
    evidence: Annotated[
        list[str], typer.Option(help="Id of an attachment (att-…) or a 文号; again for more.")
    ],
    unit: Annotated[str, typer.Option(help="Unit of the number, to be checked.")] = "",
    note: Annotated[str, typer.Option(help="preliminary, audited, estimated, statistics or corrected.")] = "",
    why: Annotated[str, typer.Option(help="Why it jumps, or what was wrong with the one it corrects.")] = "",
    corrects: Annotated[str, typer.Option(help="Id of the value that it corrects.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Report a value of an indicator, or correct one."""
    words = given(value=value, on=on, unit=unit, note=note, why=why, corrects=corrects)
    with connect(url, key) as client:
        body = {**words, "evidence": evidence}
        kept = client.indicators.post_indicators_by_indicator_id_values(body, indicator_id=indicator)
    _print([kept], as_json=as_json)


@app.command("upload")
def upload(
    file: Annotated[Path, typer.Argument(help="A table: CSV or .xlsx with a header row.")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Report the values of a table: all of them, or none, with what is wrong by row and field."""
    content = read_file(file)
    with connect(url, key) as client:
        kept = client.indicators.post_indicators_upload(content)
    _print(kept.items, as_json=as_json)


def _print(kept: "list[ValueView]", *, as_json: bool) -> None:
    if as_json:
        show_json(kept)
        return
    for one in kept:
        show(f"已报送 {one.value_id}：{one.on} 为 {_number(one.value)}")


def _row(one: "IndicatorView") -> tuple[str, ...]:
    stands = f"{_number(one.present)} {one.unit}" if one.present is not None else one.why
    return one.target_id, one.name, _wanted(one), stands, STATES[one.state], one.reason


def _wanted(one: "IndicatorView") -> str:
    if one.value is None:
        return "—"
    top = "" if one.value_max is None else f" 至 {_number(one.value_max)}"
    return f"{one.operator} {_number(one.value)}{top} {one.unit}"


def _shown(found: "DetailView") -> Iterator[str]:
    one, forecast, setting = found.indicator, found.indicator.forecast, found.setting
    yield f"{one.target_id} {one.name}（{_wanted(one)}，责任单位 {one.owner or '未设'}）"
    yield f"状态：{STATES[one.state]}。{one.reason}"
    expected = "—" if forecast.value is None else _number(forecast.value)
    yield f"预测：{forecast.ends_on} 为 {expected}（{forecast.method}）"
    yield f"报送：{setting.cadence}，期后 {setting.grace} 日内"
    yield from found.counted.splitlines()
    for period, due_on in found.missed.items():
        yield f"未按时报送：{period}（{due_on} 到期）"
    head = ("编号", "截止日", "数值", "报送", "佐证", "原因")
    yield from table(head, map(_value, found.history))


def _value(one: "ValueView") -> tuple[str, ...]:
    ended = "" if one.holds else "（已更正）"
    evidence, reported = "、".join(one.evidence), minute(one.reported_at)
    return one.value_id + ended, str(one.on), _number(one.value), reported, evidence, one.why


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
