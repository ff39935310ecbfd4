"""What a closed survey says: by subject and question, of each group and of all groups that may be shown.

Invariant: no figure comes from fewer answers than the minimum, nor does the difference of two figures that are shown:
the whole is the sum of those groups alone that are shown themselves.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from services.metrics.domain import Standing
from services.metrics.surveys.domain import Question, Sheet

Counts = Mapping[int, int]  # Option, from 1 → how often.
WHOLE = ""  # The group of all groups.


@dataclass(frozen=True, slots=True)
class Result:
    """What a group said about a subject in a question.

    Attributes:
        group: Its code; empty for all groups that are shown.
        why: 已测量, or why there is nothing: 样本不足, 没有数据.
        count: Answers; None where they are too few, as is all that follows.
        mean: Of a scale, in points of `out_of`, the best option having most; two decimals, half up.
        percent: The same out of a hundred.
        distribution: Answers by option, in the order of the options.
    """

    group: str
    subject: str
    question: str
    why: str
    count: int | None = None
    mean: Decimal | None = None
    percent: Decimal | None = None
    out_of: int | None = None
    distribution: tuple[int, ...] = ()


def results(sheet: Sheet, counts: Mapping[tuple[str, str, str], Counts]) -> Iterator[Result]:
    """Give all results, the whole first; `counts` are by group, subject and question."""
    for subject in sheet.subjects:
        for question in sheet.questions:
            of_groups = {
                one.code: counts.get((one.code, subject.code, question.code), {}) for one in sheet.groups
            }
            yield _result((WHOLE, subject.code), question, _whole(of_groups, sheet.minimum), sheet.minimum)
            for code, found in of_groups.items():
                yield _result((code, subject.code), question, found, sheet.minimum)


def _whole(of_groups: Mapping[str, Counts], minimum: int) -> Counts:
    shown = Counter[int]()
    for found in of_groups.values():
        if sum(found.values()) >= minimum:
            shown.update(found)
    return shown or max(of_groups.values(), key=lambda found: sum(found.values()))


def _result(of: tuple[str, str], question: Question, counts: Counts, minimum: int) -> Result:
    count = sum(counts.values())
    if count < minimum:
        why = Standing.INSUFFICIENT if count else Standing.NOTHING
        return Result(*of, question.code, why.value)
    best = len(question.options)
    distribution = tuple(counts.get(option, 0) for option in range(1, best + 1))
    if question.kind == "choice":
        return Result(*of, question.code, Standing.MEASURED.value, count, distribution=distribution)
    mean = points(counts, best) / count
    return Result(
        *of,
        question.code,
        Standing.MEASURED.value,
        count,
        mean=rounded(mean),
        percent=rounded(mean * 100 / best),
        out_of=best,
        distribution=distribution,
    )


def points(counts: Counts, best: int) -> Fraction:
    """Add up a scale: the first of `best` options has as many points, the last one."""
    return Fraction(sum((best + 1 - option) * count for option, count in counts.items()))


def rounded(value: Fraction) -> Decimal:
    """Round to two decimals, half up."""
    hundredths = Decimal(value.numerator * 100) / Decimal(value.denominator)
    return hundredths.quantize(Decimal(1), ROUND_HALF_UP).scaleb(-2)
