"""电子监察: a 办件 whose limit passed becomes a problem of its unit, once, and is struck off by a person on evidence.

A problem, since that is what it is: it has an owner, a cause and a date, and ends on evidence; a kind of its own would
add nothing but its name. Its category keeps it apart on the wall chart.
"""

from datetime import datetime

from services.tasks.dispatch.domain import Wanted
from services.tasks.dispatch.service import find_unit
from services.tasks.ledger.by_hand import Entry, register_by_hand
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import Move, RoleName
from services.tasks.ledger.service import move_task
from services.tasks.models import MonitoredServiceRow, ProblemRow
from services.tasks.problems.domain import KIND, OVERDUE_SERVICE
from services.tasks.rectifications.opening import DIRECTORY, act_of_feed
from shared.clock import local_date
from shared.database import Tx
from shared.events.deadlines import ServiceNoticed

SOURCE = "monitoring"


def is_overdue(event: ServiceNoticed) -> bool:
    """Tell whether a notice says that a limit passed; the others only warn."""
    return event.rung == "overdue"


async def take_overdue_service(tx: Tx, event: ServiceNoticed, *, entered_at: datetime) -> None:
    """Register the problem of a 办件 that is late, for the unit that the directory finds; without one it waits."""
    if await tx.session.get(MonitoredServiceRow, event.service_id) is not None:
        return
    act = act_of_feed(tx, DIRECTORY, entered_at)
    wanted = Wanted(
        item_code=event.item_code, unit_code=event.unit_code, region_code="", on=local_date(act.at)
    )
    found = await find_unit(tx.session, wanted)
    units: tuple[tuple[RoleName, str], ...] = (("lead", found.unit_id),) if found.unit_id else ()
    entry = Entry(
        kind=KIND,
        title=f"办件 {event.service_id} 超过承诺时限",
        body="",
        units=units,
        source=SOURCE,
        source_ref=event.service_id,
        client_ref=f"service {event.service_id}",
    )
    task = await register_by_hand(tx, entry, act)
    await tx.session.flush()
    problem = ProblemRow(task_id=task.id, category=OVERDUE_SERVICE, measure="")
    problem.found_in, problem.found_on = None, local_date(act.at)
    tx.session.add_all([problem, _row(event, task.id, act.at)])
    await tx.session.flush()
    if units:
        await move_task(tx, MoveCommand(task_id=task.id, move=Move.ASSIGN), act)


def _row(event: ServiceNoticed, task_id: str, at: datetime) -> MonitoredServiceRow:
    return MonitoredServiceRow(
        service_id=event.service_id,
        task_id=task_id,
        unit_code=event.unit_code,
        item_code=event.item_code,
        due_at=event.due_at,
        noticed_at=at,
    )
