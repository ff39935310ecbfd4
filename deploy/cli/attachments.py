"""`duban task attach` and `duban task attachments`: the files that are evidence of a task."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_file, show, show_json
from shared.errors import Invalid

Task = Annotated[str, typer.Argument(help="Task id.")]


def attach(
    task: Task,
    file: Annotated[Path, typer.Argument(help="A pdf, jpg, png, docx, xlsx or ofd file of at most 20 MB.")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Attach a file 附件 to a task; name the id that it prints as evidence of a report."""
    content = read_file(file)
    with connect(url, key) as client:
        said = client.tasks.post_tasks_by_task_id_attachments(content, task_id=task, filename=file.name)
    if as_json:
        show_json([said])
        return
    show(f"{said.id}  {said.name}  {said.size} 字节  sha256 {said.sha256}")


def attachments(
    task: Task,
    *,
    download: Annotated[Path | None, typer.Option(help="Save the files into this directory.")] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List the attachments of a task, or save them."""
    with connect(url, key) as client:
        found = client.tasks.get_tasks_by_task_id_attachments(task_id=task)
        for one in found if download else ():
            content = client.attachments.get_attachments_by_attachment_id(attachment_id=one.id)
            _save(download or Path(), f"{one.id}-{one.name}", content)
    if as_json:
        show_json(found)
        return
    for one in found:
        withdrawn = f"  已撤回：{one.withdrawn_reason}" if one.withdrawn_at else ""
        show(f"{one.id}  {one.name}  {one.size} 字节  {one.unit_id or '督查室'}{withdrawn}")


def _save(folder: Path, name: str, content: bytes) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    except OSError as error:
        raise Invalid(
            f"{folder / name} 无法写入（{error.strerror}），请换 --download", field="download"
        ) from error
    typer.echo(f"已保存 {folder / name}", err=True)  # Beside the list, which may be JSON.


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban task`."""
    app.command("attach")(attach)
    app.command("attachments")(attachments)
