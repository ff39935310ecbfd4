"""Which events a subscription wants: every list fits, and what an event lacks its task's registration says."""

import pytest
from pydantic import ValidationError

from services.gateway.archive.domain_filters import Facts, Filters, facts_of, task_of
from shared.events.supervision import TaskRegistered, UnitRole


def registered(task: str, *, plan: str = "p1", unit: str = "u1") -> TaskRegistered:
    """Write the registration of a task."""
    return TaskRegistered(
        task_id=task,
        kind="action",
        plan_id=plan,
        number="1",
        units=(UnitRole(unit_id=unit, role="lead"),),
    )


def test_nothing_asked_wants_everything() -> None:
    filters = Filters()

    assert filters.takes_head("ratings", "cn.duban.ratings.rating.submitted.v1")
    assert filters.takes(Facts())
    assert not (filters.reads_content)
    assert not (filters.asks_tasks)


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [("cn.duban.hotline.*", True), ("cn.duban.hotline.order.received.v1", True), ("cn.duban.hotline", False)],
)
def test_a_type_is_wanted_whole_or_by_its_beginning(wanted: str, *, taken: bool) -> None:
    assert Filters(types=(wanted,)).takes_head("hotline", "cn.duban.hotline.order.received.v1") is taken


def test_a_feed_that_is_not_wanted_is_left_out_whatever_its_type() -> None:
    filters = Filters(feeds=("ratings",))

    assert filters.takes_head("ratings", "any")
    assert not filters.takes_head("hotline", "any")


def test_what_the_registration_of_its_task_says_is_added_but_for_levels() -> None:
    own, task = Facts(units=frozenset("a"), levels=frozenset({1})), Facts(frozenset("b"), frozenset("p"))

    assert own.with_task(task) == Facts(frozenset("ab"), frozenset("p"), frozenset(), frozenset({1}))


def test_all_lists_must_fit() -> None:
    filters = Filters(units=("u1",), levels=(1, 2))

    assert filters.takes(Facts(units=frozenset({"u1", "u2"}), levels=frozenset({1})))
    assert not filters.takes(Facts(units=frozenset({"u1"}), levels=frozenset({3})))
    assert not filters.takes(Facts(levels=frozenset({1})))


def test_units_stand_in_many_places_and_levels_are_numbers() -> None:
    content = {
        "unit_id": "a",
        "units": [{"unit_id": "b"}, "c", 7],
        "kind": "order",
        "level": 2,
        "plan_id": None,
    }

    found = facts_of(content)

    assert found == Facts(frozenset("abc"), frozenset(), frozenset({"order"}), frozenset({2}))


def test_what_is_no_text_is_nothing() -> None:
    assert facts_of({"unit_id": 3, "units": "x", "kind": 1, "level": "1", "plan_id": 2}) == Facts()
    assert (task_of({"task_id": "t1"}), task_of({"task_id": 1}), task_of({})) == ("t1", None, None)


def test_a_filter_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError):
        Filters.model_validate({"colour": ["red"]})
    with pytest.raises(ValidationError):
        Filters.model_validate({"feeds": ["weather"]})
