"""How many series there can be: a bound that holds, and never one count by another's."""

from prometheus_client.metrics_core import Metric

from services.metrics import exposition
from services.metrics.service import Picture
from tests.metrics.crowd import crowded

LIMIT = 3_000  # Of a service, whatever is in its database.
OF_THE_BUS = (
    100  # Readers, relays, outbox and build of the metrics service; test_monitoring counts none of them.
)


def size(picture: Picture) -> int:
    return sum(len(family.samples) for family in exposition.families(picture))


def largest(picture: Picture) -> Metric:
    return max(exposition.families(picture), key=lambda family: len(family.samples))


def test_a_district_with_all_that_can_be_counted_keeps_within_the_limit_and_loses_nothing() -> None:
    kept = exposition.bounded(exposition.families(crowded()), limit=exposition.SERIES_LIMIT)

    dropped = next(family for family in kept if family.name == "duban_series_dropped")
    assert dropped.samples[0].value == 0
    assert sum(len(family.samples) for family in kept) + OF_THE_BUS <= LIMIT


def test_more_units_and_more_plans_add_up_and_are_never_multiplied() -> None:
    few = size(crowded())
    more_units, more_plans = size(crowded(units=88)) - few, size(crowded(plans=50)) - few

    assert size(crowded(units=88, plans=50)) - few == more_units + more_plans


def test_no_family_has_more_than_a_few_series_for_each_thing_that_it_counts() -> None:
    assert len(largest(crowded()).samples) <= 13 * 25  # States of plans; units have less.
