"""How `duban assess` writes what it shows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deploy.cli.instants import minute

if TYPE_CHECKING:
    from deploy.api_client.assessment import (
        AppealView,
        ExemptionView,
        ExplanationView,
        FactView,
        ListView,
        PeriodView,
        RunView,
        SchemeView,
        ScoreView,
    )

RUNS = {"preview": "预览", "closed": "结账", "appeal": "申诉成立", "rescored": "重新计分"}
PARTS = {"numerator": "计入", "denominator": "只计入分母", "excluded": "剔除"}
STATES = {
    "filed": "待答复",
    "upheld": "成立",
    "dismissed": "不成立",
    "requested": "待批",
    "approved": "已批准",
    "refused": "未批准",
    "draft": "草稿",
    "released": "已签发",
    "withdrawn": "已撤回",
}


def scheme_lines(one: "SchemeView") -> Iterator[str]:
    """Write a version of a scheme."""
    by = f"，{one.set_by} 设定：{one.why}" if one.set_by else "，出厂默认"
    yield f"{one.scheme} 第{one.version}版　{one.name}（自 {one.valid_from} 起{by}）"
    for rule in one.rules:
        yield f"  {rule.code}　{rule.name}：{rule.rule}"


def period_row(one: "PeriodView") -> tuple[str, ...]:
    """Write a period."""
    until = minute(one.appeals_until) if one.appeals_until else "—"
    run = str(one.run or "—")
    return one.id, one.scheme, str(one.first), str(one.last), one.state_title, run, until


def run_row(one: "RunView") -> tuple[str, ...]:
    """Write a run."""
    place = (minute(one.as_of), str(one.archive_position), one.digest[:12])
    return str(one.number), RUNS[one.kind], str(one.scheme_version), *place, one.why


def score_row(one: "ScoreView") -> tuple[str, ...]:
    """Write a score."""
    rank = f"{one.rank}/{one.ranked}" if one.rank else "—"
    points = ("—" if number is None else number for number in (one.total, one.percent))
    return one.unit, one.unit_name, one.class_code, *points, rank, one.why_unranked


def explained(one: "ExplanationView") -> Iterator[str]:
    """Write a score with its lines."""
    score = one.score
    total = "没有得分" if score.total is None else f"{score.total}分（满分{score.out_of}）"
    yield f"{score.unit_name}　{one.period}　第{one.run}次计分　{total}"
    for line in one.lines:
        yield f"  {line.points:>8}  {line.code}　{line.name}：{line.explanation}（{line.rule}）"
    yield f"办法 {one.scheme} 第{one.scheme_version}版；{one.rounding}"
    yield f"数据截至 {minute(one.as_of)}，档案位置 {one.archive_position}，摘要 {one.digest}"


def fact_row(one: "FactView") -> tuple[str, ...]:
    """Write a fact."""
    sequence = str(one.sequence or "—")
    return one.subject, PARTS[one.part], one.reason, minute(one.told_at), one.stream, sequence


def appeal_row(one: "AppealView") -> tuple[str, ...]:
    """Write an appeal."""
    cases = "、".join(one.subjects) or "—"
    about = (one.period_id, one.unit_id, one.line, cases)
    return one.appeal_id, *about, STATES[one.state], one.decision


def exemption_row(one: "ExemptionView") -> tuple[str, ...]:
    """Write an exemption."""
    about = (one.unit_id, one.subject, one.reason)
    return one.exemption_id, *about, STATES[one.state], one.decision


def list_lines(one: "ListView") -> Iterator[str]:
    """Write a list with its units."""
    by = f"，{one.released_by}（{one.post}）签发" if one.released_by else ""
    yield f"{one.id}　{one.period}　{one.kind_title}“{one.name}”　{STATES[one.state]}{by}"
    for entry in one.entries:
        rank = f"第{entry.rank}名/{entry.ranked}" if entry.rank else "未排名"
        struck = f"　已剔除：{entry.struck}" if entry.struck else ""
        yield f"  {entry.unit_name}　{entry.percent}分　{rank}{struck}"
