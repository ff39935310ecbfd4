"""Tables that several kinds of papers have: units, red tasks, plans. The annex has them whole."""

from services.notify.papers.domain_content import Column, Sheet, Table
from services.notify.papers.domain_words import REASONS, Names, as_of, chinese_date, plain, rate
from shared.events.summaries import SummaryCompiled, TaskCounts

COUNTED = (
    Column(header="承担", width=12),
    Column(header="已完成", width=15),
    Column(header="已到期", width=15),
    Column(header="按期", width=12),
    Column(header="逾期办结", width=14),
    Column(header="逾期未结", width=14),
    Column(header="按期率", width=18),
    Column(header="红灯", width=12),
)
COUNTING = "已到期＝按期＋逾期办结＋逾期未结；按期含已报审待复核的事项；撤销的事项不计"


def counted(counts: TaskCounts) -> tuple[str | int, ...]:
    """Give the cells of `COUNTED`."""
    return (
        counts.tasks,
        counts.done,
        counts.due,
        counts.on_time,
        counts.late,
        counts.overdue,
        rate(counts),
        counts.red,
    )


def units_table(summary: SummaryCompiled, names: Names) -> Table:
    """Give the table of all units that answer for tasks, in the ledger's order, with the sum."""
    columns = (Column(header="序号", width=10), Column(header="单位", width=34, align="left"), *COUNTED)
    units = sorted(summary.units, key=lambda one: not one.unit_id)  # Those without a unit come last.
    rows = [(n, names.unit(one.unit_id), *counted(one)) for n, one in enumerate(units, 1)]
    return Table(columns=columns, rows=(*rows, ("", "合计", *counted(summary.totals))))


def units_sheet(summary: SummaryCompiled, names: Names) -> Sheet:
    """Give the sheet of the units."""
    return Sheet(name="各单位办理情况表", note=_note(summary), table=units_table(summary, names))


def plans_sheet(summary: SummaryCompiled) -> Sheet:
    """Give the sheet of the plans."""
    columns = (Column(header="序号", width=10), Column(header="方案", width=70, align="left"), *COUNTED)
    rows = tuple((n, plain(one.title), *counted(one)) for n, one in enumerate(summary.plans, 1))
    return Sheet(name="各方案推进情况表", note=_note(summary), table=Table(columns=columns, rows=rows))


def lagging_sheet(summary: SummaryCompiled, names: Names) -> Sheet:
    """Give the sheet of all red tasks."""
    columns = (
        Column(header="序号", width=10),
        Column(header="编号", width=28),
        Column(header="事项", width=80, align="left"),
        Column(header="牵头单位", width=40, align="left"),
        Column(header="办理时限", width=28),
        Column(header="亮红灯原因", width=24),
        Column(header="逾期天数", width=14),
        Column(header="进度", width=14),
        Column(header="受阻于", width=50, align="left"),
        Column(header="申请延期至", width=28),
        Column(header="已延期天数", width=14),
    )
    blockers = {one.task_id: names.task(one.by) for one in summary.blocked}
    wanted = {one.task_id: chinese_date(one.wanted_on) for one in summary.extensions}
    rows = tuple(
        (
            number,
            one.task_id,
            names.task(one.task_id),
            names.unit(one.unit_id),
            chinese_date(one.due_on),
            REASONS[one.reason],
            one.days,
            f"{one.progress}%",
            blockers.get(one.task_id, ""),
            wanted.get(one.task_id, ""),
            one.slip,
        )
        for number, one in enumerate(summary.lagging, 1)
    )
    left_out = f"；另有{summary.left_out}项未列出，见台账" if summary.left_out else ""
    note = f"{as_of(summary)}，红灯{summary.totals.red}项{left_out}"
    return Sheet(name="红灯事项明细表", note=note, table=Table(columns=columns, rows=rows))


def _note(summary: SummaryCompiled) -> str:
    return f"{as_of(summary)}。{COUNTING}。"
