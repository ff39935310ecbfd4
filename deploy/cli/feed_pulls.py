"""`duban feed pulls`, `pull-set`, `pull-try` and `pull-run`: sources that the gateway asks itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_json, show, show_json
from deploy.cli.feeds import show_findings, show_read
from deploy.cli.instants import minute
from deploy.cli.tables import table
from shared.errors import Permanent

if TYPE_CHECKING:
    from deploy.api_client.feed_pulls import PullOut

HEADS = ("来源", "方式", "状态", "上次成功", "取到", "下次", "连续失败", "错误")
Source = Annotated[str, typer.Argument(help="Id of the feed source.")]


def pulls(*, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """List the sources that are asked: the last round, how far it came, errors."""
    with connect(url, key) as client:
        found = client.feed_pulls.get_feed_pulls()
    if as_json:
        show_json(found)
        return
    for line in table(HEADS, [_row(one) for one in found]):
        show(line)


def _row(one: "PullOut") -> tuple[str, ...]:
    kind = {"pull": "接口", "table": "前置库表"}[one.plan.kind]
    state = "停用" if not one.enabled else "拉取中" if one.at_hand else "启用"
    last, following = minute(one.last_at), minute(one.next_at)
    return (one.source, kind, state, last, one.high, following, str(one.failures), one.error)


def pull_set(
    source: Source,
    file: Annotated[Path, typer.Argument(help="The plan, and whether it is enabled (JSON).")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Set how a source is asked: pages of an interface, or a table of a front-end database."""
    with connect(url, key) as client:
        done = client.feed_pulls.put_feed_pulls_by_source_id(read_json(file), source_id=source)
    if as_json:
        show_json([done])
        return
    show(f"已设置来源 {source} 的拉取，先试读：duban feed pull-try {source}")


def pull_try(source: Source, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show how the records of the next page would be read; nothing is taken, and nothing moves."""
    with connect(url, key) as client:
        try:
            answer = client.feed_pulls.post_feed_pulls_by_source_id_dry_run(source_id=source)
        except Permanent as refusal:
            problem: Any = refusal.details.get("problem", {})
            show_findings(problem.get("findings", ()), as_json=as_json)
            raise
    if as_json:
        show_json(answer.records)
        return
    for record in answer.records:
        show_read(record)
    show(f"下一页 {answer.count} 条，与来源 {source} 的映射相符；没有收下")


def pull_run(
    source: Source,
    *,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Ask for everything again; what is here counts as repeated.")
    ] = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Let the next round of a source begin at once."""
    with connect(url, key) as client:
        client.feed_pulls.post_feed_pulls_by_source_id_run({"from_start": from_start}, source_id=source)
    show(f"来源 {source} 即将开始下一轮拉取，结果见 duban feed pulls")


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban feed`."""
    for command in (pulls, pull_set, pull_try, pull_run):
        app.command()(command)
