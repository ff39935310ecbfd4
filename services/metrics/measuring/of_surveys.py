"""The result of anonymous surveys 测评 as a measure, so that schemes can score it; answers themselves are no rows."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from inspect import cleandoc
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from services.metrics.domain import Standing
from services.metrics.measuring.domain import Measured, MeasuredRow, Scope
from services.metrics.measuring.domain_counting import EXEMPTED, Page
from services.metrics.measuring.domain_tasks import Part
from services.metrics.models import SurveyRow
from services.metrics.surveys import repository
from services.metrics.surveys.domain import FEWEST, Sheet
from services.metrics.surveys.domain_results import points, rounded
from shared.clock import local_date

NAME, TITLE, VERSION = "survey.satisfaction", "测评得分", 1
FEW = "insufficient"


class _Part(NamedTuple):
    """What a survey adds: points, the most there could have been, answers; and what of it is left out, and why."""

    row: Row[Any]
    got: int
    most: int
    answers: int
    left_out: Counter[str]


def text() -> str:
    """Say how it is counted."""
    return cleandoc(measure.__doc__ or "")


def measure(connection: Connection, scope: Scope) -> Measured:
    """测评得分.

    分数：量表题所得分数之和 ÷ 满分之和 × 100（最好的选项得满分，最差的得1分）。分子：所得分数之和。
    分母：这些答案的份数。依据：本地测评办法，题目和选项由每次测评写明。范围：结束日在所问日期内、对象为单位的测评；单位不限则为全部对象。
    剔除：某组对某单位某题的答案少于该测评最少份数的（样本不足），以及容错批准剔除的测评，均按答案组数或份数列出。
    取整：保留两位小数，四舍五入。只读取测评结束后打乱的单项答案，不涉及答卷人。
    """
    parts = list(_parts(connection, scope))
    got, most, answers = (sum(getattr(one, name) for one in parts) for name in ("got", "most", "answers"))
    left_out = sum((one.left_out for one in parts), Counter[str]())
    standing = Standing.MEASURED if answers else Standing.INSUFFICIENT if left_out[FEW] else Standing.NOTHING
    return Measured(
        measure=NAME,
        version=VERSION,
        unit="分",
        value=rounded(Fraction(got * 100, most)) if answers else None,
        why=standing.value,
        numerator=got,
        denominator=answers,
        minimum=FEWEST,
        exclusions=dict(sorted(left_out.items())),
        rounding="保留2位小数，四舍五入",
    )


def rows_behind(connection: Connection, scope: Scope, *, part: Part, page: Page) -> list[MeasuredRow]:
    """List the surveys behind it; one is found in the archive by its id, under which it was closed once."""
    after, limit = page
    found = [row for one in _parts(connection, scope) for row in _row(one, part)]
    return sorted((row for row in found if row.subject > after), key=lambda row: row.subject)[:limit]


def _row(one: _Part, part: Part) -> Iterator[MeasuredRow]:
    counts = "numerator" if one.answers else "excluded"
    wanted = part if part == "excluded" else "numerator"
    reason = "" if one.answers else next(iter(one.left_out), "")
    if counts == wanted and (one.answers or one.left_out):
        yield MeasuredRow(one.row.survey_id, counts, reason, one.row.closed_at, "assessment", 0)


def _parts(connection: Connection, scope: Scope) -> Iterator[_Part]:
    closed = select(SurveyRow.__table__).where(
        SurveyRow.state == "closed", SurveyRow.closed_at <= scope.as_of
    )
    for row in connection.execute(closed.order_by(SurveyRow.survey_id)):
        day, sheet = local_date(row.closed_at), Sheet.model_validate(row.content)
        within = (scope.first is None or scope.first <= day) and (scope.last is None or day <= scope.last)
        if within and sheet.about == "unit":
            yield _part(connection, row, sheet, scope)


def _part(connection: Connection, row: Row[Any], sheet: Sheet, scope: Scope) -> _Part:
    best = {one.code: len(one.options) for one in sheet.questions if one.kind == "scale"}
    got = most = answers = 0
    left_out = Counter[str]()
    for (_group, subject, question), counts in repository.counts(connection, row.survey_id).items():
        if question not in best or scope.unit_id not in {None, subject}:
            continue
        said = sum(counts.values())
        if row.survey_id in scope.left_out:
            left_out[EXEMPTED] += said if said >= sheet.minimum else 0
        elif said < sheet.minimum:
            left_out[FEW] += 1  # Not how many: of so few even that is not told.
        else:
            got += int(points(counts, best[question]))
            most += said * best[question]
            answers += said
    return _Part(row, got, most, answers, +left_out)
