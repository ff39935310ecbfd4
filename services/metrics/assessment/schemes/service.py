"""Use cases of schemes: a new version from a period on, and a preview of it against a period."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from services.metrics.assessment.periods import repository as periods
from services.metrics.assessment.periods.domain import span_of
from services.metrics.assessment.periods.service import count_under
from services.metrics.assessment.ports import Measures
from services.metrics.assessment.schemes import repository
from services.metrics.assessment.schemes.domain import Scheme, refusal
from services.metrics.assessment.schemes.repository import SchemeVersion
from services.metrics.assessment.scoring.domain_changes import Change, Scored, changes
from shared.database import SyncTx
from shared.errors import Conflict, Invalid
from shared.events.assessment import SchemeRevised


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would make of a period.

    Attributes:
        run: The run that it is compared with; nought where the period has none, and then the scheme in force is.
    """

    period_id: str
    run: int
    as_of: datetime
    units: int
    changes: list[Change]


def check(scheme: Scheme, measures: Measures) -> None:
    """Pass for a scheme whose measures may be scored.

    Raises:
        Invalid: One is not there, or is about signing for tasks.
    """
    if (reason := refusal(scheme, measures.known())) is not None:
        code, field, message = reason
        raise Invalid(message, code=code, field=field)


def revise(
    tx: SyncTx, measures: Measures, scheme: Scheme, valid_from: str, said: tuple[str, str]
) -> SchemeVersion:
    """Keep a new version of a scheme, valid from the period `valid_from` on; `said` is by whom and why.

    Raises:
        Invalid: A measure may not be scored, or `valid_from` names no period.
        Conflict: A period that begins then or later is closed: it keeps its scheme.
    """
    check(scheme, measures)
    first = span_of(valid_from).first
    for row in periods.periods(tx.connection, scheme.scheme).items:
        if row.first >= first and row.state in {"closed", "final"}:
            message = f"周期 {row.period_id} 已结账，新办法不能自 {valid_from} 起施行，请改为其后的周期"
            raise Conflict(message, code="scheme.closed_period", field="valid_from")
    known = repository.versions(tx.connection, scheme.scheme)
    by, why = said
    version = known[0].version + 1 if known else 1
    made = SchemeVersion(scheme, version, first, by, tx.now, why)
    repository.add(tx.connection, made)
    told = SchemeRevised(scheme=scheme.scheme, version=version, valid_from=first, by=by)
    tx.outbox.add(told, time=tx.now, revision=version)
    return made


def preview(
    connection: Connection, measures: Measures, scheme: Scheme, period: str, now: datetime
) -> Preview:
    """Count a period under a draft and compare: with its scores where it has some, else with the scheme in force.

    Raises:
        Invalid: A measure of the draft may not be scored.
        NotFound: There is no such period.
    """
    check(scheme, measures)
    row = periods.period(connection, period)
    as_of = periods.run(connection, period, row.run).as_of if row.run else now
    span = span_of(row.label)
    if row.run:
        stood: Scored = periods.scores(connection, period, row.run)
    else:
        held = repository.in_force(connection, row.scheme, row.first)
        stood = count_under(connection, measures, held, span, as_of)
    # Appeals and exemptions of the period itself count for the draft as well, under whatever name it has.
    draft = SchemeVersion(scheme.model_copy(update={"scheme": row.scheme}), 0, row.first)
    found = count_under(connection, measures, draft, span, as_of)
    return Preview(period, row.run, as_of, len(found), changes(stood, found))
