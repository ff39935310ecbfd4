"""What one rulebook says otherwise than another."""

from services.notify.rulebooks.domain import Change, FieldChange, difference
from services.notify.rulebooks.domain_faults import Known, check_rules
from tests.notify.rulebooks.books import Json, book, with_rule


def compared(before: Json, after: Json) -> tuple[list[tuple[str, str, tuple[FieldChange, ...]]], list[str]]:
    """Name what becomes of the rules, and the fields of when messages leave."""
    found = difference(*(check_rules(one, Known(frozenset({"u1"}))) for one in (before, after)))
    return [(one.change, one.kind, one.fields) for one in found.rules], [one.field for one in found.parcels]


def test_two_books_that_say_the_same_do_not_differ() -> None:
    assert compared(book(), book(at="09:00:00")) == ([], [])


def test_a_changed_rule_names_its_fields_with_what_stood_there() -> None:
    after = book(at="10:30")
    after["rules"][0]["overdue"]["then_every"] = 5

    assert compared(book(), after)[0] == [
        (
            Change.CHANGED,
            "*",
            (FieldChange("at", "09:00:00", "10:30:00"), FieldChange("overdue.then_every", 10, 5)),
        )
    ]


def test_a_field_that_is_there_on_one_side_alone_is_shown_against_nothing() -> None:
    (change,), _ = compared(book(), book(counted=None))

    assert [(one.field, one.after) for one in change[2]] == [("counted", None)]


def test_rules_are_added_and_dropped_by_what_they_are_for_and_their_order_is_nothing() -> None:
    before, after = with_rule(kind="order"), with_rule(kind="duty", unit="u1")
    after["rules"].reverse()

    assert compared(before, after)[0] == [(Change.ADDED, "duty", ()), (Change.DROPPED, "order", ())]


def test_other_hours_of_messages_are_a_difference_of_their_own() -> None:
    after = book() | {"parcels": {"at": "08:00", "urgent": {"levels": []}}}

    assert compared(book(), after) == ([], ["at", "urgent.levels"])
