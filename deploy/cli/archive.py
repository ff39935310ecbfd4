"""`duban archive …`: anchors 存证, the signed export and its check offline, and what retention removes."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from deploy.api_client import Duban
from deploy.cli.client import (
    DEFAULT_URL,
    ApiKey,
    AsJson,
    Url,
    connect,
    show,
    show_json,
)
from deploy.cli.instants import read_day
from deploy.cli.tables import table
from shared.errors import Conflict, Invalid

app = typer.Typer(no_args_is_help=True)
First = Annotated[int | None, typer.Option("--from", min=1, help="First position; the oldest unless given.")]
Last = Annotated[int | None, typer.Option("--to", min=1, help="Last position; the newest unless given.")]
PublicKey = Annotated[str, typer.Option("--public-key", help="In base64; who signed has to have it.")]


@app.callback()
def main() -> None:
    """Prove, export and trim the archive."""


@app.command()
def anchors(
    *,
    since: Annotated[str, typer.Option("--from", help="First day.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List the daily anchors, the latest first."""
    with connect(url, key) as client:
        items = client.archive.get_archive_anchors(from_=read_day(since, field="from")).items
    if as_json:
        show_json(items)
        return
    rows = [(str(one.day), str(one.position), one.hash) for one in items]
    for line in table(("日期", "档案位置", "哈希"), rows):
        show(line)


@app.command("key")
def show_key(*, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show the public key of the exports' signatures."""
    with connect(url, key) as client:
        show(client.archive.get_archive_key()["public_key"])


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="NDJSON to write; must not exist.")],
    *,
    first: First = None,
    last: Last = None,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Export a range of the archive as signed NDJSON, and check it as it was written."""
    with connect(url, key) as client:
        trusted = client.archive.get_archive_key()["public_key"]
        _download(client, file, first, last)
    show_json([_checked(file, trusted)])


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="An export.")],
    *,
    public_key: PublicKey = "",
) -> None:
    """Check an export offline: every entry, the chain and the signature; name the first line that was changed."""
    show_json([_checked(file, public_key)])


@app.command()
def trim(
    *,
    before: Annotated[
        str, typer.Option(help="Remove up to the last anchor of a day up to this: 2023-12-31.")
    ],
    export_to: Annotated[
        Path | None, typer.Option("--export", help="Export what is to be removed into this file first.")
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Remove it; else only say what would be.")
    ] = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Remove the oldest entries of the archive up to an anchor; what was removed can't be rebuilt from it any more."""
    body: dict[str, Any] = {"before": _day(before)}
    with connect(url, key) as client:
        plan = client.ops.post_ops_gateway_archive_trim(body)
        if plan["anchor"] is not None and export_to is not None:
            trusted = client.archive.get_archive_key()["public_key"]
            _download(client, export_to, plan["first"], plan["last"])
            _checked(export_to, trusted)
        if confirm and plan["anchor"] is not None:
            client.http.timeout = httpx.Timeout(None)  # It takes as long as it takes.
            plan = client.ops.post_ops_gateway_archive_trim(body | {"confirm": True})
    show_json([plan])


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        message = f"--before 的值 {text[:40]} 无效，请写成 2023-12-31"
        raise Invalid(message, code="trim.before_invalid", field="before") from error


def _download(client: Duban, file: Path, first: int | None, last: int | None) -> None:
    try:
        with client.archive.get_archive_export(from_=first, to=last) as answer, file.open("xb") as target:
            for piece in answer.iter_bytes():
                target.write(piece)
    except OSError as error:
        message = f"文件 {file} 无法写入（{error.strerror}），请换一个不存在的文件名"
        raise Invalid(message, code="file.unwritable", field="file") from error


def _checked(file: Path, public_key: str) -> Mapping[str, object]:
    """Check an export; gives what its header says, and whether its key was compared.

    Raises:
        Invalid: It can't be read.
        Conflict: It is not what was signed.
    """
    from services.gateway.archive.domain_export import Checking  # noqa: PLC0415 - `duban --help` stays fast.

    checking = Checking(public_key)
    try:
        with file.open("rb") as lines:
            flaw = checking.check(lines)
    except OSError as error:
        message = f"文件 {file} 无法读取（{error.strerror}）"
        raise Invalid(message, code="file.unreadable", field="file") from error
    if flaw is not None:
        compared = f"（应为 {flaw.expected}，实为 {flaw.found}）" if flaw.expected else ""
        raise Conflict(f"文件 {file} 第 {flaw.line} 行：{flaw.reason}{compared}", code="export.changed")
    header = checking.header
    said = (
        {}
        if header is None
        else {name: getattr(header, name) for name in ("first", "last", "count", "last_hash")}
    )
    key = header.public_key if header else ""
    return {"file": str(file), "whole": True, **said, "public_key": key, "key_compared": bool(public_key)}
