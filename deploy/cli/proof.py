"""`duban notice proof`: what a task's units were told, held against the archive; through the gateway."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, show, show_json, write_file
from deploy.cli.instants import minute

if TYPE_CHECKING:
    from deploy.api_client.tasks import AnswerPart, NoticePart, ProofPage

Paper = Annotated[Path | None, typer.Option("--docx", help="Write the paper (Word) into this file too.")]


def proof(
    task: Annotated[str, typer.Argument(help="Task id.")],
    *,
    docx: Paper = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show every notice of a task: due when, sent when and how, read when; ends with 1 when it does not verify."""
    with connect(url, key) as client:
        page = client.tasks.get_tasks_by_task_id_proof(task_id=task)
        if docx is not None:
            write_file(docx, client.tasks.get_tasks_by_task_id_proof_docx(task_id=task), field="docx")
    if as_json:
        show_json([page])
    else:
        for line in _lines(page):
            show(line)
    if not page.verified or page.unexplained:
        raise typer.Exit(1)


def _lines(page: "ProofPage") -> Iterator[str]:
    yield f"{page.task_id} {page.number} {page.title}".rstrip()
    for clock in page.clocks:
        dues = " → ".join(minute(era.due_at)[:10] for era in clock.eras)
        yield f"{clock.clock_word}时限：{dues}"
    for notice in page.notices:
        yield from _notice(notice)
    for gap in page.gaps:
        mark = "未发" if gap.explained else "缺漏"
        yield f"{mark} {minute(gap.planned_at)} {gap.rung_word} {gap.unit_name} {gap.reason}"
    for answer in page.answers:
        yield _answer(answer)
    yield page.verdict


def _answer(one: "AnswerPart") -> str:
    said = f"{minute(one.at)} {one.recipient_name} {one.clock_word}时限 {one.answer_word}"
    place = f"档案第{one.archive.position}条" if one.archive else "[未见于档案]"
    return f"答复 {said}至{minute(one.until_at)} {one.reason} {place}".replace("  ", " ")


def _notice(notice: "NoticePart") -> Iterator[str]:
    read = f"，{minute(notice.read_at)}已读" if notice.read_at else ""
    mark = "" if notice.verified else " [未核验]"
    head = f"{minute(notice.planned_at)} {notice.rung_word} {notice.recipient_name}"
    yield f"{head} {minute(notice.decided_at)}{notice.reason}{read}{mark}"
    for one in notice.attempts:
        yield f"    {one.channel} 第{one.number}次 {one.outcome_word} {one.detail}".rstrip()
