"""Every fault of a rulebook is named at once, each with its place, its value and what to do."""

from typing import Any

import pytest

from services.notify.rulebooks.domain_faults import Known, check_rules
from services.notify.rules import Matched, read_rulebook, shipped_rules
from shared.errors import Invalid
from tests.notify.rulebooks.books import book, with_rule

KNOWN = Known(units=frozenset({"u1"}), plans=frozenset({"p1"}))
OVERDUE = {"workdays": [1, 5], "then_every": 5, "tell": ["lead"]}


def faults(document: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON.
    """Give the place and value of each fault."""
    with pytest.raises(Invalid) as refused:
        check_rules(document, KNOWN)
    return [(one["field"], one["value"]) for one in refused.value.details["faults"]]  # type: ignore[attr-defined]


def test_the_shipped_rules_have_no_fault() -> None:
    assert check_rules(book(), KNOWN).says_as(read_rulebook(shipped_rules()))


def test_what_the_service_says_about_a_version_may_stay_in_a_copy() -> None:
    about = {"version": 3, "since": None, "shipped": False, "made_at": None, "made_by": "s", "reason": "x"}

    assert check_rules(book() | about, KNOWN).version == 0


def test_rules_for_what_the_ledger_knows_are_taken() -> None:
    made = check_rules(with_rule(kind="order", unit="u1", plan="p1", level="urgent", at="08:30"), KNOWN)

    assert f"{made.for_task(Matched('order', 'p1', 'urgent', 'u1')).at:%H:%M}" == "08:30"


def test_a_rule_may_be_for_services_that_are_done_at_once() -> None:
    made = check_rules(with_rule(kind="service", level="instant", at="17:00"), KNOWN)

    assert f"{made.for_task(Matched('service', None, 'instant', 'u1')).at:%H:%M}" == "17:00"
    assert f"{made.for_task(Matched('service', None, 'promised', 'u1')).at:%H:%M}" == "09:00"


@pytest.mark.parametrize(
    ("document", "place", "value"),
    [
        (None, "rules", "null"),
        ([], "rules", "[]"),
        ({}, "rules", "（空缺）"),
        ({"rules": {}}, "rules", "{}"),
        ({"rules": []}, "rules", "（空缺）"),
        ({"rules": ["x"]}, "rules.0", "x"),
        (book() | {"parcel": {}}, "parcel", "{}"),
        (book(at=9), "rules.0.at", "9"),
        (book(at="9:00"), "rules.0.at", "9:00"),
        (book(at="09:00+08:00"), "rules.0.at", "09:00+08:00"),
        (book(at="24:00"), "rules.0.at", "24:00"),
        (book(work={"at": "18:00", "until": "09:00"}), "rules.0.work.until", "09:00"),
        (book(before=[{"days": 3, "tell": ["lead"]}]), "rules.0.before.0.days", "3"),
        (book(before=[{"days": -9999, "tell": ["lead"]}]), "rules.0.before.0.days", "-9999"),
        (book(before=[{"days": "-3", "tell": ["lead"]}]), "rules.0.before.0.days", "-3"),
        (book(before=[{"days": -3}]), "rules.0.before.0.tell", "（空缺）"),
        (book(before=[{"days": -3, "tell": []}]), "rules.0.before.0.tell", "[]"),
        (book(before=[{"days": -3, "tell": ["boss"]}]), "rules.0.before.0.tell.0", "boss"),
        (book(hours=[{"percent": True, "tell": ["lead"]}]), "rules.0.hours.0.percent", "true"),
        (book(due={"tell": ["lead"], "to": "x"}), "rules.0.due.to", "x"),
        (book(overdue=OVERDUE | {"workdays": [5, 1]}), "rules.0.overdue.workdays", "[5, 1]"),
        (book(overdue=OVERDUE | {"then_every": 10**9}), "rules.0.overdue.then_every", "1000000000"),
        (book(overdue=OVERDUE | {"workdays": []}), "rules.0.overdue.workdays", "[]"),
        (book(kind="orders"), "rules.0.kind", "orders"),
        (with_rule(kind=""), "rules.1.kind", '""'),
        (with_rule(level="high"), "rules.1.level", "high"),
        (with_rule(unit="u9"), "rules.1.unit", "u9"),
        (with_rule(plan="p9"), "rules.1.plan", "p9"),
        (with_rule(), "rules.1", "kind=*"),
        (book() | {"parcels": {"urgent": {"levels": ["high"]}}}, "parcels.urgent.levels.0", "high"),
        (book() | {"parcels": {"urgent": {"hour_clocks": 1}}}, "parcels.urgent.hour_clocks", "1"),
    ],
)
def test_a_fault_is_named_with_its_place_and_value(document: Any, place: str, value: str) -> None:  # noqa: ANN401 - JSON.
    assert (place, value) in faults(document)


def test_all_faults_are_named_at_once_also_those_between_rules() -> None:
    document = with_rule(kind="orders", at="noon")
    document["rules"].append(document["rules"][1] | {"at": "09:00"})
    document["rules"][0]["kind"] = "order"

    assert faults(document) == [
        ("rules.1.at", "noon"),
        ("rules.3", "kind=orders"),
        ("rules", "（空缺）"),
        ("rules.1.kind", "orders"),
        ("rules.3.kind", "orders"),
    ]


def test_the_message_is_the_first_fault_and_says_how_many_there_are() -> None:
    with pytest.raises(Invalid) as refused:
        check_rules(with_rule(unit="u9", level="high"), KNOWN)

    assert refused.value.code == "rules.invalid"
    assert refused.value.message == (
        "提醒规则 rules.1.level 的值 high：没有这个等级，可用：normal（一般）、important（重要）、urgent（紧急）、"
        "instant（即办件）、promised（承诺件）"
        "（共 2 处错误，逐条列在 faults）"
    )


def test_a_long_value_is_cut() -> None:
    assert faults(book(at=["x" * 100])) == [("rules.0.at", '["' + "x" * 58 + "…")]


def test_what_no_remedy_is_written_for_points_to_the_format() -> None:
    with pytest.raises(Invalid, match="请对照 GET /rules 的格式"):
        check_rules(with_rule(unit="\ud800"), KNOWN)

    assert faults(with_rule(unit="\ud800"))[-1] == ("rules.1.unit", "?")
