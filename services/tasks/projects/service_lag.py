"""Lags of projects behind their plan 序时进度滞后, told once for each week that is over.

Invariant: what is told of a week is what the pace table shows of its last day, by the same rule; it is told once.
"""

from services.tasks.models import ProjectLagRow
from services.tasks.projects import repository
from services.tasks.projects.domain_pace import LagRule, Reading, is_lagging, last_week, shipped_rule, weekly
from services.tasks.projects.repository import Listed, Wanted, on_list
from shared.clock import local_date
from shared.database import Tx
from shared.events.supervision import ProjectLagged


async def tell_lags(tx: Tx, rule: LagRule | None = None) -> int:
    """Publish which projects lagged in the week that is over, with by how much; give how many were told now.

    Args:
        tx: The transaction; two at once collide on the project and week, and the later one is rolled back.
        rule: Another rule than the shipped one.
    """
    week, on, rule = *last_week(local_date(tx.now)), rule or shipped_rule()
    told = await repository.told_lags(tx.session, week)
    listed = await repository.all_projects(tx.session, Wanted(dropped=True))
    found = 0
    for one in listed:
        if one.row.task_id in told or not on_list(one, on):
            continue
        readings = weekly(one.lines, one.reports, on, rule)
        if is_lagging(readings, rule):
            _tell(tx, one, readings[0], week, rule)
            found += 1
    return found


def _tell(tx: Tx, one: Listed, reading: Reading, week: str, rule: LagRule) -> None:
    row = ProjectLagRow(task_id=one.row.task_id, week=week, on=reading.on, told_at=tx.now)
    row.planned, row.completed = reading.planned, reading.completed
    tx.session.add(row)
    event = ProjectLagged(
        task_id=row.task_id,
        week=week,
        on=reading.on,
        annual=float(reading.annual),
        planned=float(reading.planned),
        completed=float(reading.completed),
        behind=float(-reading.ahead),
        points=float(-reading.points),
        rule_version=rule.version,
    )
    tx.publish(event, revision=one.task.revision)
