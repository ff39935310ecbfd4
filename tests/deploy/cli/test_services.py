"""`duban service`, against a gateway that is made up and answers as the service does."""

from datetime import date
from typing import Any

from services.notify.monitoring.api import ServicesView
from services.notify.monitoring.views import PauseView, ServiceNoticeView, ServiceView
from shared.testing import json_lines
from tests.deploy.gateways import json_answer, made_up, printed, run
from tests.notify.made import at

PAUSE = PauseView(number=1, reason="correction", paused_at=at(date(2023, 6, 13)), resumed_at=None)
NOTICE = ServiceNoticeView(
    id="n-1",
    rung="overdue",
    occurrence=1,
    due_at=at(date(2023, 6, 27)),
    recipient="u1",
    planned_at=at(date(2023, 6, 28)),
    decided_at=at(date(2023, 6, 28)),
    late=True,
    text="x",
)


def service(**changes: Any) -> ServiceView:  # noqa: ANN401 - JSON.
    made = ServiceView(
        service_id="a:1",
        project_no="370123",
        source_id="a",
        unit_code="c",
        unit="u1",
        item_code="",
        kind="promised",
        state="overdue",
        accepted_at=at(date(2023, 6, 12), 10),
        promised=10,
        promised_unit="workdays",
        stated_on=None,
        pauses=[],
        due_at=at(date(2023, 6, 27), 23, 59),
        unpaused_on=date(2023, 6, 27),
        provisional=False,
        basis="counted",
        explanation="承诺10个工作日",
        completed_at=None,
        notices=[NOTICE],
    )
    return made.model_copy(update=changes)


def test_services_are_listed_with_who_answers_and_when_they_are_due() -> None:
    strange = service(service_id="a:2", unit=None, state="paused", due_at=None, notices=[], pauses=[PAUSE])
    page = ServicesView(items=[service(provisional=True), strange], next=None).model_dump(mode="json")
    with made_up(json_answer(page)) as gateway:
        lines = printed(
            run("service", "list", "--unit", "u1", "--state", "overdue", url=gateway.url)
        ).splitlines()

    assert gateway.asked[0].url.query == b"unit=u1&state=overdue&limit=100"
    assert lines[1].split() == [
        "a:1",
        "u1",
        "已超时",
        "2023-06-12",
        "10:00",
        "2023-06-27",
        "23:59（暂定）",
        "1",
    ]
    assert lines[2].split() == ["a:2", "未登记的代码", "c", "暂停", "2023-06-12", "10:00", "—", "0"]


def test_services_are_printed_as_json() -> None:
    page = ServicesView(items=[service()], next=None).model_dump(mode="json")
    with made_up(json_answer(page)) as gateway:
        said = printed(run("service", "list", "--json", url=gateway.url))

    assert json_lines(said) == page["items"]


def test_a_service_is_shown_with_its_limit_its_pauses_and_its_notices() -> None:
    paused = service(pauses=[PAUSE]).model_dump(mode="json")
    with made_up(json_answer(paused)) as gateway:
        said = printed(run("service", "show", "a:1", url=gateway.url)).splitlines()
        plain = printed(run("service", "show", "a:1", "--json", url=gateway.url))

    assert said == [
        "a:1（370123）已超时",
        "受理 2023-06-12 10:00，应办结 2023-06-27 23:59",
        "承诺10个工作日",
        "暂停1：2023-06-13 09:00 至 未恢复",
        "2023-06-28 09:00 超时通报（补发） → u1",
    ]
    assert json_lines(plain) == [paused]
