"""Ranks: ties, classes, who is informed only, and who is not ranked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.metrics.assessment.scoring.domain_ranks import Body, class_of, ranks
from services.metrics.assessment.scoring.domain_scores import Score
from tests.metrics.assessment import made


def scores(*percents: str | None, short: tuple[int, ...] = ()) -> list[Score]:
    return [
        Score(
            unit_id=f"u{n}",
            class_code="departments",
            out_of=Decimal(100),
            total=None if one is None else Decimal(one),
            percent=None if one is None else Decimal(one),
            short=n in short,
            lines=(),
        )
        for n, one in enumerate(percents)
    ]


def test_equal_scores_share_a_rank_and_the_next_is_skipped() -> None:
    found = ranks(made.scheme(), scores("90", "95", "90", "80", "70"))

    assert [(found[f"u{n}"].rank, found[f"u{n}"].from_bottom) for n in range(5)] == [
        (2, 3),
        (1, 5),
        (2, 3),
        (4, 2),
        (5, 1),
    ]


@given(st.lists(st.integers(0, 8), min_size=5, max_size=30))
def test_a_rank_is_one_more_than_the_number_of_better_units(points: list[int]) -> None:
    found = ranks(made.scheme(), scores(*map(str, points)))

    ordered = sorted(points, reverse=True)
    assert [found[f"u{n}"].rank for n in range(len(points))] == [ordered.index(one) + 1 for one in points]


def test_who_is_short_or_without_a_score_has_no_rank() -> None:
    found = ranks(made.scheme(), scores("90", "95", "90", "80", "70", "99", None, short=(5,)))

    assert [(found[unit].rank, found[unit].of, found[unit].why) for unit in ("u5", "u6", "u1")] == [
        (None, 5, "short"),
        (None, 5, "no_score"),
        (1, 5, ""),
    ]


def test_few_units_are_not_ranked() -> None:
    found = ranks(made.scheme(), scores("90", "95", "90", "80", "70", short=(4,)))

    assert {one.why for one in found.values()} == {"few", "short"}


@pytest.mark.parametrize(
    ("ranking", "why"),
    [({"on": False}, {"off"}), ({}, {"hotline"}), ({"hotline": True}, {""})],
)
def test_the_hotline_ranks_nobody_unless_the_scheme_says_so(ranking: dict[str, bool], why: set[str]) -> None:
    source = {"kind": "measure", "measure": "orders.on_time"}
    scheme = made.scheme(parts=[made.part(source=source)], ranking=ranking)

    assert {one.why for one in ranks(scheme, scores(*"98765")).values()} == why


def test_a_hotline_part_without_weight_is_only_shown() -> None:
    source = {"kind": "measure", "measure": "orders.on_time"}
    scheme = made.scheme(parts=[made.part(), made.part("hotline", "0", source=source)])

    assert {one.why for one in ranks(scheme, scores(*"98765")).values()} == {""}


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("开发建设部", "department", "departments"),
        ("税务局", "department", None),
        ("泾河新城消防大队", "department", None),
        ("财政局", "department", None),
        ("某公司", "external", None),
        ("园办", "centre", None),
        ("特例", "centre", "departments"),
    ],
)
def test_a_unit_is_scored_in_its_class_or_only_informed(name: str, kind: str, expected: str | None) -> None:
    classes = [{"code": "departments", "name": "部门", "kinds": ["department"], "units": ["特例"]}]
    informed = {"kinds": ["external"], "units": ["财政局"], "words": ["税务", "消防"]}

    assert class_of(made.scheme(classes=classes, informed=informed), Body("u1", name, kind)) == expected


def test_a_collective_is_never_scored() -> None:
    assert class_of(made.scheme(), Body("u1", "各部门", "department", collective=True)) is None
