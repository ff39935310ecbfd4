"""Investment by day, plans of years, funds and elements, in the ledger."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.tasks.ledger.domain_parties import Actor
from services.tasks.projects.domain import Stage
from services.tasks.projects.service import Advance
from services.tasks.projects.service_invest import (
    Done,
    Element,
    FundReport,
    Investment,
    YearPlan,
    add_element,
    finish_element,
    plan_year,
    report_fund,
    report_investment,
)
from shared.database import Database
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, A, B, C, head, liaison, unit_id
from tests.tasks.projects import made
from tests.tasks.projects.made import JUNE, MARCH, MAY

LATER = date(2023, 6, 21)


async def do(db: Database, use_case: Any, task_id: str, said: object, actor: Actor = OFFICE) -> None:  # noqa: ANN401 - any use case.
    async with db.transaction() as tx:
        await use_case(tx, task_id, said, make.act(actor, tx.now))


def invested(on: date, completed: str, **said: Any) -> Investment:  # noqa: ANN401 - any field.
    return Investment(on=on, completed=Decimal(completed), **said)


async def test_the_unit_in_charge_and_the_officer_report_what_is_completed(ledger: Database) -> None:
    task_id = await made.register(ledger, officer_unit=unit_id(C))

    await do(ledger, report_investment, task_id, invested(MARCH, "0.5"), head(A))
    await do(ledger, report_investment, task_id, invested(MAY, "1.2345"), head(C))
    await do(ledger, report_investment, task_id, invested(JUNE, "1.3", on_behalf_of=unit_id(C)))

    assert (await made.get(ledger, task_id)).reports == {
        MARCH: Decimal("0.5"),
        MAY: Decimal("1.2345"),
        JUNE: Decimal("1.3"),
    }


async def test_the_same_day_again_corrects_it_and_the_history_keeps_both(ledger: Database) -> None:
    task_id = await made.register(ledger)

    for amount in ("0.5", "0.4", "0.4"):
        await do(ledger, report_investment, task_id, invested(MARCH, amount))

    said = [
        changes["completed"]
        for move, changes in await made.steps(ledger, task_id)
        if move == "project.invest"
    ]
    assert said == [[None, "0.50"], ["0.50", "0.40"]]


@pytest.mark.parametrize(
    ("said", "actor", "error"),
    [
        (invested(MARCH, "1"), head(B), Forbidden),
        (invested(MARCH, "1"), liaison(A), Forbidden),
        (invested(LATER, "1"), OFFICE, Invalid),
        (invested(MARCH, "0.00001"), OFFICE, Invalid),
        (invested(JUNE, "0.9"), OFFICE, Invalid),
        (invested(MARCH, "1", on_behalf_of=unit_id(B)), OFFICE, Invalid),
    ],
)
async def test_a_report_that_makes_no_sense_is_refused(
    ledger: Database, said: Investment, actor: Actor, error: type[DubanError]
) -> None:
    task_id = await made.register(ledger)
    await do(ledger, report_investment, task_id, invested(MAY, "1"))

    with pytest.raises(error):
        await do(ledger, report_investment, task_id, said, actor)


async def test_the_plan_of_a_further_year_is_set_once(ledger: Database) -> None:
    task_id = await made.register(ledger)
    plan = YearPlan(year=2024, annual=Decimal(2))

    await do(ledger, plan_year, task_id, plan)

    assert [line.year for line in (await made.get(ledger, task_id)).lines] == [2023, 2024]
    with pytest.raises(Conflict, match="须走季度调整"):
        await do(ledger, plan_year, task_id, plan)


async def test_the_plan_of_another_list_changes_by_the_paper_of_its_owner(ledger: Database) -> None:
    task_id = await made.register(ledger, level_owner="province")
    with pytest.raises(Invalid, match="上级文号"):
        await do(ledger, plan_year, task_id, YearPlan(year=2023, annual=Decimal(4)))

    for annual in (4, 5):
        said = YearPlan(year=2023, annual=Decimal(annual), paper="示例发〔2023〕9号")
        await do(ledger, plan_year, task_id, said)

    lines = (await made.get(ledger, task_id)).lines
    assert [(line.since, line.annual) for line in lines] == [(made.JANUARY, Decimal("3.65")), (JUNE, 5)]


async def test_a_fund_is_reported_by_day(ledger: Database) -> None:
    task_id = await made.register(ledger)

    for paid in ("1", "1.5"):
        said = FundReport(fund="bond", on=MAY, allocated=Decimal(2), paid=Decimal(paid))
        await do(ledger, report_fund, task_id, said, head(A))

    [fund] = (await made.get(ledger, task_id)).funds
    assert (fund.fund, fund.on, fund.allocated, fund.paid) == ("bond", MAY, Decimal(2), Decimal("1.5"))


@pytest.mark.parametrize(
    ("fund", "on", "paid"),
    [("gift", MAY, "1"), ("bond", LATER, "1"), ("bond", MAY, "2.1"), ("bond", MAY, "-1")],
)
async def test_a_fund_report_that_makes_no_sense_is_refused(
    ledger: Database, fund: str, on: date, paid: str
) -> None:
    task_id = await made.register(ledger)
    said = FundReport(fund=fund, on=on, allocated=Decimal(2), paid=Decimal(paid))

    with pytest.raises(Invalid):
        await do(ledger, report_fund, task_id, said)


async def test_a_project_does_not_start_before_what_it_needs_is_seen_to(ledger: Database) -> None:
    task_id = await made.register(ledger)
    await do(ledger, add_element, task_id, Element(kind="land", item="供地", unit_id=unit_id(C)), head(A))
    element = Element(kind="labour", item="用工", unit_id=unit_id(C), for_start=False)
    await do(ledger, add_element, task_id, element)
    with pytest.raises(Conflict, match=r"要素保障尚未落实：供地$"):
        await made.advance(ledger, task_id, Advance(to=Stage.STARTED))

    await do(ledger, finish_element, task_id, Done(number=1, done_on=JUNE, evidence="a-9"), head(C))
    await made.advance(ledger, task_id, Advance(to=Stage.STARTED))

    listed = await made.get(ledger, task_id)
    assert (listed.row.stage, [one.done_on for one in listed.elements]) == ("started", [JUNE, None])


@pytest.mark.parametrize(
    ("said", "actor", "error"),
    [
        (Done(number=1, done_on=JUNE, evidence="a-9"), head(A), Forbidden),
        (Done(number=2, done_on=JUNE, evidence="a-9"), OFFICE, NotFound),
        (Done(number=1, done_on=LATER, evidence="a-9"), OFFICE, Invalid),
        (Done(number=1, done_on=JUNE, evidence=" "), OFFICE, Invalid),
    ],
)
async def test_an_element_is_seen_to_by_its_own_unit_with_evidence(
    ledger: Database, said: Done, actor: Actor, error: type[DubanError]
) -> None:
    task_id = await made.register(ledger)
    await do(ledger, add_element, task_id, Element(kind="land", item="供地", unit_id=unit_id(C)))

    with pytest.raises(error):
        await do(ledger, finish_element, task_id, said, actor)


async def test_an_element_is_seen_to_once(ledger: Database) -> None:
    task_id = await made.register(ledger)
    await do(ledger, add_element, task_id, Element(kind="land", item="供地", unit_id=unit_id(C)))
    done = Done(number=1, done_on=JUNE, evidence="a-9")
    await do(ledger, finish_element, task_id, done)

    with pytest.raises(Conflict, match="已于 2023-06-20 落实"):
        await do(ledger, finish_element, task_id, done)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Element(kind="weather", item="晴", unit_id=unit_id(C)), Invalid),
        (Element(kind="land", item=" ", unit_id=unit_id(C)), Invalid),
        (Element(kind="land", item="供地", unit_id="u-none"), NotFound),
    ],
)
async def test_an_element_that_makes_no_sense_is_refused(
    ledger: Database, said: Element, error: type[DubanError]
) -> None:
    task_id = await made.register(ledger)

    with pytest.raises(error):
        await do(ledger, add_element, task_id, said)
