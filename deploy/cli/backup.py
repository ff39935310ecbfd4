"""`duban backup` and `duban restore`: the data directory of `duban up`, while it runs, and back into a new one."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import AsJson, show, show_json
from deploy.data_directory import SURVEY_KEY, VAULT_KEY
from shared.clock import SHANGHAI

if TYPE_CHECKING:
    from deploy.backup.manifest import Manifest


def backup(
    directory: Annotated[Path, typer.Argument(help="A new directory for the backup.")],
    *,
    data: Annotated[Path, typer.Option(help="Data directory of `duban up`.")] = Path("var/duban"),
    as_json: AsJson = False,
) -> None:
    """Back a data directory up, also while it is in use: databases as of one instant, attachments, a manifest."""
    from deploy.backup.taking import take  # noqa: PLC0415 - `duban --help` stays fast.

    manifest = take(data, directory, now=datetime.now(UTC))
    _tell(f"已备份到 {directory}", manifest, as_json=as_json)
    for name, file in (("保险库密钥", VAULT_KEY), ("测评密钥", SURVEY_KEY)):
        if (data / file).exists():
            sys.stderr.write(
                f"duban: {name} {data / file} 不在备份中：请与备份分开另存，恢复后放回数据目录\n"
            )
    if manifest.lacking:
        raise typer.Exit(1)


def restore(
    directory: Annotated[Path, typer.Argument(help="The backup.")],
    *,
    data: Annotated[Path, typer.Option(help="A new data directory, for `duban up --data`.")],
    as_json: AsJson = False,
) -> None:
    """Check a backup file by file and put it into a new data directory; a file that was changed is named."""
    from deploy.backup.restoring import restore as put_back  # noqa: PLC0415 - `duban --help` stays fast.

    _tell(f"已恢复到 {data}，可运行 duban up --data {data}", put_back(directory, data), as_json=as_json)


def _tell(what: str, manifest: "Manifest", *, as_json: bool) -> None:
    said = manifest.summary()
    if as_json:
        show_json([said])
    else:
        taken = manifest.taken_at.astimezone(SHANGHAI)
        size = f"{said['files']} 个文件，{said['bytes']} 字节，存档位置 {manifest.archived}"
        show(f"{what}：{size}，截至 {taken:%Y-%m-%d %H:%M:%S}")
    for sha256 in manifest.lacking:
        sys.stderr.write(f"duban: 附件内容 {sha256} 在备份前已缺失或损坏，请从较早的备份找回\n")


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban`."""
    app.command("backup")(backup)
    app.command("restore")(restore)
