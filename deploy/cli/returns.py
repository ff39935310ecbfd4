"""`duban returns …`: what goes back to the platforms 回传, and where; through the gateway."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import (
    DEFAULT_URL,
    ApiKey,
    AsJson,
    Url,
    connect,
    given,
    read_file,
    read_json,
    show,
    show_json,
)
from deploy.cli.instants import day_in, minute, read_day
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.return_targets import TargetOut
    from deploy.api_client.returns import ReturnOut, ReturnsApi, ReturnShown, StepCountOut

app = typer.Typer(no_args_is_help=True)
STEPS = {
    "accepted": "签收",
    "contacted": "联系",
    "return_requested": "退单申请",
    "return_decided": "退单批复",
    "extension_requested": "延期申请",
    "extension_decided": "延期批复",
    "rectified": "整改",
    "replied": "回复",
    "called_back": "回访",
    "answered": "答复",
    "closed": "办结",
    "reopened": "重开",
}
STATES = {
    "unplaced": "来源不明",
    "waiting": "待发",
    "sending": "发送中",
    "unknown": "结果不明",
    "delivered": "已送达",
    "refused": "被拒",
    "dismissed": "不再回传",
    "failed": "未送达",
}
COUNTS = {
    "due": "应报",
    "delivered": "已送达",
    "refused": "被拒",
    "waiting": "待发",
    "unknown": "结果不明",
    "dismissed": "不再回传",
}
ReturnId = Annotated[str, typer.Argument(help="Id of a return (ret-…).")]
Source = Annotated[str, typer.Argument(help="Id of a source.")]


@app.command("list")
def list_returns(  # noqa: PLR0913 - each is an option of the command.
    *,
    source: Annotated[str, typer.Option(help="Only those of this source.")] = "",
    state: Annotated[
        str,
        typer.Option(help="unplaced, waiting, sending, unknown, delivered, refused or dismissed."),
    ] = "",
    subject: Annotated[str, typer.Option(help="Only those of this rating or order.")] = "",
    day: Annotated[str, typer.Option(help="Only what happened on this day, like 2023-06-20.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List what goes back: each state of a rating or order, where it stands, and why."""
    on = read_day(day, field="day")
    with connect(url, key) as client:
        wanted = {"source": source, "state": state, "subject": subject}
        found = [*_all(client.returns, wanted, on)]
    if as_json:
        show_json(found)
        return
    head = ("编号", "来源", "单号", "环节", "次", "状态", "发送", "原因")
    for line in table(head, (_row(one) for one in found)):
        show(line)


@app.command("show")
def show_return(name: ReturnId, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show a return with all that was tried."""
    with connect(url, key) as client:
        _print(client.returns.get_returns_by_return_id(return_id=name), as_json=as_json)


@app.command("retry")
def retry(
    names: Annotated[list[str], typer.Argument(help="Ids of returns (ret-…).")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Say returns again under their ids: after a correction, or because the platform asks again."""
    with connect(url, key) as client:
        for name in names:
            _print(client.returns.post_returns_by_return_id_retry(return_id=name), as_json=as_json)


@app.command("dismiss")
def dismiss(
    name: ReturnId,
    *,
    reason: Annotated[str, typer.Option(help="Why it need not go back.")],
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Let a return go, so that those behind it go on."""
    with connect(url, key) as client:
        done = client.returns.post_returns_by_return_id_dismiss({"reason": reason}, return_id=name)
    _print(done, as_json=as_json)


@app.command("target")
def target(
    source: Annotated[str, typer.Argument(help="Id of a source; all targets when left out.")] = "",
    *,
    file: Annotated[
        Path | None, typer.Option(help="Set it from this file (JSON): url, form, secret, headers, …")
    ] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show where the states of a source go back to, or set it; a secret is never shown."""
    if file is not None and not source:
        raise typer.BadParameter("--file needs the id of a source")
    with connect(url, key) as client:
        targets = client.return_targets
        if file is not None:
            given = read_json(file)
            found = [targets.put_return_targets_by_source_id(given, source_id=source)]
        elif source:
            found = [targets.get_return_targets_by_source_id(source_id=source)]
        else:
            found = targets.get_return_targets()
    if as_json:
        show_json(found)
        return
    for line in table(
        ("来源", "地址", "格式", "环节", "每分钟", "启用", "密钥", "请求头"), (_target(one) for one in found)
    ):
        show(line)


@app.command("reconcile")
def reconcile(  # noqa: PLR0913 - each is an option of the command.
    source: Source,
    day: Annotated[str, typer.Argument(help="Day on which the states were reached, like 2023-06-20.")],
    *,
    has: Annotated[
        Path | None,
        typer.Option(help="What the platform says it has: a JSON list of ids, or one a line."),
    ] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Count a day by step; with --has, say again what the platform lacks, and name it."""
    on = day_in(day, field="day")
    with connect(url, key) as client:
        if has is None:
            found = client.returns.get_returns_reconciliation(source=source, day=on)
            _print_counts(found.steps, as_json=as_json)
            return
        answer = client.returns.put_returns_reconciliation({"ids": _ids(has)}, source=source, day=on)
    if as_json:
        show_json([answer])
        return
    for word, those in (
        ("平台缺，已重报", answer.requeued),
        ("平台有，已确认", answer.confirmed),
        ("平台多出", answer.strange),
    ):
        show(f"{word}：{len(those)}")
        for one in those:
            show(f"  {one}")


def _all(client: "ReturnsApi", wanted: Mapping[str, str], day: date | None) -> "Iterator[ReturnOut]":
    after = ""
    while True:
        page = client.get_returns(**given(**wanted, after=after), day=day, limit=1000)
        yield from page.items
        after = page.next or ""
        if not after:
            return


def _word(words: Mapping[str, str], name: str) -> str:
    """Give the Chinese of a name; a newer gateway may have names that are not known here."""
    return words.get(name, name)


def _row(one: "ReturnOut") -> tuple[str, ...]:
    return (
        one.id,
        one.source or "—",
        one.number or one.subject_id,
        _word(STEPS, one.step),
        str(one.occurrence),
        _word(STATES, one.state),
        str(one.attempts),
        one.reason or "—",
    )


def _print(one: "ReturnShown", *, as_json: bool) -> None:
    if as_json:
        show_json([one])
        return
    step, state = _word(STEPS, one.step), _word(STATES, one.state)
    show(f"{one.id} {one.source or '—'} {one.number or one.subject_id} 第{one.occurrence}次{step}")
    show(f"  {state}{'：' if one.reason else ''}{one.reason}")
    if one.waits_for:
        show(f"  等待前一条 {one.waits_for}")
    if one.next_try_at:
        show(f"  下次发送 {minute(one.next_try_at)}")
    for tried in one.tried:
        status = f" HTTP {tried.status}" if tried.status else ""
        took = "" if tried.latency_ms is None else f" {tried.latency_ms} ms"
        outcome = _word(STATES, tried.outcome)
        show(f"  {tried.number}. {minute(tried.begun_at)} {outcome}{status}{took} {tried.detail}".rstrip())


def _print_counts(steps: "list[StepCountOut]", *, as_json: bool) -> None:
    if as_json:
        show_json(steps)
        return
    rows = ((_word(STEPS, one.step), *(str(getattr(one, name)) for name in COUNTS)) for one in steps)
    for line in table(("环节", *COUNTS.values()), rows):
        show(line)


def _target(one: "TargetOut") -> tuple[str, ...]:
    return (
        one.source,
        one.url,
        one.form,
        "、".join(_word(STEPS, step) for step in one.steps),
        str(one.per_minute),
        "是" if one.enabled else "否",
        "有" if one.has_secret else "无",
        "、".join(one.header_names) or "—",
    )


def _ids(file: Path) -> list[str]:
    text = read_file(file).decode("utf-8", errors="replace")
    if text.lstrip().startswith("["):
        ids: list[str] = read_json(file, field="has")
        return ids
    return [line.strip() for line in text.splitlines() if line.strip()]
