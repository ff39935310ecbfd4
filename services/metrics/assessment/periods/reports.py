"""The report of a unit's score: each point with its rule, version and facts, as a Word document and as a workbook."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import docx
import openpyxl
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from sqlalchemy import Connection

from services.metrics.assessment.periods.service_cases import line_of
from services.metrics.assessment.periods.service_explaining import Explained, Wanted, rows_behind
from services.metrics.assessment.ports import Measures, Part
from services.metrics.assessment.scoring.domain import ROUNDING
from services.metrics.assessment.scoring.domain_ranks import WHY
from services.metrics.assessment.scoring.domain_scores import Line
from services.metrics.assessment.scoring.domain_words import line_words, plain, rule_words
from shared.clock import SHANGHAI
from shared.packing import pack

MOST_FACTS = 200  # Of each part of a line; the interface lists them all.
PARTS: dict[Part, str] = {"numerator": "计入", "denominator": "只计入分母", "excluded": "剔除"}
ASKED: tuple[Part, ...] = ("denominator", "excluded")  # Facts of the numerator are in the denominator too.
LINES = ("项目", "规则", "测量（版本）", "计算", "得分")
FACTS = ("项目", "计入方式", "事项编号", "说明", "时间", "事件流", "序号")
WIDTHS = (22, 44, 34, 44, 10, 14, 12)
Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says.

    Attributes:
        head: What the score is and what it was counted from, one sentence each.
        facts: The facts behind the lines, `MOST_FACTS` of each part at most.
    """

    unit: str
    period: str
    title: str
    head: Sequence[str]
    lines: Sequence[Sequence[Cell]]
    facts: Sequence[Sequence[Cell]]
    at: datetime


def gather(connection: Connection, measures: Measures, found: Explained) -> Report:
    """Gather what the report of a score says."""
    period = found.period.label
    return Report(
        unit=found.name,
        period=period,
        title=f"{found.name}{period}考核得分说明",
        head=list(_head(found)),
        lines=[*(_line(line, found) for line in found.score.lines), _sum(found)],
        facts=list(_facts(connection, measures, found)),
        at=found.run.at,
    )


def _head(found: Explained) -> Iterator[str]:
    score, rank, run = found.score, found.rank, found.run
    scheme = found.version.scheme
    yield f"依据：{scheme.name}（{scheme.basis}）第{found.version.version}版；{ROUNDING}。"
    if score.total is None or score.percent is None:
        yield "本周期没有可计分的数据，不计得分。"
    else:
        words = (
            f"总分{plain(score.total)}分（满分{plain(score.out_of)}分），折合百分制{plain(score.percent)}分"
        )
        place = f"同类{rank.of}个单位中第{rank.rank}名" if rank.rank else WHY[rank.why]
        yield f"{words}；{place}。"
    yield f"第{run.number}次计分，数据截至{_minute(run.as_of)}，档案位置{run.archive_position}。"
    yield f"档案哈希：{run.archive_hash}"
    yield f"得分摘要：{run.digest}"


def _line(line: Line, found: Explained) -> Sequence[Cell]:
    read = line.reading
    rule = rule_words(line_of(found.version.scheme, line.code)) if read else ""
    measured = f"{read.measure}（第{read.version}版）" if read else ""
    said = line_words(line)
    if read and read.exclusions:
        said += "；剔除：" + "、".join(f"{why} {count}" for why, count in sorted(read.exclusions.items()))
    if read and read.left_out:
        said += "；容错或申诉剔除：" + "、".join(
            f"{one}（{by}）" for one, by in sorted(read.left_out.items())
        )
    return line.name, rule, measured, said, plain(line.points)


def _sum(found: Explained) -> Sequence[Cell]:
    total = found.score.total
    return "合计", "", "", "", "—" if total is None else plain(total)


def _facts(connection: Connection, measures: Measures, found: Explained) -> Iterator[Sequence[Cell]]:
    for line in found.score.lines:
        for part in ASKED if line.reading else ():
            wanted = Wanted(line.code, part, ("", MOST_FACTS + 1))
            rows = rows_behind(connection, measures, found, wanted).rows
            for row in rows[:MOST_FACTS]:
                place = (row.stream, row.sequence or "—")
                yield line.name, PARTS[row.part], row.subject, row.reason, _minute(row.told_at), *place
            if len(rows) > MOST_FACTS:
                yield line.name, "", f"（以下从略，只列{MOST_FACTS}件，其余见系统明细）", "", "", "", ""


def _minute(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def write_docx(report: Report) -> bytes:
    """Write the report as a Word document; the same report gives the same bytes."""
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    properties = document.core_properties
    properties.title, properties.author, properties.comments = report.title, "", ""
    properties.created = properties.modified = report.at.replace(tzinfo=None)
    document.add_heading(report.title, level=1)
    for sentence in report.head:
        document.add_paragraph(sentence)
    document.add_heading("一、各项得分", level=2)
    _add_table(document, LINES, report.lines)
    document.add_heading("二、事项明细", level=2)
    _add_table(document, FACTS, report.facts)
    file = io.BytesIO()
    document.save(file)
    return pack(file.getvalue())


def _add_table(document: Any, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:  # noqa: ANN401 - python-docx has no types.
    table = document.add_table(rows=0, cols=len(head), style="Table Grid")
    for row in (head, *rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = str(text)


def write_xlsx(report: Report) -> bytes:
    """Write the report as a workbook of two sheets; the same report gives the same bytes."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = "得分"
    for sentence in (report.title, *report.head):
        _append(first, [sentence])
    _append(first, LINES, bold=True)
    for row in report.lines:
        _append(first, row)
    second = book.create_sheet("明细")
    _append(second, FACTS, bold=True)
    for row in report.facts:
        _append(second, row)
    for sheet in (first, second):
        for place, width in enumerate(WIDTHS, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
    file = io.BytesIO()
    book.save(file)
    return pack(file.getvalue(), at=report.at)


def _append(sheet: Any, values: Sequence[Cell], *, bold: bool = False) -> None:  # noqa: ANN401 - openpyxl has no types.
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    for place, value in enumerate(values, 1):
        cell = sheet.cell(row, place)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # Never a formula, whatever a subject begins with.
        cell.font = Font(bold=bold)
        cell.alignment = Alignment(wrap_text=len(values) > 1, vertical="top")
