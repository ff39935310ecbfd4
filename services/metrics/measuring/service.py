"""Use cases of measures: measures by name within a scope, and lists the facts behind what was answered."""

from collections.abc import Sequence

from sqlalchemy import Connection

from services.metrics.measuring import of_rates, of_surveys, registry, repository_steps
from services.metrics.measuring.domain import Measured, MeasuredRow, Scope
from services.metrics.measuring.domain_counting import Page, answered, rows_of, without
from services.metrics.measuring.domain_tasks import Finding, Part
from services.metrics.measuring.registry import TaskMeasure, about, names

__all__ = ["about", "measure", "names", "rows_behind"]


def measure(connection: Connection, name: str, scope: Scope) -> Measured:
    """Measure, by the facts that were told at or before the scope's instant.

    Raises:
        NotFound: There is no such measure.
        Invalid: A rate can't be answered.
        Unavailable: Too many services are still to be counted.
    """
    found = registry.OF_TASKS.get(name)
    if found is None:
        about(name)
        if name == of_surveys.NAME:
            return of_surveys.measure(connection, scope)
        return of_rates.measure(connection, name, scope)
    findings = _findings(connection, found, scope)
    return answered(name, found.unit, findings, minimum=found.minimum, version=found.version)


def rows_behind(
    connection: Connection, name: str, scope: Scope, *, part: Part, page: Page
) -> Sequence[MeasuredRow]:
    """List a page of the facts in a part: those behind a subject, by subject, so many of them.

    Facts of the numerator are in the denominator too. Of a measure that counts steps, the rows of one task stay
    together, so a page may be longer.

    Raises:
        NotFound: There is no such measure.
        Invalid: A rate can't be answered.
        Unavailable: Too many services are still to be counted.
    """
    found = registry.OF_TASKS.get(name)
    if found is None:
        about(name)
        if name == of_surveys.NAME:
            return of_surveys.rows_behind(connection, scope, part=part, page=page)
        return of_rates.rows_behind(connection, name, scope, part=part, page=page)
    return rows_of(_findings(connection, found, scope), part, page)


def _findings(connection: Connection, found: TaskMeasure, scope: Scope) -> list[Finding]:
    tasks = repository_steps.tasks_in(connection, scope, found.kinds)
    said = (finding for task in tasks for finding in found.judge(task, scope))
    return list(without(said, scope.left_out))
