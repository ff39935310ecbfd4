"""Words of the papers about the feeds: rates, instants, categories, and where their numbers come from; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from services.notify.papers.domain_words import SAMPLE_SHORT, Names, chinese_date
from shared.clock import SHANGHAI
from shared.events.feed_summaries import FeedSummaryCompiled, RateFigure

RATES: Mapping[str, str] = {
    "orders.accepted": "受理率",
    "orders.contacted": "响应率",
    "orders.finished": "办结率",
    "orders.on_time": "按期办结率",
    "orders.resolved": "解决率",
    "orders.satisfaction": "满意率",
    "orders.returned": "退单率",
    "orders.repeated": "重复率",
    "ratings.satisfaction": "满意率",
    "ratings.dissatisfaction": "差评率",
    "ratings.activity": "主动评价率",
    "rectifications.done": "整改率",
    "rectifications.on_time": "按期整改率",
    "rectifications.called_back": "回访率",
}
KINDS = {
    "consultation": "咨询",
    "help": "求助",
    "complaint": "投诉",
    "report": "举报",
    "suggestion": "建议",
    "thanks": "感谢",
    "other": "其他",
}
LEVELS = {"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意"}
CHANNELS = {
    "pc": "PC端",
    "mobile": "移动端",
    "qr": "二维码",
    "hall_tablet": "大厅平板",
    "hall_other": "大厅其他终端",
    "phone": "电话",
    "sms": "短信",
    "system": "系统",
}
NOTHING, WRONG, NO_CATEGORY, UNDISPATCHED = "—", "数据待核", "（未分类）", "（未派单）"


def word_of(rate: str) -> str:
    """Name a rate; one that is not known stands for itself."""
    return RATES.get(rate, rate)


def percent(value: Decimal) -> str:
    """Write a share in % as it was rounded by its rule, with two decimals at least."""
    shown = value.scaleb(2)
    return f"{shown:.2f}%" if shown == shown.quantize(Decimal("0.01")) else f"{shown.normalize():f}%"


def rate_word(rate: RateFigure | None) -> str:
    """Write the value of a rate, or why there is none."""
    if rate is None or rate.why == "nothing":
        return NOTHING
    if rate.value is None:
        return SAMPLE_SHORT if rate.why == "insufficient" else WRONG
    return percent(rate.value)


def rate_parts(rate: RateFigure | None) -> str:
    """Write a rate with its numerator and denominator, for a cell."""
    if rate is None or rate.why == "nothing":
        return NOTHING
    return f"{rate.numerator}/{rate.denominator}\n{rate_word(rate)}"


def find(rates: Iterable[RateFigure], name: str) -> RateFigure | None:
    """Find a rate by its name."""
    return next((one for one in rates if one.rate == name), None)


def minute(instant: datetime) -> str:
    """Write an instant to the minute, in Shanghai."""
    at = instant.astimezone(SHANGHAI)
    minutes = f"{at.minute:02d}分" if at.minute else ""
    return f"{chinese_date(at.date())}{at.hour}时{minutes}"


def span_word(summary: FeedSummaryCompiled) -> str:
    """Name the days of a summary."""
    first, last = summary.first_on, summary.last_on
    if first == last:
        return chinese_date(first)
    if summary.kind.endswith("monthly"):
        return f"{first.year}年{first.month}月"
    if first.year != last.year:
        return f"{chinese_date(first)}至{chinese_date(last)}"
    end = f"{last.month}月{last.day}日" if first.month != last.month else f"{last.day}日"
    return f"{chinese_date(first)}至{end}"


def category_word(category: Sequence[str]) -> str:
    """Write a category from the widest level to the narrowest."""
    return "→".join(category) or NO_CATEGORY


def unit_word(names: Names, unit_id: str) -> str:
    """Name a unit; orders that none has are not dispatched."""
    return names.unit(unit_id) if unit_id else UNDISPATCHED


def change(now: int, before: float) -> str:
    """Say how a number moved against an earlier one."""
    if not before:
        return "上期为0" if now else "与上期持平"
    moved = 100 * (now - before) / before
    if abs(moved) < 0.05:
        return "与上期持平"
    return f"{'增加' if moved > 0 else '减少'}{abs(moved):.1f}%"


def moved_points(now: RateFigure, before: RateFigure | None) -> str:
    """Say by how many percentage points a rate moved; a dash where one of both has no value."""
    if before is None or now.value is None or before.value is None:
        return NOTHING
    points = (now.value - before.value).scaleb(2)
    return f"{points:+.2f}" if points else "持平"


def number_of(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    """List counts by their words, in the order of the words; nothing when all are 0."""
    said = [f"{word}{counts[code]}" for code, word in words.items() if counts.get(code)]
    said += [f"{code}{number}" for code, number in counts.items() if code not in words and number]
    return "、".join(said)


def delay_word(seconds: int | None) -> str:
    """Write a delay in the unit that suits it."""
    if seconds is None:
        return NOTHING
    for size, word in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds / size:.1f}".rstrip("0").rstrip(".") + word
    return f"{seconds}秒"


def timing(summary: FeedSummaryCompiled) -> str:
    """Say as of when the numbers are, and what was not as it should be when they were compiled."""
    said = f"数据截至{minute(summary.as_of)}。"
    if summary.late:
        said += f"本期应于{minute(summary.due_at)}汇总，因系统停运延至{minute(summary.compiled_at)}补汇。"
    if summary.behind:
        said += "汇总时尚有已发出的数据没有读入，数字可能偏少，请核对后重新汇总。"
    if summary.version > 1:
        said += f"本稿为第{summary.version}版，替代此前各版。"
    return said


def origin(rates: Sequence[RateFigure], sources: str) -> str:
    """Say where the numbers come from: the sources, and the versions of the rules by which rates are counted."""
    if not rates:
        return f"数字来源：{sources}。"
    by_version: dict[int, list[str]] = {}
    for one in rates:
        by_version.setdefault(one.version, []).append(word_of(one.rate))
    rules = "；".join(
        f"{'、'.join(words)}用第{version}版口径" for version, words in sorted(by_version.items())
    )
    least = "、".join(str(number) for number in sorted({one.minimum for one in rates}))
    return f"数字来源：{sources}。比率口径：{rules}。分母小于口径下限（{least}）的标“样本不足”，不给比率。"
