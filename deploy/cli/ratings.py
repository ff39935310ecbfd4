"""`duban rating`: send a rating, see what looks made up and by which limits, and the statistics of a month."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli import publications
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
from deploy.cli.instants import minute, read_day
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.ratings import FindingView, LimitsView, StatisticsView

app = typer.Typer(no_args_is_help=True)
limits_app = typer.Typer(invoke_without_command=True)
app.add_typer(limits_app, name="limits", help="疑点界限: show them and their versions, set others.")
publications.add_to(app)


@app.command()
def post(
    file: Annotated[Path, typer.Argument(help="One rating as JSON; - reads standard input.")],
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Send one rating; posted twice, it counts once."""
    body = read_json(file)
    with connect(url, key) as client:
        show_json([client.ratings.post_ratings(body)])


@app.command()
def findings(  # noqa: PLR0913 - each is an option of the command.
    *,
    unit: Annotated[str, typer.Option(help="Unit id, or its 统一社会信用代码.")] = "",
    first: Annotated[str, typer.Option("--from", help="First day; 29 days before the last one.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day; today when left out.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List minutes of windows and clerks whose ratings look made up; the largest first, --json has the ratings."""
    span = {"from_": read_day(first, field="--from"), "to": read_day(last, field="--to")}
    with connect(url, key) as client:
        found = client.ratings.get_ratings_findings(unit=unit or None, **span)
    if as_json:
        show_json(found.items)
        return
    show(f"{found.first} 至 {found.last}：{found.count} 处，界限第 {found.rules.version} 版")
    heads = ("时间", "单位", "窗口或经办人", "疑点", "条数", "平常每分钟")
    for line in table(heads, (_finding(one) for one in found.items)) if found.items else ():
        show(line)


def _finding(one: "FindingView") -> tuple[str, ...]:
    usual = "—" if one.usual is None else f"{one.usual:.2f}"
    unit = one.unit_name or one.unit_code
    return minute(one.minute), unit, one.key, one.title, str(one.number), usual


@limits_app.callback()
def limits(
    context: typer.Context, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """Show the limits of findings that hold, and who set which version, when and why."""
    if context.invoked_subcommand is not None:
        return
    with connect(url, key) as client:
        found = client.ratings.get_ratings_findings_limits()
    if as_json:
        show_json(found.versions)
        return
    for line in _limits(found.limits):
        show(line)
    for one in found.versions:
        show(f"第 {one.rules.version} 版{_author(one)}")


@limits_app.command("set")
def set_limits(
    file: Annotated[
        Path, typer.Argument(help='What is otherwise here, whole (JSON), such as {"burst": {"minimum": 20}}.')
    ],
    *,
    why: Annotated[str, typer.Option(help="Why.")],
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Let other limits hold from now on, as a new version; {} goes back to the shipped ones."""
    body = {"changes": read_json(file), "why": why}
    with connect(url, key) as client:
        made = client.ratings.put_ratings_findings_limits(body)
    if as_json:
        show_json([made])
        return
    for line in _limits(made):
        show(line)


def _limits(found: "LimitsView") -> Iterator[str]:
    burst, same = found.rules.burst, found.rules.same_minute
    yield f"疑点界限第 {found.rules.version} 版"
    levels = "、".join(map(str, burst.levels))
    yield f"  {burst.title}：levels={levels} minimum={burst.minimum} times={burst.times}；{burst.text}"
    yield f"  {same.title}：minimum={same.minimum}；{same.text}"


def _author(version: "LimitsView") -> str:
    return f" {minute(version.set_at)} {version.set_by}：{version.why}" if version.set_at else " 随版本发布"


@app.command()
def statistics(
    *,
    month: Annotated[str, typer.Option(help="2023-06; this month when left out.")] = "",
    xlsx: Annotated[Path | None, typer.Option(help="Also write them into this Excel file.")] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show the monthly statistics of 好差评 by unit and source: ratings, bad ones, delay, rectification."""
    with connect(url, key) as client:
        found = client.ratings.get_ratings_statistics(month=month or None)
        content = client.ratings.get_ratings_statistics_xlsx(month=found.month) if xlsx else b""
    if xlsx:
        write_file(xlsx, content, field="xlsx")
    if as_json:
        show_json([found])
        return
    for line in _statistics(found):
        show(line)


def _statistics(found: "StatisticsView") -> Iterator[str]:
    yield f"{found.month} 好差评统计（截至 {minute(found.as_of)}）"
    heads = ("单位", "来源", "评价", "其中差评", "默认好评", "上传时延中位（秒）", "差评整改", "已办结")
    rows = []
    for one in (*found.items, found.total):
        bad = sum(number for level, number in one.by_level.items() if level in {"1", "2"})
        delay = "—" if one.delay_median is None else str(one.delay_median)
        done = one.rectification
        counts = (one.ratings, bad, one.default)
        name = "合计" if one is found.total else one.unit_name or one.unit_code
        rows.append((name, one.source_id, *map(str, counts), delay, str(done.standing), str(done.done)))
    yield from table(heads, rows)
