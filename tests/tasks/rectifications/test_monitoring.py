"""超时办件: one that is late becomes a problem of its unit, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.tasks.handlers import build_handlers, on_service_noticed
from services.tasks.models import MonitoredServiceRow, ProblemRow, TaskRow
from services.tasks.problems.repository import Wanted, list_problems
from shared.events.deadlines import ServiceNoticed
from shared.testing import deliver_twice
from tests.tasks import factories as make
from tests.tasks.factories import A, unit_id
from tests.tasks.rectifications.made import CODES, Desk

DUE = datetime(2023, 6, 19, 15, 59, 59, tzinfo=UTC)


def notice(**changes: Any) -> ServiceNoticed:  # noqa: ANN401 - any field.
    said: dict[str, Any] = {
        "notice_id": "n-1",
        "service_id": "s-1",
        "unit_code": CODES[A],
        "recipient": unit_id(A),
        "rung": "overdue",
        "due_at": DUE,
        "planned_at": DUE + timedelta(hours=9),
        "decided_at": DUE + timedelta(hours=9),
    }
    return ServiceNoticed.model_validate(said | changes)


async def test_a_late_service_is_one_problem_however_often_it_is_noticed(desk: Desk) -> None:
    again = notice(notice_id="n-2", recipient="supervision-office")

    await deliver_twice(desk.db, on_service_noticed(desk.clock), notice(), again)

    [task], [problem] = await make.rows(desk.db, TaskRow), await make.rows(desk.db, ProblemRow)
    assert (task.kind, task.source, task.state, task.answering_unit) == (
        "problem",
        "monitoring",
        "assigned",
        unit_id(A),
    )
    assert (task.title, problem.category) == ("办件 s-1 超过承诺时限", "overdue_service")
    assert len(await make.rows(desk.db, MonitoredServiceRow)) == 1


async def test_one_of_a_code_that_nobody_knows_waits_without_a_unit(desk: Desk) -> None:
    await deliver_twice(desk.db, on_service_noticed(desk.clock), notice(unit_code="unknown"))

    async with desk.db.reading() as session:
        [(_, task)] = await list_problems(session, Wanted(category="overdue_service"))
    assert (task.state, task.answering_unit) == ("registered", None)


def test_warnings_of_services_are_of_no_concern() -> None:
    when = build_handlers().when[ServiceNoticed.type]

    assert [when(notice(rung=rung)) for rung in ("warned", "due", "overdue")] == [False, False, True]
