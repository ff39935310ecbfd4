"""What the API says of a check-up: pure."""

from services.tasks.checkup.views import check_view
from services.tasks.importer import document_of
from tests.tasks.checkup.documents import ISSUED, plan, task


def test_a_view_counts_what_was_read_and_each_rule_that_found_something() -> None:
    view = check_view(document_of("plan.txt", ISSUED + plan(task(1, lead=""), task(2, lead=""), task(3))))

    assert (view.plans, view.tasks) == (1, 3)
    assert [(rule.code, rule.findings) for rule in view.rules] == [("no-lead", 1)]
    assert [(one.rule, one.tasks) for one in view.findings] == [("no-lead", ["p01/1", "p01/2"])]
