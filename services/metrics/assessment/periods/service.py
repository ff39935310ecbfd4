"""Use cases of periods: open, preview, close, score again and finalise; each run is kept whole.

Invariant: counting reads one snapshot and writes nothing; keeping a run fails when the period was changed meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from services.metrics.assessment.periods import counting, repository, repository_cases
from services.metrics.assessment.periods.domain import (
    RunKind,
    Span,
    appeals_until,
    check_caught_up,
    check_final,
    check_over,
    check_step,
    digest_of,
    period_id,
    span_of,
)
from services.metrics.assessment.ports import Measures
from services.metrics.assessment.schemes import repository as schemes
from services.metrics.assessment.schemes.repository import SchemeVersion
from services.metrics.assessment.scoring.domain_changes import Change, Scored, changes
from services.metrics.assessment.scoring.domain_ranks import ranks
from services.metrics.assessment.scoring.domain_scores import Score
from services.metrics.feeds.repository import calendar
from shared.database import SyncTx
from shared.errors import Invalid
from shared.events import assessment as events
from shared.streams.groups import feeds_of
from shared.streams.history import ArchiveHead

READER = "metrics"  # The group whose cursors have to have reached the archive's head.


@dataclass(frozen=True, slots=True)
class Counted:
    """Scores of a period as they were counted on one snapshot.

    Attributes:
        period: Its row then.
        corrections: What later facts would change in the period before.
    """

    period: Row[Any]
    version: SchemeVersion
    as_of: datetime
    scored: Scored
    cursors: Mapping[str, int]
    corrections: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Who had a run made, and why; `appeal_id` names the appeal that it came from."""

    kind: RunKind
    by: str
    why: str = ""
    appeal_id: str = ""


def open_period(tx: SyncTx, scheme: str, label: str, by: str) -> str:
    """Open a period of a scheme; gives its id.

    Raises:
        NotFound: No version of the scheme holds for it.
        Invalid: The scheme has no periods of that kind.
        Conflict: It is open already.
    """
    span = span_of(label)
    version = schemes.in_force(tx.connection, scheme, span.first)
    if span.kind not in version.scheme.kinds:
        allowed = "、".join(version.scheme.kinds)
        message = f"考核办法 {scheme} 不用于 {label}，可用的周期类型：{allowed}"
        raise Invalid(message, code="period.kind", field="period")
    name = period_id(scheme, label)
    repository.add_period(tx.connection, name, scheme, span, (tx.now, by))
    opened = events.PeriodOpened(period_id=name, by=by, scheme=scheme, first=span.first, last=span.last)
    tx.outbox.add(opened, time=tx.now, revision=1)
    return name


def count_period(connection: Connection, measures: Measures, name: str, step: str, now: datetime) -> Counted:
    """Count the scores of a period as of `now` for a step: `preview`, `close` or `rescore`.

    Raises:
        NotFound: There is no such period.
        Conflict: Its state does not allow the step, or it is not over.
    """
    row = repository.period(connection, name)
    check_step(step, row.state, name)
    if step != "preview":
        check_over(span_of(row.label), now)
    version = schemes.in_force(connection, row.scheme, row.first)
    if step == "rescore":  # A closed period keeps its scheme.
        held = repository.run(connection, name, row.run).scheme_version
        version = schemes.numbered(connection, row.scheme, held)
    found = count_under(connection, measures, version, span_of(row.label), now)
    return Counted(
        row,
        version,
        now,
        found,
        repository.cursors(connection),
        corrections(connection, measures, row, now) if step == "close" else (),
    )


def count_under(
    connection: Connection, measures: Measures, version: SchemeVersion, span: Span, as_of: datetime
) -> Scored:
    """Count and rank under a version of a scheme, as of an instant."""
    made = counting.setting(connection, version.scheme, span, as_of)
    found = counting.count(connection, measures, made)
    placed = ranks(version.scheme, found.values())
    return {unit: (one, placed[unit]) for unit, one in found.items()}


def corrections(connection: Connection, measures: Measures, row: Row[Any], now: datetime) -> list[Change]:
    """Tell what facts that came later would change in the closed period before; nothing is changed by it."""
    before = repository.period_before(connection, row.scheme, row.kind, row.first)
    return [] if before is None else corrections_of(connection, measures, before, now)


def corrections_of(
    connection: Connection, measures: Measures, closed: Row[Any], now: datetime
) -> list[Change]:
    """Tell what scoring a closed period again would change, as of `now`."""
    held = repository.run(connection, closed.period_id, closed.run)
    version = schemes.numbered(connection, closed.scheme, held.scheme_version)
    stood = repository.scores(connection, closed.period_id, closed.run)
    return changes(stood, count_under(connection, measures, version, span_of(closed.label), now))


def keep_preview(tx: SyncTx, counted: Counted, head: ArchiveHead, by: str) -> int:
    """Keep a preview; gives the number of the run."""
    number = keep_run(tx, counted, head, Order("preview", by))
    revision = repository.move(tx.connection, counted.period, state="previewed", run=number)
    previewed = events.PeriodPreviewed(
        period_id=counted.period.period_id,
        by=by,
        run=number,
        scheme_version=counted.version.version,
        units=len(counted.scored),
    )
    tx.outbox.add(previewed, time=tx.now, revision=revision)
    return number


def close(tx: SyncTx, counted: Counted, head: ArchiveHead, by: str) -> int:
    """Close a period with its scores, bound to the archive; gives the number of the run.

    Raises:
        Conflict: An event of the archive was not taken in, or the period was changed meanwhile.
    """
    check_caught_up({feed: head.streams.get(feed, 0) for feed in feeds_of(READER)}, counted.cursors)
    number = keep_run(tx, counted, head, Order("closed", by))
    scheme = counted.version.scheme
    until = appeals_until(scheme.appeals, tx.now, calendar(tx.connection))
    values = {"state": "closed", "run": number, "appeals_until": until}
    revision = repository.move(tx.connection, counted.period, **values)
    name = counted.period.period_id
    closed = events.PeriodClosed(
        period_id=name,
        by=by,
        run=number,
        scheme_version=counted.version.version,
        units=len(counted.scored),
        archive_position=head.position,
        archive_hash=head.hash,
        digest=repository.run(tx.connection, name, number).digest,
        appeals_until=until,
    )
    tx.outbox.add(closed, time=tx.now, revision=revision)
    tell_scores(tx, name, number, counted.scored)
    return number


def rescore(tx: SyncTx, counted: Counted, head: ArchiveHead, order: Order) -> int:
    """Keep a new run of a closed or final period by explicit order, and open the window for appeals again."""
    check_caught_up({feed: head.streams.get(feed, 0) for feed in feeds_of(READER)}, counted.cursors)
    until = appeals_until(counted.version.scheme.appeals, tx.now, calendar(tx.connection))
    return replace_run(
        tx, counted, head, order, appeals_until=until, state="closed", final_at=None, final_by=None
    )


def replace_run(tx: SyncTx, counted: Counted, head: ArchiveHead, order: Order, **values: object) -> int:
    """Keep a run that takes the place of the one before, and tell what it changed."""
    row = counted.period
    stood = repository.scores(tx.connection, row.period_id, row.run)
    number = keep_run(tx, counted, head, order)
    revision = repository.move(tx.connection, row, run=number, **values)
    changed = [one.unit_id for one in changes(stood, counted.scored)]
    told = events.PeriodRescored(
        period_id=row.period_id,
        by=order.by,
        run=number,
        before=row.run,
        changed=tuple(changed),
        digest=repository.run(tx.connection, row.period_id, number).digest,
        appeal_id=order.appeal_id or None,
    )
    tx.outbox.add(told, time=tx.now, revision=revision)
    again = {unit: counted.scored[unit] for unit in changed if unit in counted.scored}
    tell_scores(tx, row.period_id, number, again)
    return number


def finalise(tx: SyncTx, name: str, by: str) -> None:
    """Make a closed period final, after the window for appeals and when all of them are decided.

    Raises:
        NotFound: There is no such period.
        Conflict: It is not closed, the window is open, or an appeal is undecided.
    """
    row = repository.period(tx.connection, name)
    check_step("finalise", row.state, name)
    check_final(tx.now, row.appeals_until, repository_cases.undecided(tx.connection, name), name)
    revision = repository.move(tx.connection, row, state="final", final_at=tx.now, final_by=by)
    digest = repository.run(tx.connection, name, row.run).digest
    told = events.PeriodFinalised(period_id=name, by=by, run=row.run, digest=digest)
    tx.outbox.add(told, time=tx.now, revision=revision)


def keep_run(tx: SyncTx, counted: Counted, head: ArchiveHead, order: Order) -> int:
    """Keep a run with everything that it was counted from; gives its number."""
    name = counted.period.period_id
    number = repository.next_run(tx.connection, name)
    scores: list[Score] = [one for one, _rank in counted.scored.values()]
    repository.add_run(
        tx.connection,
        {
            "period_id": name,
            "number": number,
            "kind": order.kind,
            "before": counted.period.run,
            "scheme_version": counted.version.version,
            "as_of": counted.as_of,
            "archive_position": head.position,
            "archive_hash": head.hash,
            "cursors": dict(counted.cursors),
            "corrections": [one.model_dump(mode="json") for one in counted.corrections],
            "digest": digest_of(head.hash, scores),
            "reference": order.appeal_id,
            "at": tx.now,
            "by": order.by,
            "why": order.why,
        },
    )
    placed = {unit: rank for unit, (_one, rank) in counted.scored.items()}
    repository.add_scores(tx.connection, name, number, scores, placed)
    return number


def tell_scores(tx: SyncTx, name: str, number: int, scored: Scored) -> None:
    """Publish scores, with the points of their lines."""
    for unit, (one, rank) in scored.items():
        told = events.ScoreGiven(
            unit_id=unit,
            period_id=name,
            run=number,
            class_code=one.class_code,
            total_hundredths=None if one.total is None else int(one.total * 100),
            percent_hundredths=None if one.percent is None else int(one.percent * 100),
            short=one.short,
            rank=rank.rank,
            ranked=rank.of,
            lines=tuple(
                events.LinePoints(code=line.code, hundredths=int(line.points * 100)) for line in one.lines
            ),
        )
        tx.outbox.add(told, time=tx.now, revision=0)
