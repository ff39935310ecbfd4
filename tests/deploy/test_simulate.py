"""The made-up feed of ratings: plausible, repeatable, and nobody's."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from deploy.simulate import (
    CHANNELS,
    CREDIT_ALPHABET,
    Profile,
    Rating,
    RatingFeed,
    _with_check_character,
    credit_code,
    moments,
    still_owed,
    to_ndjson,
)
from services.gateway.ratings.domain import RatingIn, Source, read_rating
from shared.errors import Invalid

NOW = datetime(2023, 6, 20, 1, tzinfo=UTC)
PUSH = {"push": Source("push", "push", "phone_sms")}


def feed_of(count: int, *, seed: int = 7, **profile: float) -> list[Rating]:
    feed = RatingFeed(seed, Profile(**profile))  # type: ignore[arg-type]  # Fields by name.
    return [feed.next(NOW) for _ in range(count)]


def test_the_same_seed_gives_the_same_ratings() -> None:
    assert feed_of(200) == feed_of(200)


def test_another_seed_gives_other_projects() -> None:
    first, second = ({rating["project_no"] for rating in feed_of(200, seed=seed)} for seed in (7, 8))

    assert first & second == set()


def test_no_project_comes_twice() -> None:
    assert len({rating["project_no"] for rating in feed_of(2000)}) == 2000


@pytest.mark.slow
@pytest.mark.parametrize("bad_share", [0.0001, 0.003, 0.01])
def test_the_share_of_bad_ratings_is_as_asked(bad_share: float) -> None:
    ratings = feed_of(50_000, bad_share=bad_share, default_share=0)

    bad = sum(rating["satisfaction"] in {"1", "2"} for rating in ratings)
    assert bad / len(ratings) == pytest.approx(bad_share, rel=0.4, abs=0.0002)


@pytest.mark.parametrize("bad_share", [0, 0.1])
def test_a_share_that_no_place_has_is_refused(bad_share: float) -> None:
    with pytest.raises(Invalid, match="不合常理"):
        Profile(bad_share=bad_share)


def test_a_feed_without_units_is_refused() -> None:
    with pytest.raises(Invalid, match="单位数"):
        Profile(units=0)


@pytest.mark.slow
def test_a_bad_rating_has_a_reason_of_its_own_level() -> None:
    bad = [rating for rating in feed_of(50_000, bad_share=0.01) if rating["satisfaction"] in {"1", "2"}]

    assert bad
    assert all(rating["reasons"] for rating in bad)
    assert all(code[0] == rating["satisfaction"] for rating in bad for code in reasons(rating))


def test_nobody_ticks_a_reason_for_a_default_evaluation() -> None:
    default = [rating for rating in feed_of(5000) if rating["is_default"]]

    assert default
    assert {(rating["satisfaction"], len(reasons(rating))) for rating in default} == {("4", 0)}


def test_every_channel_and_every_unit_comes_up() -> None:
    ratings = feed_of(5000, units=12)

    assert {rating["channel"] for rating in ratings} == set(CHANNELS)
    assert len({rating["unit_code"] for rating in ratings}) == 12


def test_the_first_units_are_the_busiest() -> None:
    counts = Counter(str(rating["unit_code"]) for rating in feed_of(5000, units=4))

    first, *_, last = RatingFeed(7, Profile(units=4)).units
    assert counts[first] > 2 * counts[last]


def test_the_gateway_can_read_every_rating() -> None:
    read = [
        read_rating(RatingIn.model_validate(rating), PUSH, bound_source="", latest=NOW)
        for rating in feed_of(500)
    ]

    assert len({rating.rating_id for rating in read}) == 500
    assert {rating.event.rated_at for rating in read} == {NOW}


def test_a_published_example_has_the_check_character_that_we_compute() -> None:
    assert _with_check_character("91350100M000100Y4") == "91350100M000100Y43"


def test_credit_codes_are_valid_and_of_a_region_that_does_not_exist() -> None:
    codes = {credit_code(serial) for serial in range(1, 500)}

    assert len(codes) == 499
    assert {code[:8] for code in codes} == {"11619900"}
    assert all(len(code) == 18 and set(code) <= set(CREDIT_ALPHABET) for code in codes)


def test_instants_are_spread_evenly_and_end_now() -> None:
    found = list(moments(4, until=NOW, days=1))

    assert found == [NOW - timedelta(hours=hours) for hours in (18, 12, 6, 0)]


@pytest.mark.parametrize(("elapsed", "sent", "expected"), [(0, 0, 0), (2, 0, 100), (2, 90, 10), (1, 60, 0)])
def test_a_feed_of_fifty_a_second_owes_what_it_has_not_sent(elapsed: float, sent: int, expected: int) -> None:
    assert still_owed(elapsed, rate=50, sent=sent) == expected


def test_ratings_go_out_one_a_line() -> None:
    lines = to_ndjson(feed_of(3)).splitlines()

    assert len(list(islice(lines, 5))) == 3


def reasons(rating: Rating) -> list[str]:
    found = rating["reasons"]
    assert isinstance(found, list)
    return found
