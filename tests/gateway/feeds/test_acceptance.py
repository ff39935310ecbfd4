"""The same services and ratings give the same events, in whatever form they are sent."""

from itertools import chain
from typing import Any

import pytest

from shared.events.envelope import Event
from shared.events.ratings import RatingSubmitted
from shared.events.services import ServiceAccepted, ServiceCompleted, ServicePaused, ServiceResumed
from shared.testing import events_of
from tests.gateway.feeds.sending import (
    SCOPES,
    as_gbt,
    as_shandong,
    as_zhejiang,
    facts,
    register,
    send,
    workbook,
)
from tests.gateway.world import World

COUNT = 1000


def told(events: list[Any], source: str) -> dict[str, set[tuple[Any, ...]]]:
    """Give what events of a source say, without the source."""
    found: dict[str, set[tuple[Any, ...]]] = {}
    for event in events:
        if event.subject.startswith(f"{source}."):
            name = event.subject.removeprefix(f"{source}.")
            found.setdefault(type(event).__name__, set()).add((name, *_said(event)))
    return found


def _said(event: Event) -> tuple[Any, ...]:
    match event:
        case ServiceAccepted():
            return event.unit_code, event.item_code, event.region_code, event.kind, event.accepted_at
        case ServicePaused():
            return event.number, event.reason, event.paused_at
        case ServiceResumed():
            return event.number, event.resumed_at
        case ServiceCompleted():
            return (event.completed_at,)
        case RatingSubmitted():
            return event.level, event.rated_at, event.unit_code, event.region_code, event.is_named
        case _:
            raise AssertionError(event)


@pytest.mark.slow
async def test_a_thousand_services_and_ratings_say_the_same_in_four_forms(world: World) -> None:
    made = facts(COUNT)
    push = list(chain.from_iterable(as_shandong(fact) for fact in made))
    sheets = {
        "办件": [one for one in push if "acceptDate" in one],
        "特别程序": [one for one in push if "specialTime" in one],
        "评价": [one for one in push if "satisfaction" in one],
    }
    sent: dict[str, Any] = {
        "gbt39046": list(chain.from_iterable(as_gbt(fact) for fact in made)),
        "push-shandong": push,
        "push-zhejiang": list(chain.from_iterable(as_zhejiang(fact) for fact in made)),
        "sheets": workbook(sheets),
    }

    async with await world.client(*SCOPES) as client:
        for name, records in sent.items():
            await register(client, f"n-{name}", "push-shandong" if name == "sheets" else name)
            answer = (await send(client, f"n-{name}", records)).json()
            assert (answer["rejected"], answer["conflict"]) == (0, 0)

    kinds = (ServiceAccepted, ServicePaused, ServiceResumed, ServiceCompleted, RatingSubmitted)
    events = [event for kind in kinds for event in await events_of(world.db, kind)]
    first, *others = [told(events, f"n-{name}") for name in sent]
    assert [len(first[name]) for name in ("ServiceAccepted", "ServiceCompleted", "RatingSubmitted")] == [
        COUNT
    ] * 3
    assert 150 < len(first["ServicePaused"]) == len(first["ServiceResumed"]) < 350
    assert others == [first] * 3


async def test_a_mapping_with_the_scale_upside_down_is_refused_by_the_dry_run(world: World) -> None:
    sample = list(chain.from_iterable(as_shandong(fact) for fact in facts(100)))
    wrong = {"lists": {"level": "gbt39046", "kind": {"scheme": "own", "codes": {"1": "instant"}}}}

    async with await world.client(*SCOPES) as client:
        await register(client, "sd", "push-shandong", overrides=wrong)
        refused = await client.post("/api/v1/feed-sources/sd/dry-run", json=sample)
        await register(client, "sd", "push-shandong")
        fits = await client.post("/api/v1/feed-sources/sd/dry-run", json=sample)

    problem = refused.json()
    found = {(one["code"], one["field"], tuple(one["values"])) for one in problem["findings"]}
    assert (refused.status_code, problem["code"]) == (422, "mapping.misfit")
    assert ("code.unknown", "promiseTime", ("2",)) in found
    assert {values for code, field, values in found if code == "rating.reasons_contradict"} >= {("5",)}
    assert (fits.status_code, fits.json()["fits"], fits.json()["count"]) == (200, True, len(sample))
    assert await events_of(world.db, RatingSubmitted) == []
