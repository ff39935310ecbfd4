"""Decisions about periods, what differs between scores, and the words for rules: on values alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.metrics.assessment.periods import domain
from services.metrics.assessment.schemes.domain import Appeals, Part
from services.metrics.assessment.scoring.domain_changes import changes
from services.metrics.assessment.scoring.domain_ranks import ranks
from services.metrics.assessment.scoring.domain_scores import score
from services.metrics.assessment.scoring.domain_words import line_words, rule_words
from shared.errors import Conflict, Forbidden, Invalid
from shared.workdays import WorkCalendar
from tests.metrics.assessment import made

CLOSED = datetime(
    2023, 6, 16, 2, tzinfo=UTC
)  # A Friday; 22 to 24 June are 端午, and 25 June, a Sunday, makes up.


@pytest.mark.parametrize(
    ("label", "first", "last", "kind"),
    [
        ("2023-Q1", date(2023, 1, 1), date(2023, 3, 31), "quarter"),
        ("2023-Q4", date(2023, 10, 1), date(2023, 12, 31), "quarter"),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "year"),
    ],
)
def test_a_period_has_the_days_of_its_name(label: str, first: date, last: date, kind: str) -> None:
    span = domain.span_of(label)

    assert (span.first, span.last, span.kind, span.year) == (first, last, kind, first.year)


@pytest.mark.parametrize("label", ["2023-Q5", "2023Q2", "1999", "二季度"])
def test_what_names_no_period_is_refused(label: str) -> None:
    with pytest.raises(Invalid, match="2023-Q2"):
        domain.span_of(label)


@pytest.mark.parametrize(("working", "until"), [(True, "2023-06-26"), (False, "2023-06-21")])
def test_the_window_for_appeals_ends_with_a_day(working: bool, until: str) -> None:  # noqa: FBT001 - a case.
    found = domain.appeals_until(Appeals(days=5, working=working), CLOSED, WorkCalendar())

    assert found == datetime.fromisoformat(f"{until}T23:59:59+08:00")


def test_steps_and_instants_are_checked() -> None:
    span = domain.span_of("2023-Q2")
    after, until = datetime(2023, 7, 1, tzinfo=UTC), datetime(2023, 7, 8, tzinfo=UTC)

    domain.check_step("close", "previewed", "p")
    domain.check_over(span, after)
    domain.check_appeal(after, until, "p")
    domain.check_final(until + (until - after), until, 0, "p")
    domain.check_other("a", "b", about="容错")
    domain.check_caught_up({"supervision": 3}, {"supervision": 3, "ratings": 9})
    refusals: tuple[Callable[[], None], ...] = (
        lambda: domain.check_step("close", "open", "p"),
        lambda: domain.check_over(span, CLOSED),
        lambda: domain.check_appeal(until + (until - after), until, "p"),
        lambda: domain.check_final(after, until, 0, "p"),
        lambda: domain.check_final(until + (until - after), until, 2, "p"),
        lambda: domain.check_caught_up({"supervision": 3}, {"supervision": 2}),
    )
    for refused in refusals:
        with pytest.raises(Conflict):
            refused()
    with pytest.raises(Forbidden):
        domain.check_other("a", "a", about="容错")


def test_a_digest_depends_on_the_archive_and_on_every_figure() -> None:
    one, other = (
        score(made.scheme(), {"on_time": made.reading(value)}, unit_id="u1", class_code="c")
        for value in ("90", "91")
    )

    digests = {
        domain.digest_of(archive, scores)
        for archive in ("aa", "bb")
        for scores in ([one], [other], [one, other.model_copy(update={"unit_id": "u0"})])
    }

    assert len(digests) == 6
    assert domain.digest_of("aa", [one, other]) == domain.digest_of("aa", iter([one, other]))


def test_changes_name_the_lines_that_differ() -> None:
    scheme = made.scheme(cases=[made.case()])
    was = {"on_time": made.reading("90"), "late": made.reading("0", 2, 2)}
    now = was | {"late": made.reading("0", 3, 3)}
    before, after = ({"u1": score(scheme, readings, unit_id="u1", class_code="c")} for readings in (was, now))

    def placed(scores: dict[str, object]) -> dict[str, object]:
        found = ranks(scheme, scores.values())  # type: ignore[arg-type]  # They are scores.
        return {unit: (one, found[unit]) for unit, one in scores.items()}

    (change,) = changes(placed(dict(before)), placed(dict(after)))  # type: ignore[arg-type]  # As above.
    (gone,) = changes(placed(dict(before)), {})  # type: ignore[arg-type]  # As above.
    (came,) = changes({}, placed(dict(before)))  # type: ignore[arg-type]  # As above.

    assert [(line.code, line.before, line.after) for line in change.lines] == [
        ("late", Decimal("-2.00"), Decimal("-3.00"))
    ]
    assert (gone.after, came.before, len(came.lines)) == (None, None, 2)
    assert changes(placed(dict(before)), placed(dict(before))) == []  # type: ignore[arg-type]  # As above.


STEPS = {"kind": "steps", "steps": [{"at": "95", "share": "100"}, {"at": "90", "share": "60.5"}]}
BOUND = {"kind": "bound", "operator": "<=", "value": "0"}
JUDGED = {"kind": "observation", "judges": 5, "trimmed": 1}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "100分；100得满分，60不得分，其间按比例"),
        ({"curve": STEPS}, "100分；达到95得100%，达到90得60.5%，其余不得分"),
        ({"curve": STEPS | {"lower_is_better": True}, "minimum": 3}, "不高于95得100%"),
        ({"curve": BOUND}, "100分；不高于0得满分，否则不得分"),
        ({"weight": "0"}, "只展示，不计分"),
        ({"source": JUDGED}, "取观摩评委打分平均值，去掉1个最高分和最低分，不足5个打分为样本不足"),
        ({"source": JUDGED | {"trimmed": 0}}, "取观摩评委打分平均值，不足5个打分为样本不足"),
        (
            {"source": {"kind": "quarters", "scheme": "trial"}},
            "取本年度已定案季度得分平均值，不足1个季度为样本不足",
        ),
    ],
)
def test_a_rule_is_said_in_words(changed: dict[str, object], words: str) -> None:
    assert words in rule_words(Part.model_validate(made.part() | changed))


def test_lines_say_how_they_came_to_their_points() -> None:
    cases = [made.case(), made.case("early", "1.5", "9")]
    scheme = made.scheme(
        parts=[made.part(weight="60"), made.part("b", "40", minimum=9)], cases=cases, most_added="1"
    )
    readings = {"on_time": made.reading("90"), "b": made.reading("100", 3, 3)}
    readings |= {"late": made.reading("0", 2, 2), "early": made.reading("0", 2, 2)}

    found = score(scheme, readings, unit_id="u1", class_code="c")

    assert [line_words(line) for line in found.lines] == [
        "90%（9/10），得100分的75%，计75分",
        "样本不足（3/3），未计分",
        "2件 × -1分，计-2分",
        "2件 × 1.5分，计3分",
        "加分合计上限 1，调整-2分",
    ]
    assert rule_words(scheme.cases[1]) == "每件加1.5分，最多加9分"
