"""Prints a proof as a paper: A4 across, one table of the notices, and at its foot what the archive says."""

import io
from collections.abc import Iterable, Sequence

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from services.notify.proof.page import AnswerPart, AttemptPart, ClockPart, NoticePart, ProofPage
from services.notify.proof.wording import answer_place, minute

BODY, HEADING, LATIN = "宋体", "黑体", "Times New Roman"
HEADS = ("提醒", "时限", "收件方", "应发", "决定", "情况", "发送", "签阅", "档案")
WIDTHS_MM = (28, 22, 30, 25, 25, 44, 50, 25, 18)
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write(page: ProofPage) -> bytes:
    """Give the bytes of the .docx."""
    paper = docx.Document()
    _lay_out(paper)
    _line(paper, "提醒送达证明", size=18, font=HEADING, centred=True)
    title = f"{page.number} {page.title}".strip()
    _line(paper, f"事项：{title}（{page.task_id}）", size=11)
    for text in (*_units(page), *map(_clock, page.clocks), *_downtimes(page)):
        _line(paper, text)
    _table(paper, HEADS, map(_row, page.notices))
    for text in (*_gaps(page), *map(_answer, page.answers)):
        _line(paper, text)
    for text in _foot(page):
        _line(paper, text)
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _lay_out(paper: Document) -> None:
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(14)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    style.paragraph_format.space_after = Pt(2)


def _line(paper: Document, text: str, *, size: int = 9, font: str = BODY, centred: bool = False) -> None:
    paragraph = paper.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - no other way.
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(paper: Document, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = paper.add_table(rows=1, cols=len(heads))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, WIDTHS_MM, strict=True):
        column.width = Mm(width)  # LibreOffice heeds these, Word those of the cells.
    for number, texts in enumerate((heads, *rows)):
        row = table.rows[0] if number == 0 else table.add_row()
        for cell, text, width in zip(row.cells, texts, WIDTHS_MM, strict=True):
            _fill(cell, text, bold=texts is heads)
            cell.width = Mm(width)
    repeated = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - the head comes again on every page.
    repeated.append(repeated.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))


def _fill(cell: _Cell, text: str, *, bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(8)


def _row(notice: NoticePart) -> tuple[str, ...]:
    sent = "\n".join(_attempt(one) for one in notice.attempts) or ("收件箱" if notice.told else "—")
    place = f"第{notice.archive.position}条" if notice.archive else "—"
    mark = "" if notice.verified else "\n未核验"
    return (
        notice.rung_word,
        f"{notice.clock_word}\n{minute(notice.due_at)[:10]}",
        notice.recipient_name,
        minute(notice.planned_at),
        minute(notice.decided_at),
        notice.reason,
        sent,
        minute(notice.read_at) or ("未读" if notice.told else "—"),
        place + mark,
    )


def _attempt(one: AttemptPart) -> str:
    detail = f"（{one.detail}）" if one.detail and one.outcome != "unknown" else ""
    return f"{one.channel}第{one.number}次 {minute(one.at)} {one.outcome_word}{detail}"


def _units(page: ProofPage) -> list[str]:
    lines = [f"{minute(part.since)}起：{'、'.join(part.units)}" for part in page.units]
    return [f"承办单位：{'；'.join(lines)}"] if lines else []


def _clock(clock: ClockPart) -> str:
    words = [
        f"{minute(era.due_at)[:10]}（{minute(era.known_from)}起"
        + (f"，{minute(era.until)}止）" if era.until else "）")
        for era in clock.eras
    ]
    asked = [
        f"第{one.number}次延期申请{minute(one.asked_at)}，希望延至{one.wanted_on}，{one.outcome_word}"
        + (f"至{one.granted_on}" if one.granted_on else "")
        for one in clock.extensions
    ]
    return f"{clock.clock_word}时限：{' → '.join(words)}" + (f"；{'；'.join(asked)}" if asked else "")


def _downtimes(page: ProofPage) -> list[str]:
    spans = [f"{minute(one.begin)}至{minute(one.end)}" for one in page.downtimes]
    return [f"服务中断：{'；'.join(spans[-5:])}"] if spans else []


def _gaps(page: ProofPage) -> list[str]:
    return [
        f"{'缺漏' if not gap.explained else '未发'}：{gap.clock_word}时限{minute(gap.due_at)[:10]} {gap.rung_word} "
        f"应于{minute(gap.planned_at)}{'提醒' + gap.unit_name if gap.unit_name else '发出'}——{gap.reason}"
        for gap in page.gaps
    ]


def _answer(one: AnswerPart) -> str:
    reason = f"（{one.reason}）" if one.reason else ""
    place = answer_place(one.archive.position if one.archive else None)
    return (
        f"答复：{minute(one.at)} {one.recipient_name} {one.clock_word}时限 {one.answer_word}{reason}，"
        f"至{minute(one.until_at)}——{place}"
    )


def _foot(page: ProofPage) -> list[str]:
    end = page.archive
    witness = [f"档案末条：第{end.position}条，哈希 {end.hash}"] if end else []
    clock = "（演练时间）" if page.drill else ""
    return [page.verdict, *witness, f"制作时间：{minute(page.made_at)}{clock}"]
