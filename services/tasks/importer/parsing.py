"""From a document to its records: the stages of reading, one after another; the same text gives the same records."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from services.tasks.importer.cadences import find_cadences
from services.tasks.importer.dates import Calendar
from services.tasks.importer.items import Item, read_items
from services.tasks.importer.milestones import find_milestones
from services.tasks.importer.outline import build_outline
from services.tasks.importer.passages import passages_of
from services.tasks.importer.records import Cadence, Document, Doubt, Milestone, Parsed, Plan, Target, Task
from services.tasks.importer.soft_lines import Line, soft_lines
from services.tasks.importer.tables import unfold_tables
from services.tasks.importer.targets import find_targets
from services.tasks.importer.tasks import PlanTasks, Reading, write_tasks
from services.tasks.importer.text import alternatives, squeeze
from services.tasks.importer.titles import Region, find_regions
from services.tasks.importer.titles_of_items import wrap_width
from services.tasks.importer.unit_directory import UnitDirectory, units_of
from services.tasks.importer.vocabulary import FIRST_LEADS

_NUMBER = re.compile(r"^([\u4e00-\u9fff]{2,14}（20\d\d） *\d+ *号)")
_DAY = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日$")
_YEAR_IN_TITLE = re.compile(r"(20\d\d)年(?!-)")
_ANY_YEAR = re.compile(r"20\d\d(?=年)")
_YEAR = re.compile(r"20\d\d")
_FRONT = 80
_FIRST = alternatives(FIRST_LEADS)
_FIRST_LEADS = re.compile(
    rf"{_FIRST}[^。；：]{{0,12}}(?:牵头|汇总|主办)|(?:牵头|汇总|主办)(?:单位|部门)?[^。；，]{{0,6}}[列排]在?{_FIRST}"
)
_UNPUNCTUATED = re.compile(r"[\u4e00-\u9fff\w]$")


@dataclass(frozen=True, slots=True)
class _Front:
    """What the document says of itself."""

    number: str | None
    issued: date | None
    common_year: int | None


def parse(document: Document, directory: UnitDirectory | None = None) -> Parsed:
    """Read the plans of a document into records; what is unsure becomes a doubt, never an exception.

    `directory` gives printed unit names their canonical ones; without it they stay as printed.
    """
    lines = soft_lines(unfold_tables(document.lines))
    front = _front(lines)
    width = wrap_width([len(line.text) for line in lines if _UNPUNCTUATED.search(line.text)])
    first_leads = any(_FIRST_LEADS.search(line.shadow) for line in lines[:_FRONT])
    read = _Read(document.name, front, width, first_leads)
    for region in find_regions(lines):
        read.add(region, lines)
    return read.parsed(directory or UnitDirectory())


class _Read:
    """What has been read so far, plan by plan."""

    def __init__(self, name: str, front: _Front, width: int, first_leads: bool) -> None:  # noqa: FBT001 - private.
        self.name = name
        self.front = front
        self.width = width
        self.first_leads = first_leads
        self.plans: list[Plan] = []
        self.written: list[PlanTasks] = []
        self.doubts: list[Doubt] = []
        self.targets: list[Target] = []
        self.milestones: list[Milestone] = []
        self.cadences: list[Cadence] = []

    def add(self, region: Region, lines: list[Line]) -> None:
        """Read one region; a covering letter without tasks adds nothing."""
        outline = build_outline(lines[region.start : region.end])
        tops = read_items(outline, self.width)
        if not _is_plan(region, tops, lines):
            return
        plan = _plan(region, lines, len(self.plans) + 1, self.name)
        calendar = _calendar(region, self.front)
        written = write_tasks(tops, Reading(plan, calendar, self.first_leads))
        passages = passages_of(tops, outline.loose, written.by_item)
        self.plans.append(plan)
        self.written.append(written)
        self.targets += find_targets(plan, passages, calendar)
        self.milestones += find_milestones(plan, passages, calendar)
        self.cadences += find_cadences(plan, passages)
        self.doubts += [*_plan_doubts(plan, region, self.front, written.tasks), *written.doubts]

    def parsed(self, directory: UnitDirectory) -> Parsed:
        """Give all that was read as one record."""
        tasks = tuple(task for part in self.written for task in part.tasks)
        return Parsed(
            name=self.name,
            document_number=self.front.number,
            issued_on=self.front.issued,
            plans=tuple(self.plans),
            sections=tuple(section for part in self.written for section in part.sections),
            tasks=tasks,
            targets=tuple(self.targets),
            milestones=tuple(self.milestones),
            cadences=tuple(self.cadences),
            units=units_of(tasks, directory),
            doubts=tuple(self.doubts),
        )


def _front(lines: list[Line]) -> _Front:
    number = next((found[1] for line in lines[:_FRONT] if (found := _NUMBER.match(line.shadow))), None)
    issued = next((day for line in [*lines[:_FRONT], *lines[-30:]] if (day := _signed(line))), None)
    years = Counter(year for line in lines for year in _ANY_YEAR.findall(line.shadow))
    common = int(years.most_common(1)[0][0]) if years else None
    return _Front(_as_printed(number), issued, common)


def _as_printed(number: str | None) -> str | None:
    return squeeze(number).replace("（", "〔").replace("）", "〕") if number else None


def _signed(line: Line) -> date | None:
    """Read the date of signing: a short line that ends with a whole date and says nothing else but who signs."""
    flat = squeeze(line.shadow)
    found = _DAY.search(flat)
    if found is None or len(flat) > 70 or any(mark in flat for mark in "，。；：《"):
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _calendar(region: Region, front: _Front) -> Calendar:
    named = _YEAR_IN_TITLE.findall(squeeze(region.title or ""))
    number_year = int(front.number.split("〔")[1][:4]) if front.number else None
    issued_year = front.issued.year if front.issued else number_year
    year = int(named[0]) if len(set(named)) == 1 else issued_year or front.common_year
    return Calendar(year, front.issued)


def _is_plan(region: Region, tops: list[Item], lines: list[Line]) -> bool:
    if region.title is not None or region.end == len(lines):
        return True
    return any(bool(item.fields.named) for top in tops for item in top.walk())


def _plan(region: Region, lines: list[Line], order: int, name: str) -> Plan:
    last = max(region.start, region.end - 1)
    title = region.title or name.rsplit(".", 1)[0]
    return Plan(
        id=f"p{order:02d}",
        order=order,
        title=title,
        lines=(lines[region.first].number, lines[min(last, len(lines) - 1)].number),
    )


def _plan_doubts(plan: Plan, region: Region, front: _Front, tasks: list[Task]) -> list[Doubt]:
    found = []
    if region.title is None:
        found.append(("no_plan_title", f"未识别出方案标题，暂以文件名“{plan.title}”为题"))
    yearless = [task for task in tasks if task.deadline and not _YEAR.search(task.deadline_raw or "")]
    if front.issued is None and yearless and not _YEAR_IN_TITLE.search(squeeze(plan.title)):
        found.append(("year_assumed", "未识别出发文日期，缺年份的日期按文中最常见年份推算"))
    return [Doubt(code=code, message=message, lines=plan.lines) for code, message in found]
