"""How a rating is read: opposite scales, channel tables, stable ids and hashes."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.gateway.ratings.codes import CHANNELS, SCHEMES
from services.gateway.ratings.domain import Rating, RatingIn, Source, explain, heard_afresh, read_rating
from shared.errors import Invalid
from shared.testing import DRILL_START
from tests.gateway.world import rating

LATEST = DRILL_START + timedelta(minutes=5)
SOURCES = {
    "push": Source("push", "push", "phone_sms"),
    "gbt": Source("gbt", "gbt39046", "phone_sms"),
    "zj": Source("zj", "push", "sms_default"),
}


def read(*, bound: str = "", **changes: Any) -> Rating:  # noqa: ANN401 - what a source may send.
    return read_rating(RatingIn.model_validate(rating(**changes)), SOURCES, bound_source=bound, latest=LATEST)


def refused(**changes: Any) -> Invalid:  # noqa: ANN401 - as above.
    with pytest.raises(ValidationError) as caught:
        RatingIn.model_validate(rating(**changes))
    return explain(caught.value)


@pytest.mark.parametrize(
    ("source", "code", "level"), [("push", "5", 5), ("push", "1", 1), ("gbt", "1", 5), ("gbt", "5", 1)]
)
def test_the_two_national_scales_are_opposite(source: str, code: str, level: int) -> None:
    found = read(source=source, satisfaction=code).event

    assert (found.level, found.raw_code, found.scheme) == (level, code, SOURCES[source].scheme)


@pytest.mark.parametrize(
    ("source", "code", "channel", "is_default"),
    [
        ("push", "6", "phone", False),
        ("push", "7", "sms", False),
        ("zj", "6", "sms", False),
        ("zj", "7", "system", True),
    ],
)
def test_the_channel_codes_6_and_7_mean_what_the_source_says(
    source: str, code: str, channel: str, *, is_default: bool
) -> None:
    found = read(source=source, channel=code).event

    assert (found.channel, found.is_default) == (channel, is_default)


def test_every_scheme_covers_the_five_levels_and_every_table_seven_channels() -> None:
    assert all(set(levels.values()) == {1, 2, 3, 4, 5} for levels in SCHEMES.values())
    assert all(len(codes) == 7 for codes in CHANNELS.values())


def test_a_rating_has_the_same_id_and_hash_however_often_it_comes() -> None:
    once, again = read(), read(rated_at="2023-06-20T01:00:00Z", reasons=["510", "511"])

    assert (once.rating_id, once.content_hash) == (again.rating_id, again.content_hash)


def test_an_id_grows_with_the_numbers_of_its_office() -> None:
    assert read(project_no="370001", service_number=2).rating_id == "push.370001.2"


@pytest.mark.parametrize("number", ["37 0001", "办件1", "3/7", "1.2", "x" * 60])
def test_a_project_number_that_is_not_plain_still_gives_a_plain_id(number: str) -> None:
    found = read(project_no=number).rating_id

    assert re.fullmatch(r"r-[0-9a-f]{32}", found)
    assert found != read(project_no=number, service_number=2).rating_id


@pytest.mark.parametrize("change", [{"project_no": "38"}, {"service_number": 2}, {"source": "zj"}])
def test_another_project_service_or_source_is_another_rating(change: dict[str, Any]) -> None:
    assert read(**change).rating_id != read().rating_id


@pytest.mark.parametrize(
    "change",
    [
        {"satisfaction": "4"},
        {"unit_code": "X"},
        {"item_code": ""},
        {"region_code": ""},
        {"channel": "2"},
        {"reasons": ""},
        {"is_default": True},
        {"rated_at": "2023-06-20 09:00:01"},
    ],
)
def test_other_content_has_another_hash(change: dict[str, Any]) -> None:
    assert read(**change).content_hash != read().content_hash


@pytest.mark.parametrize(
    ("given", "kept"), [("370800", "370800000000"), ("370800001", "370800001000"), ("", "")]
)
def test_region_codes_are_brought_to_twelve_digits(given: str, kept: str) -> None:
    assert read(region_code=given).event.region_code == kept


def test_a_time_without_a_zone_is_beijing_time() -> None:
    assert read().event.rated_at == datetime(2023, 6, 20, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("when", ["2023-06-20 09:05:00", "2023-06-20T01:05:00Z"])
def test_a_clock_that_is_a_little_ahead_is_borne_with(when: str) -> None:
    assert read(rated_at=when).event.rated_at == LATEST


@pytest.mark.parametrize("when", ["2023-06-20 09:05:01", "2023-06-20T01:05:01Z", "2023-06-20T09:05:01+08:00"])
def test_nobody_rates_in_the_future(when: str) -> None:
    with pytest.raises(Invalid, match="2023-06-20 09:05:01 在未来") as caught:
        read(rated_at=when)

    assert (caught.value.code, caught.value.field) == ("rating.rated_at_future", "rated_at")


def test_a_key_that_is_bound_to_a_source_need_not_name_it() -> None:
    assert read(source="", bound="gbt").event.scheme == "gbt39046"


@pytest.mark.parametrize(
    ("change", "bound", "code"),
    [
        ({"source": ""}, "", "source.missing"),
        ({"source": "nobody"}, "", "source.unknown"),
        ({"source": "zj"}, "push", "source.not_yours"),
        ({"scheme": "gbt39046"}, "", "rating.scheme_mismatch"),
        ({"satisfaction": "9"}, "", "rating.code_unknown"),
        ({"channel": "9"}, "", "rating.code_unknown"),
    ],
)
def test_what_a_source_can_not_mean_is_refused(change: dict[str, Any], bound: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(bound=bound, **change)

    assert caught.value.code == code


def test_a_declared_scheme_that_fits_is_welcome() -> None:
    assert read(scheme="push").event.scheme == "push"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"service_number": 0}, "rating.field_invalid", "service_number"),
        ({"reasons": ["51"]}, "rating.field_invalid", "reasons.0"),
        ({"writing": "好"}, "rating.field_unknown", "writing"),
        ({"rated_at": "昨天"}, "rating.field_invalid", "rated_at"),
        ({"region_code": "37"}, "rating.field_invalid", "region_code"),
    ],
)
def test_a_rating_that_can_not_be_read_says_which_field(
    change: dict[str, object], code: str, field: str
) -> None:
    found = refused(**change)

    assert (found.code, found.field) == (code, field)
    assert found.message.startswith(field)


def test_a_line_that_is_no_json_names_no_field() -> None:
    with pytest.raises(ValidationError) as caught:
        RatingIn.model_validate_json(b"{")

    assert (explain(caught.value).code, explain(caught.value).field) == ("line.not_json", "")


@pytest.mark.parametrize(
    ("seconds", "worth"), [(None, ["push"]), (0, []), (19, []), (20, ["push"]), (-5, ["push"])]
)
def test_that_a_source_was_heard_is_worth_a_write_now_and_then(seconds: int | None, worth: list[str]) -> None:
    noted = {} if seconds is None else {"push": DRILL_START - timedelta(seconds=seconds)}

    assert heard_afresh(noted, ["push", "push"], DRILL_START) == worth
