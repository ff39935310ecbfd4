"""Amounts, plans and flags of debts, and totals held against details."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.tasks.arrears.domain import (
    FLAG_WORDS,
    Debt,
    Flag,
    Instalment,
    check_debt,
    check_plan,
    check_total,
    flags,
    month_end,
    proven_wrong,
    to_fen,
    to_yuan,
)
from services.tasks.arrears.domain_ledger import Total, total_ledger
from shared.clock import at_local
from shared.errors import Invalid
from shared.workdays import WorkCalendar

TODAY = date(2023, 6, 20)
CREDITOR = "91610000MA6TEST00X"


def debt(**said: Any) -> Debt:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {"unit": "u1", "amount": 10_000, "paid": 0, "disputed": False}
    plan = (Instalment(date(2023, 7, 1), 10_000),)
    return Debt(**given | {"arisen_on": date(2023, 5, 1), "plan": plan} | said)


def test_yuan_are_kept_to_the_fen() -> None:
    assert to_yuan(to_fen(Decimal("1234567.89"))) == "1234567.89"
    assert (to_fen(Decimal("0.10")), to_yuan(-5)) == (10, "-0.05")
    assert to_fen(Decimal(0), zero=True) == 0


@pytest.mark.parametrize("yuan", ["0", "-1", "0.001", "NaN", "Infinity", "10000000000000"])
def test_an_amount_that_makes_no_sense_is_refused(yuan: str) -> None:
    with pytest.raises(Invalid, match="金额"):
        to_fen(Decimal(yuan))


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ({"plan": (Instalment(date(2023, 6, 19), 1),)}, Flag.EXPIRED),
        ({"found_after": "2023-05"}, Flag.AFTER_ZERO_REPORT),
        ({"cleared_since": date(2023, 4, 30)}, Flag.NEW_WHILE_CLEARING),
        ({"complaint": True}, Flag.NOT_REPLIED),
        ({"plan": ()}, Flag.NO_PLAN),
        ({"closed": True}, Flag.CLOSED_UNPAID),
    ],
)
def test_what_is_wrong_with_a_debt_is_flagged(said: dict[str, Any], flag: Flag) -> None:
    assert flags(debt(**said), TODAY) == [flag]
    assert flags(debt(**said, judicial=True), TODAY) == []
    assert FLAG_WORDS[flag]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"plan": (Instalment(TODAY, 10_000),)},
        {"plan": (Instalment(date(2023, 6, 19), 5_000),), "paid": 5_000},
        {"cleared_since": date(2023, 5, 1)},
        {"complaint": True, "replied": True},
        {"plan": (), "disputed": True},
        {"plan": (), "paid": 10_000, "closed": True},
    ],
)
def test_a_debt_in_order_is_not_flagged(said: dict[str, Any]) -> None:
    assert flags(debt(**said), TODAY) == []


def plan(*instalments: tuple[int, int, int]) -> None:
    wanted = [Instalment(date(2023, month, day), amount) for month, day, amount in instalments]
    check_plan(wanted, balance=10_000, registered_at=at_local(date(2023, 5, 1), 9), calendar=WorkCalendar())


def test_a_plan_may_last_sixty_days_and_pays_all() -> None:
    plan((5, 31, 4_000), (6, 30, 6_000))


@pytest.mark.parametrize(
    ("instalments", "code"),
    [
        ((), "arrears.plan_order"),
        (((6, 30, 5_000), (5, 31, 5_000)), "arrears.plan_order"),
        (((5, 31, 5_000), (5, 31, 5_000)), "arrears.plan_order"),
        (((5, 31, 9_999),), "arrears.plan_sum"),
        (((7, 1, 10_000),), "arrears.plan_too_long"),
    ],
)
def test_another_plan_is_refused(instalments: tuple[tuple[int, int, int], ...], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(*instalments)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("creditor", "source", "day"),
    [("某某公司", "audit", TODAY), (CREDITOR, "hearsay", TODAY), (CREDITOR, "audit", date(2023, 6, 21))],
)
def test_a_debt_needs_a_code_a_source_and_a_day_that_has_come(creditor: str, source: str, day: date) -> None:
    check_debt(CREDITOR, "audit", TODAY, TODAY)

    with pytest.raises(Invalid):
        check_debt(creditor, source, day, TODAY)


def test_a_total_has_both_or_neither() -> None:
    check_total(0, 0)
    check_total(2, 5)
    for debts, amount in ((0, 5), (2, 0), (-1, 5)):
        with pytest.raises(Invalid, match="同时为零"):
            check_total(debts, amount)


def test_a_zero_report_is_proven_wrong_by_what_was_owed_at_its_end() -> None:
    assert proven_wrong(["2023-04", "2023-05"], date(2023, 5, 31)) == "2023-05"
    assert proven_wrong(["2023-04"], date(2023, 5, 1)) is None
    assert month_end("2024-02") == date(2024, 2, 29)
    with pytest.raises(Invalid, match="2023-06"):
        month_end("2023-13")


def test_the_total_ledger_is_the_sum_of_the_details_or_the_difference_is_named() -> None:
    debts = [
        debt(),
        debt(paid=2_500, disputed=True),
        debt(judicial=True),
        debt(unit="u2", paid=10_000),
        debt(unit="u3"),
    ]

    lines = total_ledger(debts, {"u1": Total(1, 17_501), "u2": Total(0, 0)})

    first = lines[0].sums
    assert (first.debts, first.balance, first.undisputed, first.disputed, first.left_out) == (
        2,
        17_500,
        10_000,
        7_500,
        1,
    )
    assert lines[0].message == "总账 175.01 元与明细合计 175.00 元相差 0.01 元；总账 1 笔与明细 2 笔不符"
    assert [line.message for line in lines[1:]] == ["", "本月未报送（含零报告）"]
    assert [line.difference for line in lines] == [1, 0, None]
