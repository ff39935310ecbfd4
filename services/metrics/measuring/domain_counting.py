"""Turns findings into what a measure answers: value, standing, exclusions and rows come from the same list."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from services.metrics.domain import DECIMALS, Standing
from services.metrics.measuring.domain import Measured, MeasuredRow, MeasureUnit
from services.metrics.measuring.domain_tasks import Finding, Part

EXEMPTED = "exempted"  # 容错: taken out by an approved exemption.
Page = tuple[str, int]  # The subject behind which the page begins, and how many rows it has.


def without(findings: Iterable[Finding], left_out: Mapping[str, str]) -> Iterator[Finding]:
    """Take the subjects out that an exemption names."""
    for one in findings:
        approval = left_out.get(one.step.task_id)
        if approval is None or one.part == "excluded":
            yield one
        else:
            yield one._replace(part="excluded", reason=f"{EXEMPTED} {approval}".strip())


def percent(numerator: int, denominator: int) -> Decimal:
    """Give a share in %, cut to two decimals and rounded down, with whole numbers alone."""
    return Decimal(numerator * 10**DECIMALS // denominator).scaleb(2 - DECIMALS)


def answered(
    name: str, unit: MeasureUnit, findings: Sequence[Finding], *, minimum: int, version: int
) -> Measured:
    """Count findings: a share where the unit is %, else the number of those in the numerator."""
    numerator = sum(one.part == "numerator" for one in findings)
    looked_at = {one.step.task_id for one in findings if one.part != "excluded"}
    denominator = len(looked_at)
    reasons = Counter(one.reason.split(" ")[0] for one in findings if one.part == "excluded")
    standing = _standing(denominator, minimum)
    value: Decimal | None = Decimal(numerator)
    if unit == "%":
        value = percent(numerator, denominator) if standing is Standing.MEASURED else None
    return Measured(
        measure=name,
        version=version,
        unit=unit,
        value=value,
        why=(standing if value is None else Standing.MEASURED).value,
        numerator=numerator,
        denominator=denominator,
        minimum=minimum,
        exclusions=dict(sorted(reasons.items())),
    )


def rows_of(findings: Iterable[Finding], part: Part, page: Page) -> list[MeasuredRow]:
    """List a page of the facts in a part by subject; those in the numerator are in the denominator too.

    The rows of one subject stay together: a page may be longer by the last of them.
    """
    after, limit = page
    parts = ("numerator", "denominator") if part == "denominator" else (part,)
    wanted = [one for one in findings if one.part in parts and one.step.task_id > after]
    wanted.sort(key=lambda one: (one.step.task_id, one.step.sequence))
    kept = wanted[:limit]
    rest = (one for one in wanted[limit:] if kept and one.step.task_id == kept[-1].step.task_id)
    return [_row(one) for one in (*kept, *rest)]


def _standing(denominator: int, minimum: int) -> Standing:
    if denominator == 0:
        return Standing.NOTHING
    return Standing.MEASURED if denominator >= minimum else Standing.INSUFFICIENT


def _row(one: Finding) -> MeasuredRow:
    step = one.step
    return MeasuredRow(step.task_id, one.part, one.reason, step.told_at, "supervision", step.sequence)
