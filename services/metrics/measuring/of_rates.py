"""Rates 比率 as measures: asks `rates`, and says the same in the words of measures; it defines nothing of its own.

Facts of ratings, services and orders belong to no plan, so a plan narrows nothing here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from services.metrics.measuring import repository_origins as origins
from services.metrics.measuring.domain import Measured, MeasuredRow, MeasureUnit, Scope
from services.metrics.measuring.domain_counting import EXEMPTED, Page
from services.metrics.measuring.domain_tasks import Part
from services.metrics.rates import functions, repository_rules, service
from services.metrics.rates.domain import Figure, RateRule
from services.metrics.rates.domain import Part as RatePart
from services.metrics.rates.functions import Family, function_of
from services.metrics.rates.service import Asked, Row

MEAN = "ratings_mean_level"
IDS: Mapping[Family, str] = {
    "ratings": "rating_id",
    "services": "service_id",
    "rectifications": "task_id",
    "orders": "fact_id",
}
HOP = "#"  # Parts the order from the hop in the id of a dispatch.
BEHIND = "\uffff"  # Sorts behind whatever an id is made of.
FEW, EVERY = 5, 10**9


class _Question(NamedTuple):
    """A scope with the rule that held then."""

    connection: Connection
    rule: RateRule
    scope: Scope

    @property
    def asked(self) -> Asked:
        """Put it as rates are asked."""
        first, last, at = self.scope.first, self.scope.last, self.scope.as_of
        known = None if self.scope.live else at
        return Asked(self.rule.rate, "unit", at, unit=self.scope.unit_id, first=first, last=last, as_of=known)

    def family(self, part: Part) -> Family:
        """Say which facts stand behind a part."""
        beside = self.rule.denominator == "services" and part == "denominator"
        return "services" if beside else function_of(self.rule).family

    def rows(self, part: Part, page: Page) -> list[Row]:
        """List rows behind a place."""
        return list(service.rows_behind(self.connection, self.asked, RatePart(part), page).rows)

    def approval(self, subject: str) -> str | None:
        """Give the number of the exemption of a fact: of the dispatch or of its order."""
        left_out = self.scope.left_out
        return left_out.get(subject, left_out.get(subject.partition(HOP)[0]))


def names() -> list[str]:
    """List the rates."""
    return list(functions.rules_of_file())


def unit_of(rate: str) -> MeasureUnit:
    """Say in what a rate is read: a mean level in points, all others in %."""
    return "分" if functions.rule_of_file(rate).function == MEAN else "%"


def measure(connection: Connection, rate: str, scope: Scope) -> Measured:
    """Answer a rate, whole, as of the scope's instant, without what exemptions take out.

    Raises:
        NotFound: There is no such rate.
        Invalid: It can't be answered.
        Unavailable: Too many services are still to be counted.
    """
    question = _question(connection, rate, scope)
    rule, figure = question.rule, service.answer(connection, question.asked).whole
    exclusions = Counter({reason: left.count for reason, left in figure.exclusions.items()})
    if scope.left_out:
        exclusions[EXEMPTED] += _take_out(question, figure)
    value = figure.value
    return Measured(
        measure=rate,
        version=rule.version,
        unit=unit_of(rate),
        value=value if value is None or rule.function == MEAN else value.scaleb(2),
        why=figure.standing.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        minimum=rule.minimum,
        exclusions=dict(sorted((+exclusions).items())),
    )


def rows_behind(
    connection: Connection, rate: str, scope: Scope, *, part: Part, page: Page
) -> list[MeasuredRow]:
    """List a page of the facts behind a part of a rate; what exemptions take out stands last among the excluded.

    Raises:
        NotFound: There is no such rate.
        Invalid: It can't be answered.
        Unavailable: Too many services are still to be counted.
    """
    question, (after, limit) = _question(connection, rate, scope), page
    among_exempt = part == "excluded" and question.approval(after) is not None
    found = [] if among_exempt else _kept(question, part, page)
    if part == "excluded" and len(found) < limit:
        out = sorted(_exempt(question, "denominator") + _exempt(question, "excluded"), key=_subject)
        rest = [row for row in out if not among_exempt or _subject(row) > after]
        found += rest[: limit - len(found)]
    return _told(question, found)


def _question(connection: Connection, rate: str, scope: Scope) -> _Question:
    return _Question(connection, repository_rules.rule_in_force(connection, rate, scope.as_of).rule, scope)


def _kept(question: _Question, part: Part, page: Page) -> list[Row]:
    after, limit = page
    if question.family(part) == "ratings" and after:  # They are listed by their position.
        after = str(origins.position_of(question.connection, after) or 0)
    rows = question.rows(part, (after, limit + 2 * len(question.scope.left_out)))
    return [row for row in rows if question.approval(_subject(row)) is None][:limit]


def _take_out(question: _Question, figure: Figure) -> int:
    """Take exemptions out of a figure; gives how many facts these are."""
    judge, denominators = function_of(question.rule).judge, _exempt(question, "denominator")
    figure.numerator -= sum(judge(row.sort, question.rule).weight for row in _exempt(question, "numerator"))
    figure.denominator -= len(denominators)
    return len(denominators)


def _exempt(question: _Question, part: Part) -> list[Row]:
    """Find what exemptions name among the facts behind a part, by subject."""
    if not question.scope.left_out:
        return []
    if question.family(part) in {"ratings", "services"}:
        found = [row for subject in question.scope.left_out for row in _named(question, part, subject)]
    else:  # These are read whole for every answer.
        found = [
            row for row in question.rows(part, ("", EVERY)) if question.approval(_subject(row)) is not None
        ]
    return sorted(found, key=_subject)


def _named(question: _Question, part: Part, subject: str) -> list[Row]:
    before = subject[:-1] + chr(max(ord(subject[-1:] or " ") - 1, 1)) + BEHIND
    if question.family(part) == "ratings":
        position = origins.position_of(question.connection, subject)
        if position is None:
            return []
        before = str(position - 1)
    return [row for row in question.rows(part, (before, FEW)) if _subject(row) == subject]


def _subject(row: Row) -> str:
    return str(getattr(row.fact, IDS[row.family]))


def _told(question: _Question, rows: Iterable[Row]) -> list[MeasuredRow]:
    """Say of each fact where it stands and what told it last."""
    found = list(rows)
    told: dict[tuple[str, str], origins.Origin] = {}
    for family in {row.family for row in found}:
        subjects = [_subject(row).partition(HOP)[0] for row in found if row.family == family]
        last = origins.last_told(question.connection, family, subjects, question.scope.as_of)
        told |= {(family, subject): origin for subject, origin in last.items()}
    return [_row(question, row, told[row.family, _subject(row).partition(HOP)[0]]) for row in found]


def _row(question: _Question, row: Row, origin: origins.Origin) -> MeasuredRow:
    part, reason = _judged(question, row)
    return MeasuredRow(_subject(row), part, reason, origin.told_at, origin.stream, origin.sequence)


def _judged(question: _Question, row: Row) -> tuple[Part, str]:
    if row.family != function_of(question.rule).family:
        part: Part = "denominator"
    else:
        part = function_of(question.rule).judge(row.sort, question.rule).part.value
    approval = question.approval(_subject(row))
    if approval is None or part == "excluded":
        return part, row.reason
    return "excluded", f"{EXEMPTED} {approval}".strip()
