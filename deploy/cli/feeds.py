"""`duban feed …`: sources 数据来源, a dry run, sending files or what is dropped into a folder."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.client import (
    DEFAULT_URL,
    ApiKey,
    AsJson,
    Url,
    connect,
    read_file,
    read_json,
    show,
    show_json,
)
from deploy.cli.feed_files import COUNTS, WORDS, Target, send_file, type_of
from deploy.cli.instants import minute
from deploy.cli.tables import table
from shared.errors import Invalid, Permanent, Retryable

if TYPE_CHECKING:
    from deploy.api_client.common import TrialRecordOut
    from deploy.api_client.feed_sources import SourceOut

app = typer.Typer(no_args_is_help=True)
SHOWN = 50  # Records and findings that a person reads; --json has all.
Json = dict[str, Any]

File = Annotated[Path, typer.Argument(help="Records: .json, .ndjson, .csv or .xlsx.")]
Source = Annotated[str, typer.Option("--source", help="Id of the feed source.")]
Secret = Annotated[
    str,
    typer.Option(
        "--secret", envvar="DUBAN_FEED_SECRET", help="Secret of the source's signature, if it has one."
    ),
]


@app.command("sources")
def sources(*, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """List the feed sources: their form, signature, limits, when they were heard last, and whether they are on."""
    with connect(url, key) as client:
        found = client.feed_sources.get_feed_sources()
    if as_json:
        show_json(found)
        return
    heads = ("来源", "名称", "接口格式", "签名", "每分钟上限", "最近收到", "状态")
    rows = [
        (
            *(one.id, one.name, one.form, one.signature),
            *(str(one.per_minute or "不限"), minute(one.heard_at), _state(one)),
        )
        for one in found
    ]
    for line in table(heads, rows):
        show(line)


def _state(one: "SourceOut") -> str:
    if not one.enabled:
        return "停用"
    return f"静默超过 {one.silent_after} 分钟" if one.is_silent else "启用"


@app.command("set")
def set_source(
    source: Annotated[str, typer.Argument(help="Id of the feed source.")],
    file: Annotated[Path, typer.Argument(help="Name, form, overrides, signature … of the source (JSON).")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Register a feed source or change it, from a JSON file; a mapping that can't work is refused with its field."""
    with connect(url, key) as client:
        done = client.feed_sources.put_feed_sources_by_source_id(read_json(file), source_id=source)
    if as_json:
        show_json([done])
        return
    show(f"已登记来源 {done.id}（{done.form}），先试读样本：duban feed try FILE --source {done.id}")


@app.command("try")
def try_file(
    file: File, source: Source, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """Show how the records of a sample would be read, without sending them; what does not fit ends with an error."""
    kind = type_of(file)
    with connect(url, key) as client:
        try:
            answer = client.feed_sources.post_feed_sources_by_source_id_dry_run(
                read_file(file), source_id=source, content_type=kind
            )
        except Permanent as refusal:
            problem: Any = refusal.details.get("problem", {})
            show_findings(problem.get("findings", ()), as_json=as_json)
            raise
    if as_json:
        show_json(answer.records)
        return
    for record in answer.records[:SHOWN]:
        show_read(record)
    show(f"样本 {answer.count} 条，与来源 {source} 的映射相符；没有报送")


def show_read(record: "TrialRecordOut") -> None:
    """Show one record as it would be read."""
    show(f"第 {record.place} 条：{'、'.join(record.known_as)}")
    for event in record.events:
        told = "，".join(f"{name}={value}" for name, value in event.fields.items())
        show(f"  {event.gives} {told}")
        for meaning in event.meanings:
            show(f"    {meaning}")


def show_findings(findings: Any, *, as_json: bool) -> None:  # noqa: ANN401 - JSON.
    """Show what does not fit."""
    if as_json:
        show_json(findings)
        return
    for one in list(findings)[:SHOWN]:
        values = f" 值 {'、'.join(one['values'])}" if one["values"] else ""
        show(f"{one['count']} 条 {one['field']}{values}：{one['message']}；{one['remedy']}（{one['code']}）")


@app.command("send")
def send(  # noqa: PLR0913 - each is an option of the command.
    file: File,
    source: Source,
    *,
    secret: Secret = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Send a file, waiting where the source's rate asks for it; refused records are told and kept at the gateway."""
    with connect(url, key) as client:
        answer = send_file(client, file, Target(source, secret))
    if as_json:
        show_json(answer["records"])
    else:
        _show_taken(answer)
    if answer["rejected"] or answer["conflict"]:
        raise typer.Exit(1)


def _show_taken(answer: Json) -> None:
    show("，".join(f"{WORDS[name]} {answer[name]}" for name in COUNTS if answer[name]) or "文件中没有记录")
    refused = [one for one in answer["records"] if one.get("reject_id")]
    for one in refused[:SHOWN]:
        place = f"第 {one['line']} 行 {one['field']}".rstrip()
        show(f"  {place}：{one['message']}；{one['remedy']}（{one['code']}，{one['reject_id']}）")
    if len(refused) > SHOWN:
        show(f"  … 其余 {len(refused) - SHOWN} 条用 duban feed rejects 查看")


@app.command("watch")
def watch(  # noqa: PLR0913 - each is an option of the command.
    folder: Annotated[
        Path, typer.Argument(help="Files dropped here are sent, and moved to done/ or failed/.")
    ],
    source: Source,
    *,
    secret: Secret = "",
    once: Annotated[bool, typer.Option("--once", help="Send what lies there now, and end.")] = False,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 5.0,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Watch a folder: a file that is dropped there (.json, .ndjson, .csv, .xlsx) is sent. Ctrl-C ends it."""
    from deploy.cli.feed_folder import sweep  # noqa: PLC0415 - `duban --help` stays fast.

    if not folder.is_dir():
        raise Invalid(f"{folder} 不是文件夹，请先建立", code="folder.missing", field="folder")
    with connect(url, key) as client:

        def look() -> None:
            for told in sweep(client, folder, Target(source, secret)):
                _show_moved(told, as_json=as_json)

        if once:
            look()
            return
        while True:
            _patiently(look, every)
            time.sleep(every)


def _patiently(look: Callable[[], None], every: float) -> None:
    try:
        look()
    except Retryable as error:
        show(f"{error.message}；文件留在原处，{every:g} 秒后再试")


def _show_moved(told: Json, *, as_json: bool) -> None:
    if as_json:
        show_json([told])
        return
    counts = "，".join(f"{WORDS[name]} {told[name]}" for name in COUNTS if told.get(name))
    show(f"{told['file']} → {told['moved_to']} {counts or told.get('message', '')}".rstrip())
