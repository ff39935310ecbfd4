"""The rules of a scheme and the lines of a score in words that officials read."""

from decimal import Decimal

from services.metrics.assessment.schemes.domain import (
    Bound,
    Case,
    Curve,
    Linear,
    ObservationSource,
    Part,
    QuartersSource,
)
from services.metrics.assessment.scoring.domain_scores import STANDINGS, Line

OPERATORS = {">=": "不低于", "<=": "不高于", ">": "高于", "<": "低于", "==": "等于"}


def plain(amount: Decimal) -> str:
    """Write an amount without needless noughts."""
    return f"{amount.normalize():f}" if amount else "0"


def curve_words(curve: Curve) -> str:
    """Say how a value becomes points."""
    if isinstance(curve, Linear):
        return f"{plain(curve.full_at)}得满分，{plain(curve.nothing_at)}不得分，其间按比例"
    if isinstance(curve, Bound):
        return f"{OPERATORS[curve.operator]}{plain(curve.value)}得满分，否则不得分"
    word = "不高于" if curve.lower_is_better else "达到"
    return "，".join(f"{word}{plain(step.at)}得{plain(step.share)}%" for step in curve.steps) + "，其余不得分"


def rule_words(line: Part | Case) -> str:
    """Say what a line is scored by."""
    if isinstance(line, Case):
        word = "加" if line.points > 0 else "扣"
        return f"每件{word}{plain(abs(line.points))}分，最多{word}{plain(line.cap)}分"
    if not line.weight:
        return "只展示，不计分"
    words = f"{plain(line.weight)}分；{curve_words(line.curve)}"
    return f"{words}；{_source(line)}" if _source(line) else words


def _source(part: Part) -> str:
    if isinstance(part.source, ObservationSource):
        trimmed = f"，去掉{part.source.trimmed}个最高分和最低分" if part.source.trimmed else ""
        return f"取观摩评委打分平均值{trimmed}，不足{part.source.judges}个打分为样本不足"
    if isinstance(part.source, QuartersSource):
        return f"取本年度已定案季度得分平均值，不足{part.source.quarters}个季度为样本不足"
    return f"不足{part.minimum}件为样本不足" if part.minimum else ""


def line_words(line: Line) -> str:
    """Say how a line came to its points."""
    read = line.reading
    if read is None:
        return f"{line.name}，调整{plain(line.points)}分"
    if line.kind == "case":
        return f"{line.cases}件 × {plain(line.each)}分，计{plain(line.points)}分"
    counted = f"{read.numerator}/{read.denominator}"
    if read.value is None or line.standing != "measured":
        return f"{STANDINGS[line.standing]}（{counted}），未计分"
    shown = f"{plain(read.value)}{read.unit}（{counted}）"
    return f"{shown}，得{plain(line.effective)}分的{plain(line.share)}%，计{plain(line.points)}分"
