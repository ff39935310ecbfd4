"""Ids follow from titles and printed numbers alone, and are safe in a URL."""

import re
from datetime import date

import pytest

from services.tasks.domain_ids import document_id_of, part_id, plan_id_of, title_key, unique
from services.tasks.plans.domain import in_year_scope
from services.tasks.units.domain import PrintedUnit, resolve


def test_a_title_is_the_same_however_it_is_printed() -> None:
    assert title_key("**“开办企业”指标 提升方案（2023）**") == title_key('"开办企业"指标提升方案(2023)')


def test_other_titles_have_other_plans() -> None:
    assert plan_id_of("方案一") != plan_id_of("方案二")


@pytest.mark.parametrize(
    ("printed", "slug"),
    [
        ("p03-12", "12"),
        ("p03-1(2)", "1.2"),
        ("p03-（三）", "z3"),
        ("p03-第二十三条", "z23"),
        ("p01-s02-1~2", "s02.1~2"),
        ("p01-⑤", "5"),
    ],
)
def test_the_printed_number_stays_readable(printed: str, slug: str) -> None:
    assert part_id("p1", printed) == f"p1-{slug}"


def test_a_number_of_absurd_length_still_gives_a_short_id() -> None:
    made = part_id("p12345678", "p01-" + "1." * 60)

    assert len(made) <= 64
    assert re.fullmatch(r"[0-9a-z.~-]+", made)


def test_ids_that_come_back_are_counted_without_meeting_others() -> None:
    assert unique(["a", "a~2", "a", "b"]) == ["a", "a~2", "a~3", "b"]


def test_a_document_is_known_by_its_content() -> None:
    assert document_id_of("ab" * 32) == "d" + "ab" * 8


@pytest.mark.parametrize(
    ("deadline", "ongoing", "year", "expected"),
    [
        (date(2023, 9, 30), True, 2023, True),
        (date(2024, 1, 31), False, 2023, False),
        (date(2024, 1, 31), False, None, True),
        (None, False, 2023, True),
        (None, True, 2023, False),
    ],
)
def test_the_year_holds_what_is_to_be_done_in_it(
    deadline: date | None, *, ongoing: bool, year: int | None, expected: bool
) -> None:
    assert in_year_scope(deadline, ongoing=ongoing, year=year) is expected


def test_a_new_name_becomes_a_unit_with_two_names() -> None:
    found = resolve([PrintedUnit("文旅部", "文化旅游部", "department")], {}, [])

    [unit] = found.new_units
    assert (unit.name, unit.collective, found.meaning) == ("文化旅游部", False, {"文旅部": unit.id})
    assert found.new_aliases == {"文化旅游部": unit.id, "文旅部": unit.id}


def test_what_people_said_of_a_name_wins_over_its_reader() -> None:
    found = resolve([PrintedUnit("文旅部", "文化旅游部", "department")], {"文旅部": "u9"}, ["u9"])

    assert (found.meaning, found.new_units) == ({"文旅部": "u9"}, [])


def test_two_names_of_one_canonical_unit_are_one() -> None:
    printed = [
        PrintedUnit("相关部门", "各相关部门", "collective"),
        PrintedUnit("各相关部门", "各相关部门", "collective"),
    ]

    found = resolve(printed, {}, [])

    assert (len(found.new_units), found.new_units[0].collective) == (1, True)


def test_a_name_that_another_unit_gave_up_gets_a_new_id() -> None:
    [first] = resolve([PrintedUnit("甲", "甲", "department")], {}, []).new_units

    [second] = resolve([PrintedUnit("甲", "甲", "department")], {}, [first.id]).new_units

    assert second.id == f"{first.id}~2"
