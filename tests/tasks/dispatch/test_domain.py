"""Which row of the dispatch directory decides."""

from datetime import date

import pytest

from services.tasks.dispatch.domain import Found, Rule, Wanted, check_rule, choose, region_prefix
from shared.errors import Invalid

DAY = date(2023, 6, 20)
WANTED = Wanted(item_code="116100001", unit_code="11610000000000001X", region_code="610481000000", on=DAY)


def rule(name: str, **said: object) -> Rule:
    given: dict[str, object] = {"id": name, "unit_id": f"u-{name}", "starts_on": date(2023, 1, 1)}
    return Rule(**given | said)  # type: ignore[arg-type]  # Any field.


def chosen(*rules: Rule, code: str | None = None) -> Found:
    return choose(rules, WANTED, code)


def test_the_longest_item_goes_before_the_code_and_the_code_before_the_region() -> None:
    by_item = rule("item", item="116100")
    by_longer_item = rule("longer", item="1161000")
    by_code = rule("code", unit_code=WANTED.unit_code)
    by_region = rule("region", region="610481")

    assert chosen(by_region, by_code, by_item, by_longer_item).by == "longer"
    assert chosen(by_region, by_item, by_code).by == "item"
    assert chosen(by_region, by_code).by == "code"
    assert chosen(by_region).by == "region"


def test_the_more_special_one_of_two_about_the_same_item_decides() -> None:
    plain, special = rule("plain", item="1161"), rule("special", item="1161", region="6104")

    assert chosen(special, plain) == chosen(plain, special) == Found("u-special", "special")


@pytest.mark.parametrize(
    "said",
    [
        {"item": "1162"},
        {"unit_code": "other"},
        {"region": "6105"},
        {"item": "1161", "starts_on": date(2023, 6, 21)},
        {"item": "1161", "ends_on": date(2023, 6, 19)},
    ],
)
def test_a_row_about_something_else_or_another_day_decides_nothing(said: dict[str, object]) -> None:
    assert chosen(rule("other", **said)) == Found(None, "")


@pytest.mark.parametrize("said", [{"starts_on": DAY}, {"ends_on": DAY}])
def test_the_first_and_the_last_day_count(said: dict[str, object]) -> None:
    assert chosen(rule("dated", item="1161", **said)).by == "dated"


def test_without_a_row_the_unit_of_the_code_answers_and_else_nobody() -> None:
    assert chosen(code="u1") == Found("u1", "code")
    assert chosen() == Found(None, "")


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("610000", "61"), ("610400", "6104"), ("610481000000", "610481"), ("610481", "610481"), ("", "")],
)
def test_zeros_that_only_fill_a_region_up_are_no_part_of_it(code: str, prefix: str) -> None:
    assert region_prefix(code) == prefix


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "dispatch.empty"),
        ({"region": "陕西"}, "dispatch.region"),
        ({"item": "1", "ends_on": date(2022, 1, 1)}, "dispatch.dates"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(said: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_rule(rule("x", **said))

    assert refused.value.code == code
