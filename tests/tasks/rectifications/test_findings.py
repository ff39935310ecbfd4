"""Findings 疑点: what looks wrong, with its rows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.tasks.rectifications.domain_calls import Attempt
from services.tasks.rectifications.domain_findings import Finding, FindingName, Seen, find_all
from services.tasks.rectifications.domain_rules import read_rules, shipped
from services.tasks.rectifications.views_findings import show_findings
from tests.tasks.factories import A, unit_id
from tests.tasks.rectifications.made import Desk

NOON = datetime(2023, 6, 20, 4, 0, tzinfo=UTC)
MISSED, REACHED = Attempt(NOON, reached=False), Attempt(NOON, reached=True)


def seen(task_id: str, **said: Any) -> Seen:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {
        "project_no": f"p-{task_id}",
        "unit": "u1",
        "item": "i",
        "window": "",
        "verdict": "founded",
    }
    return Seen(task_id=task_id, **given | said)


def found(*cases: Seen, **rules: Any) -> list[tuple[str, tuple[str, ...]]]:  # noqa: ANN401 - any rule.
    return [(one.name, one.tasks) for one in find_all(cases, read_rules(rules) if rules else shipped())]


def days(number: float) -> datetime:
    return NOON + timedelta(days=number)


def test_three_calls_that_reached_nobody_are_a_finding_and_one_that_did_is_none() -> None:
    cases = (
        seen("a", calls=[MISSED] * 3),
        seen("b", calls=[MISSED] * 2),
        seen("c", calls=[*[MISSED] * 3, REACHED]),
    )

    assert found(*cases) == [("unreached", ("a",))]


def test_a_unit_whose_ratings_too_often_do_not_count_is_a_finding_with_its_rows() -> None:
    invalid = [seen(f"x{n}", verdict="malicious") for n in range(5)]
    valid = [seen(f"y{n}") for n in range(19)]

    [finding] = find_all([*invalid, *valid], shipped())

    assert finding == Finding(
        name=FindingName.INVALID_SHARE,
        unit="u1",
        tasks=("x0", "x1", "x2", "x3", "x4"),
        numerator=5,
        denominator=24,
    )


def test_cases_without_a_unit_or_a_verdict_are_in_no_share() -> None:
    invalid = [seen(f"x{n}", verdict="malicious") for n in range(5)]
    nobodys = [seen(f"n{n}", verdict="malicious", unit=None) for n in range(5)]
    open_ones = [seen(f"o{n}", verdict=None) for n in range(50)]

    [finding] = find_all([*invalid, *nobodys, *open_ones], shipped())

    assert (finding.numerator, finding.denominator) == (5, 5)


def test_a_share_at_the_threshold_and_a_small_sample_are_none() -> None:
    at_it = [*(seen(f"x{n}", verdict="mistaken") for n in range(5)), *(seen(f"y{n}") for n in range(20))]
    few = [seen(f"x{n}", verdict="mistaken") for n in range(4)]

    assert (found(*at_it), found(*few)) == ([], [])
    assert found(*few, invalid_least=4) == [("invalid_share", ("x0", "x1", "x2", "x3"))]


def test_the_same_service_rated_bad_again_within_thirty_days_is_a_finding() -> None:
    first = seen("a", project_no="p", rated=[days(0)], closed=[days(5)])
    soon, late = seen("b", project_no="p", rated=[days(35)]), seen("c", project_no="p", rated=[days(35.01)])

    assert found(first, soon, late) == [("again", ("a", "b"))]


def test_the_same_item_at_the_same_window_counts_and_another_window_does_not() -> None:
    first = seen("a", window="A1", rated=[days(0)], closed=[days(5)])
    same, other = seen("b", window="A1", rated=[days(9)]), seen("c", window="A2", rated=[days(9)])
    nowhere = seen("d", rated=[days(9)])

    assert found(first, same, other, nowhere) == [("again", ("a", "b"))]


def test_what_was_rated_before_the_closing_is_none_and_a_rating_that_joined_later_is_one() -> None:
    case = seen("a", rated=[days(0), days(4)], closed=[days(5)])
    again = seen("b", rated=[days(0), days(6)], closed=[days(5)])

    assert found(case, again) == [("again", ("b",))]


async def test_findings_are_shown_with_words_and_names(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "found", "rectify", "reply", "unreached", "unreached", "unreached")

    async with desk.db.reading() as session:
        [shown] = await show_findings(session, NOON - timedelta(days=1), "")
        nobody = await show_findings(session, NOON - timedelta(days=1), "u-other")
        later = await show_findings(session, NOON + timedelta(days=1), "")

    assert (shown.word, shown.unit_id, shown.unit_name, shown.tasks) == (
        "多次回访未接通",
        unit_id(A),
        A,
        [task],
    )
    assert (nobody, later) == ([], [])
