"""The intake of hotline orders: the same from every form, once, counted, and with nobody's name outside the vault."""

import json
import logging
from collections import defaultdict
from itertools import chain
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, text

from shared.database import Database
from shared.events.hotline import OrderEvent, OrderRecalled, OrderReceived, OrderRevisited, OrderUrged
from shared.tables import OUTBOX
from shared.testing import events_of
from tests.gateway.feeds.ordering import (
    NAME,
    PHONE,
    STREET,
    WORDS,
    a_step,
    as_csv,
    as_export,
    as_words,
    one_order,
    order_facts,
)
from tests.gateway.feeds.sending import NDJSON, SCOPES, Record, register, send, workbook
from tests.gateway.vault.test_nothing_leaks import escaped, files_of
from tests.gateway.world import World, gateway, ndjson

KINDS = (OrderReceived, OrderUrged, OrderRecalled, OrderRevisited)
OWN = {"order_id", "source_id", "scheme", "raw_code", "caller"}
COUNT = 300


async def orders_of(db: Database, source: str) -> list[OrderEvent]:
    """Give all events of orders of a source."""
    found = [event for kind in KINDS for event in await events_of(db, kind)]
    return [event for event in found if event.order_id.startswith(f"{source}.")]


def told(events: list[OrderEvent]) -> set[str]:
    """Give what events say, apart from their source."""
    return {
        f"{event.order_id.partition('.')[2]} {type(event).__name__} {event.model_dump_json(exclude=OWN)}"
        for event in events
    }


def callers(events: list[OrderEvent]) -> dict[str, set[str]]:
    """Give the numbers of orders by caller."""
    found = defaultdict[str, set[str]](set)
    for event in events:
        if isinstance(event, OrderReceived):
            found[event.caller].add(event.order_no)
    return found


async def outcomes(client: httpx.AsyncClient, *records: Record) -> list[str]:
    """Send records one after the other."""
    return [(await send(client, "hl", [one])).json()["records"][0]["outcome"] for one in records]


@pytest.mark.slow
async def test_three_hundred_orders_say_the_same_in_every_form(world: World) -> None:
    facts = order_facts(COUNT)
    rows = [as_export(fact) for fact in facts]
    words = list(chain.from_iterable(as_words(fact) for fact in facts))
    async with await world.client(*SCOPES) as client:
        for name in ("xlsx", "csv", "json", "lines"):
            await register(client, name, "hotline" if name in {"xlsx", "csv"} else "duban")
        csv = {"content": as_csv(rows), "headers": {"content-type": "text/csv"}}
        answers = [
            await send(client, "xlsx", workbook({"工单": rows})),
            await client.post("/api/v1/feeds/csv", **csv),  # type: ignore[arg-type] # httpx's own.
            await send(client, "json", words),
            await client.post("/api/v1/feeds/lines", content=ndjson(words), headers=NDJSON),
        ]

    assert {(one.status_code, one.json()["rejected"], one.json()["conflict"]) for one in answers} == {
        (200, 0, 0)
    }
    first, *others = [await orders_of(world.db, name) for name in ("xlsx", "csv", "json", "lines")]
    assert [sum(isinstance(one, kind) for one in first) > 10 for kind in KINDS] == [True] * 4
    assert len(first) == len(told(first))
    assert len(callers(first)) == 100
    for other in others:
        assert told(other) == told(first)
        assert sorted(callers(other).values(), key=sorted) == sorted(callers(first).values(), key=sorted)
        assert callers(other).keys().isdisjoint(callers(first))


async def test_an_export_that_is_sent_again_with_news_gives_only_the_news(world: World) -> None:
    news = {"回访时间": "2023-06-03 09:00:00", "是否解决": "解决", "催办时间": "2023-06-02 09:00:00"}
    async with await world.client(*SCOPES) as client:
        await register(client, "hl", "hotline")
        found = await outcomes(client, one_order(), one_order(), one_order(**news), one_order(**news))
        day = (await client.get("/api/v1/feed-reconciliation", params={"source": "hl"})).json()

    assert found == ["accepted", "repeated", "accepted", "repeated"]
    events = await orders_of(world.db, "hl")
    assert [type(event).__name__ for event in events] == ["OrderReceived", "OrderUrged", "OrderRevisited"]
    assert day[0]["events"] == {"order": 1, "urged": 1, "revisited": 1}
    assert (day[0]["received"], day[0]["repeated"], day[0]["difference"]) == (4, 2, None)


@pytest.mark.slow
async def test_a_corrected_order_is_told_with_a_higher_revision_until_it_is_visited(world: World) -> None:
    moved, late = one_order(承办单位代码="X1"), one_order(承办单位代码="X2")
    async with await world.client(*SCOPES) as client:
        await register(client, "hl", "hotline")
        visit = a_step(回访时间="2023-06-03 09:00:00")
        found = await outcomes(client, one_order(), moved, visit, late)
        (reject,) = (await client.get("/api/v1/feed-rejects")).json()

    assert found == ["accepted", "corrected", "accepted", "conflict"]
    assert [event.unit_code for event in await events_of(world.db, OrderReceived)][1:] == ["X1"]
    assert (reject["code"], reject["outcome"]) == ("record.conflict", "conflict")
    async with world.db.reading() as session:
        waiting = await session.scalars(select(OUTBOX.c.payload).order_by(OUTBOX.c.seq))
    assert [json.loads(payload)["revision"] for payload in waiting] == [1, 2, 3]


async def test_steps_that_come_before_their_order_are_taken(world: World) -> None:
    steps = [a_step(回访时间="2023-06-03 09:00:00"), a_step(催办时间="2023-06-02 09:00:00")]
    async with await world.client(*SCOPES) as client:
        await register(client, "hl", "hotline")
        found = await outcomes(client, *steps, one_order(), *steps)

    assert found == ["accepted", "accepted", "accepted", "repeated", "repeated"]


async def test_a_refused_order_is_taken_once_it_is_mended(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "hl", "hotline")
        bad = (await send(client, "hl", [one_order(工单类型="投诉举报")])).json()["records"][0]
        path = f"/api/v1/feed-rejects/{bad['reject_id']}/replay"
        done = (await client.post(path, json={"record": one_order()})).json()
        dry = await client.post("/api/v1/feed-sources/hl/dry-run", json=[one_order(工单编号="GD9")])

    assert (bad["code"], bad["field"], bad["value"]) == ("code.unknown", "工单类型", "投诉举报")
    assert (done["outcome"], done["parts"][0]["gives"]) == ("accepted", "order")
    assert (dry.json()["fits"], len(await events_of(world.db, OrderReceived))) == (True, 1)


async def test_a_caller_is_the_same_for_one_number_and_another_at_another_source(world: World) -> None:
    same, other = (
        one_order(工单编号="GD2", 电话="+86 139-0000-0001"),
        one_order(工单编号="GD3", 电话="13900000003"),
    )
    hidden, nobody = one_order(工单编号="GD4", 电话="139****0001"), one_order(工单编号="GD5", 电话="")
    sent = [one_order(), same, other, hidden, nobody]
    async with await world.client(*SCOPES) as client:
        for source in ("hl", "h2"):
            await register(client, source, "hotline")
            await send(client, source, sent)

    first, second = [callers(await orders_of(world.db, source)) for source in ("hl", "h2")]
    expected = [{"GD2", "GD2023000001"}, {"GD3"}, {"GD4", "GD5"}]
    assert sorted(first.values(), key=sorted) == sorted(expected, key=sorted)
    assert (first[""], first.keys() & second.keys()) == ({"GD4", "GD5"}, {""})


async def test_what_was_said_stands_in_the_vault_under_the_id_of_the_order(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "hl", "hotline")
        await send(client, "hl", [one_order()])
    async with await world.client(role="supervisor") as client:
        wish = {"reason": "派单核实", "kinds": ["name", "phone", "address", "text"]}
        seen = await client.post("/api/v1/vault/hl.GD2023000001/unmasked", json=wish)

    assert seen.status_code == 200
    assert all(one in seen.text for one in (NAME, f"{PHONE}0001", STREET, WORDS))


async def test_nobody_is_in_any_table_log_metric_or_event_but_the_vault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = [one_order(工单编号=str(number), 工单类型="x") for number in range(20)]
    async with gateway(tmp_path) as world:
        async with await world.client(*SCOPES) as client:
            await register(client, "hl", "hotline")
            await send(client, "hl", [as_export(fact) for fact in order_facts(50)] + wrong)
            await send(client, "hl", [one_order(工单类型="感谢")])
            await client.post("/api/v1/feed-sources/hl/dry-run", json=wrong)
        async with world.inside() as inside:
            metrics = (await inside.get("/metrics")).content
        async with world.db.reading() as session:
            events = list(await session.scalars(select(OUTBOX.c.payload)))
            kept = await session.scalar(text("SELECT count(*) FROM vault_entry"))
        hay = [*files_of(tmp_path), metrics, *events, caplog.text.encode()]

    assert (len(events) > 50, kept) == (True, 200)
    words = (NAME, PHONE, WORDS, STREET, "餐饮有限公司")
    shapes = [shape for one in words for shape in (one.encode(), one.encode("utf-16-le"), escaped(one))]
    assert [shape for shape in shapes if any(shape in one for one in hay)] == []
