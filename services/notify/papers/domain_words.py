"""Words that the kinds of papers share: dates, shares, reasons, and lists that are cut short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shared.clock import local_date
from shared.events.summaries import LaggingTask, SummaryCompiled, TaskCounts

REASONS = {"overdue": "逾期未完成", "late": "逾期报审", "returned": "退回重办", "behind": "进度滞后"}
MEASURES = {"urge": "催办", "talk": "约谈", "circular": "书面通报", "plate": "挂牌督办"}
READINGS = {
    "reached": "已达成",
    "on_course": "可达成",
    "at_risk": "有风险",
    "out_of_reach": "按现有时限无法达成",
    "missed": "未达成",
    "fell_short": "力争目标未达",
}
NOBODY = "（未明确牵头单位）"
LEAST_SAMPLE, SAMPLE_SHORT = 5, "样本不足"  # Below it a rate says nothing about a unit.
NUMERALS = "一二三四五六七八九十"
ANCHOR_DIGITS = 16  # Of the hash that a paper prints: enough that nobody forges a chain to them.


def anchor_words(position: int | None, hashed: str | None) -> str:
    """Write where the archive stood 存证, as papers print it for whoever compares it; empty where none is known."""
    return f"存证：档案第{position}号 {hashed[:ANCHOR_DIGITS]}" if position and hashed else ""


@dataclass(frozen=True, slots=True)
class Named:
    """What people call a task."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of a summary are called, as far as it is known here; an id stands for itself."""

    units: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[str, Named] = field(default_factory=dict)

    def unit(self, unit_id: str) -> str:
        """Name a unit."""
        return self.units.get(unit_id, unit_id) if unit_id else NOBODY

    def task(self, task_id: str) -> str:
        """Name a task by its title."""
        known = self.tasks.get(task_id)
        return known.title if known and known.title else task_id

    def number(self, task_id: str) -> str:
        """Give the number that a task has in its plan."""
        known = self.tasks.get(task_id)
        return known.number if known else ""


def chinese_date(day: date | None) -> str:
    """Write a day as it stands in papers, in Arabic digits without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"


def as_of(summary: SummaryCompiled) -> str:
    """Say as of when the numbers are."""
    return f"截至{chinese_date(local_date(summary.as_of))}"


def period_word(summary: SummaryCompiled) -> str:
    """Name the period of a summary for people."""
    first, last = summary.first_on, summary.last_on
    if summary.kind == "monthly":
        return f"{first.year}年{first.month}月"
    if summary.kind == "quarterly":
        return f"{first.year}年第{NUMERALS[(first.month - 1) // 3]}季度"
    end = f"{last.month}月{last.day}日" if first.month != last.month else f"{last.day}日"
    return f"{first.year}年{first.month}月{first.day}日至{end}"


def share(part: int, whole: int) -> str:
    """Give a share in % with one decimal; a dash where there is nothing to share."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def rate(counts: TaskCounts) -> str:
    """Give the share that was handed in on time; of a handful of tasks none is given."""
    return SAMPLE_SHORT if 0 < counts.due < LEAST_SAMPLE else share(counts.on_time, counts.due)


def short(text: str, most: int) -> str:
    """Cut a text to `most` characters, with an ellipsis where something is missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def plain(title: str) -> str:
    """Give a title without the spaces that are left of its line breaks."""
    return "".join(title.split())


def quoted(title: str, most: int = 40) -> str:
    """Put a title in quotation marks; those within become single ones."""
    return f"“{short(title, most).replace('“', '‘').replace('”', '’')}”"


def why(task: LaggingTask) -> str:
    """Say why a task is red."""
    if task.reason != "overdue":
        return REASONS[task.reason]
    return f"逾期{task.days}天" if task.days else "到期未完成"


def some_of(names: Sequence[str], most: int, *, counter: str = "项") -> str:
    """Name the first `most`, and say how many there are when some are left out."""
    named = "、".join(names[:most])
    return named if len(names) <= most else f"{named}等{len(names)}{counter}"


def due_sentence(counts: TaskCounts) -> str:
    """Say what came of the tasks that were due."""
    if not counts.due:
        return "尚无到期事项。"
    return (
        f"已到期{counts.due}项，其中按期办结（含报审）{counts.on_time}项、逾期办结{counts.late}项、"
        f"逾期未完成{counts.overdue}项，按期率{rate(counts)}。"
    )


def lights_sentence(counts: TaskCounts) -> str:
    """Say how many tasks show which light."""
    return f"亮灯情况：红灯{counts.red}项、黄灯{counts.yellow}项、绿灯{counts.green}项、未定时限{counts.undated}项。"


def measures_sentence(summary: SummaryCompiled) -> str:
    """Say which measures were taken in the period; nothing when none was."""
    taken = [
        f"{word}{summary.measures[code]}项次" for code, word in MEASURES.items() if summary.measures.get(code)
    ]
    return f"采取督办措施：{'、'.join(taken)}。" if taken else ""
