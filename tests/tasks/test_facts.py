"""Two readings of a task are compared field by field."""

from dataclasses import replace
from datetime import date

from services.tasks.ledger.domain_facts import TaskFacts, compare

FACTS = TaskFacts(
    number="1",
    title="示例",
    section=None,
    body="",
    lines=(1, 2),
    units=(("lead", "u1"),),
    deadline=date(2023, 6, 30),
    deadline_raw="6月底前",
    ongoing=False,
    follow_up=None,
    stage_note=None,
    in_year_scope=True,
)


def test_the_same_readings_do_not_differ() -> None:
    assert compare({"a": FACTS}, {"a": FACTS}).is_empty


def test_a_difference_names_what_was_added_changed_and_removed() -> None:
    new = replace(FACTS, deadline=None, units=())

    found = compare({"a": FACTS, "b": FACTS}, {"b": new, "c": FACTS})

    assert (found.added, found.removed) == (("c",), ("a",))
    assert found.changed == {"b": ("units", "deadline")}
    assert not found.is_empty


def test_a_task_that_only_moved_in_its_file_has_not_changed() -> None:
    found = compare({"a": FACTS}, {"a": replace(FACTS, lines=(8, 9))})

    assert (found.is_empty, found.moved) == (True, ("a",))
