"""The intake of a source: taken once, corrected sensibly, counted, and never lost in silence."""

import asyncio
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from services.gateway.feeds.domain.steps import Outcome
from services.gateway.feeds.entries import Answer, Entry
from services.gateway.feeds.reception import FeedReception, Intake, Sent
from services.gateway.feeds.service_sources import require_source
from services.gateway.ratings.domain import rating_id
from shared.database import SyncTx
from shared.errors import TooMany, Unavailable
from shared.events.ratings import RatingSubmitted
from shared.events.services import ServiceAccepted, ServiceCompleted
from shared.testing import events_of
from shared.workbooks import MAX_UNPACKED
from tests.gateway.feeds.sending import (
    NDJSON,
    SCOPES,
    UNIT,
    Record,
    Vault,
    as_shandong,
    facts,
    one_rating,
    one_service,
    register,
    send,
    workbook,
)
from tests.gateway.world import World, ndjson, rating
from tests.tasks.sheets.workbooks import rezipped

SOURCE = "sd"


async def answers(world: World, *requests: object, form: str = "push-shandong", **more: Any) -> list[Any]:  # noqa: ANN401 - JSON.
    """Register a source and send requests to it; gives (status, body) of each."""
    async with await world.client(*SCOPES) as client:
        assert (await register(client, SOURCE, form, **more)).status_code == 200
        found = [await send(client, SOURCE, request) for request in requests]
    return [(one.status_code, one.json()) for one in found]


async def test_a_batch_sent_again_is_told_as_repeated_and_changes_nothing(world: World) -> None:
    records = [one for fact in facts(20) for one in as_shandong(fact)]

    (_, first), (_, second) = await answers(world, records, records)

    assert (first["accepted"], first["rejected"]) == (len(records), 0)
    assert (second["accepted"], second["repeated"]) == (0, len(records))
    assert len(await events_of(world.db, ServiceAccepted)) == 20


async def test_a_rating_has_the_id_that_it_has_by_the_route_of_ratings(world: World) -> None:
    ((_, body),) = await answers(world, [one_rating()])

    assert body["records"][0]["parts"][0]["id"] == rating_id(SOURCE, "370000000001", 1) == "sd.370000000001.1"


async def test_one_source_may_send_the_same_rating_by_both_routes(world: World) -> None:
    own = rating(source="push")
    async with await world.client(*SCOPES) as client:
        first = await client.post("/api/v1/ratings", json=own)
        second = await send(client, "push", [own])

    assert (first.status_code, second.json()["repeated"]) == (201, 1)
    (event,) = await events_of(world.db, RatingSubmitted)
    assert event.source_id == "push"


async def test_an_added_rating_has_an_id_of_its_own(world: World) -> None:
    first, added = (
        one_rating(assessNumber="1"),
        one_rating(assessNumber="2", satisfaction="1", evalDetail="115"),
    )

    ((_, body),) = await answers(world, [first, added], form="push-zhejiang")

    assert body["accepted"] == 2
    found = {event.rating_id: event.assessment_number for event in await events_of(world.db, RatingSubmitted)}
    assert found == {"sd.370000000001.1": 1, "sd.370000000001.1.2": 2}


async def test_a_corrected_acceptance_is_taken_until_the_service_is_completed(world: World) -> None:
    service, corrected = one_service(), one_service(promiseDay="9")
    done = one_service(promiseDay="9", resultDate="2023-06-01 10:00:00")

    told = await answers(world, [service], [corrected], [done], [service])

    assert [body["records"][0]["outcome"] for _, body in told] == [
        "accepted",
        "corrected",
        "accepted",
        "conflict",
    ]
    assert [one.promised for one in await events_of(world.db, ServiceAccepted)] == [5, 9]
    assert len(await events_of(world.db, ServiceCompleted)) == 1


async def test_a_rating_that_names_no_unit_is_of_the_unit_that_accepted_its_service(world: World) -> None:
    ((_, body),) = await answers(world, [one_rating(deptCode=""), one_service()])

    (event,) = await events_of(world.db, RatingSubmitted)
    assert (body["accepted"], event.unit_code, event.item_code) == (2, UNIT, "3708000001")


async def test_a_rating_that_comes_before_its_service_is_taken_as_soon_as_that_comes(world: World) -> None:
    (_, early), (_, late) = await answers(world, [one_rating(deptCode="")], [one_service()])

    async with await world.client(*SCOPES) as client:
        (reject,) = (await client.get("/api/v1/feed-rejects")).json()
    assert (early["records"][0]["code"], late["accepted"]) == ("rating.service_unknown", 1)
    assert (reject["state"], reject["decided_by"]) == ("replayed", "auto")
    assert [event.unit_code for event in await events_of(world.db, RatingSubmitted)] == [UNIT]


async def test_a_record_that_does_not_fit_is_told_with_field_value_code_and_remedy(world: World) -> None:
    bad = [one_rating(pf="9"), one_service(acceptDate="2099-01-01 00:00:00"), one_service(areaCode="37x")]

    ((status, body),) = await answers(world, [*bad, {"projectNo": "1", "satisfaction": ""}, {"x": 1}, 7])

    told = [(one["line"], one["field"], one["value"], one["code"]) for one in body["records"]]
    assert told == [
        (1, "pf", "9", "code.unknown"),
        (2, "acceptDate", "2099-01-01 00:00:00", "time.invalid"),
        (3, "areaCode", "37x", "region.invalid"),
        (4, "", "projectNo、satisfaction", "record.kind_unknown"),
        (5, "", "x", "record.kind_unknown"),
        (6, "", "", "line.not_object"),
    ]
    assert (status, body["rejected"], all(one["remedy"] for one in body["records"])) == (200, 6, True)


async def test_a_single_record_that_is_refused_answers_as_a_problem(world: World) -> None:
    told = await answers(world, one_rating(), one_rating(), one_rating(pf="2"), one_rating(2, pf="9"))

    assert [status for status, _ in told] == [200, 200, 409, 422]
    assert [body.get("code", "") for _, body in told] == ["", "", "record.conflict", "code.unknown"]
    assert all(body["reject_id"] for _, body in told[2:])


async def test_lines_of_ndjson_and_csv_are_read(world: World) -> None:
    lines = ndjson([one_rating(1), b"{", b"", one_rating(2)])
    names = list(one_rating())
    table = "\ufeff" + ",".join(names) + "\n" + ",".join(f'"{one_rating(3)[name]}"' for name in names) + "\n"
    async with await world.client(*SCOPES) as client:
        await register(client, SOURCE, "push")
        first = await client.post("/api/v1/feeds/sd", content=lines, headers=NDJSON)
        as_csv = {"content-type": "text/csv"}
        second = await client.post("/api/v1/feeds/sd", content=table.encode(), headers=as_csv)
        third = await client.post("/api/v1/feeds/sd", content=table[1:].encode("gb18030"), headers=as_csv)

    assert [one["line"] for one in first.json()["records"]] == [1, 2, 4]
    assert (first.json()["accepted"], first.json()["records"][1]["code"]) == (2, "line.not_json")
    assert (second.json()["accepted"], third.json()["repeated"]) == (1, 1)


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"[", "application/json", 422, "body.not_json"),
        (b"7", "application/json", 422, "body.not_array"),
        (b"x", "text/plain", 422, "content_type.unknown"),
        (b"\xff\xff\x00", "text/csv", 422, "csv.encoding"),
        (b"\n", "text/csv", 422, "csv.header"),
        (b"a,b,a\n1,2,3\n", "text/csv", 422, "csv.header"),
        (b"a\n" + b"x" * 200_000, "text/csv", 422, "csv.damaged"),
        (b"a\n" + b"x\n" * 20_001, "text/csv", 413, "batch.too_many_lines"),
        (b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 422, "sheet.damaged"),
        (b"\n".join([b"{}"] * 20_001), "application/x-ndjson", 413, "batch.too_many_lines"),
        (b"[" + b",".join([b"{}"] * 20_001) + b"]", "application/json", 413, "batch.too_many_lines"),
    ],
)
async def test_a_body_that_can_not_be_read_is_refused_whole(
    world: World, body: bytes, kind: str, status: int, code: str
) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, SOURCE, "push")
        answer = await client.post("/api/v1/feeds/sd", content=body, headers={"content-type": kind})
        rejects = await client.get("/api/v1/feed-rejects")

    assert (answer.status_code, answer.json()["code"], rejects.json()) == (status, code, [])


async def test_what_is_sent_too_fast_is_told_when_to_come_again_and_nothing_is_taken(world: World) -> None:
    batch = [one_rating(number) for number in range(1, 7)]
    async with await world.client(*SCOPES) as client:
        await register(client, SOURCE, "push", per_minute=10)
        first = await send(client, SOURCE, batch)
        second = await send(client, SOURCE, [one_rating(number) for number in range(7, 13)])
        third = await send(client, SOURCE, batch * 2)

    assert (first.status_code, second.status_code, second.json()["code"]) == (200, 429, "feed.too_fast")
    assert 1 <= int(second.headers["retry-after"]) <= 12
    assert (third.status_code, third.json()["code"]) == (413, "feed.batch_over_rate")
    assert len(await events_of(world.db, RatingSubmitted)) == 6


async def test_a_full_queue_is_told_with_a_time_and_nothing_is_taken(world: World) -> None:
    class Full(Intake):
        full = True

    def never(_tx: SyncTx, _entries: Sequence[Entry]) -> list[Answer]:
        raise AssertionError

    reception = FeedReception(world.db, Full(world.db, never), Vault(), ahead=timedelta())
    async with world.db.reading() as session:
        source = await require_source(session, "push")
    with pytest.raises(TooMany) as told:
        await reception.take(Sent("push", b"[]", "application/json", {}), source)

    assert (told.value.code, told.value.details["retry_after"]) == ("feed.busy", 2)


async def test_an_outage_within_a_batch_says_how_much_was_taken(world: World) -> None:
    calls: list[int] = []

    def failing(_tx: SyncTx, entries: Sequence[Entry]) -> list[Answer]:
        calls.append(len(entries))
        if len(calls) > 1:
            raise OperationalError("x", None, Exception("disk full"))
        return [Answer(Outcome.ACCEPTED) for _ in entries]

    intake: Intake = Intake(world.db, failing)
    reception = FeedReception(world.db, intake, Vault(), ahead=timedelta())
    async with world.db.reading() as session:
        source = await require_source(session, "push")
    await intake.start()
    with pytest.raises(Unavailable) as told:
        await reception.take(
            Sent("push", ndjson([rating(n) for n in range(700)]), NDJSON["content-type"], {}), source
        )
    await intake.stop()

    assert (told.value.details["taken"], told.value.details["not_taken"]) == (500, 200)


async def test_the_same_batch_sent_by_many_at_once_counts_once(world: World) -> None:
    records = [one for fact in facts(30) for one in as_shandong(fact)]
    async with await world.client(*SCOPES) as client:
        await register(client, SOURCE, "push-shandong")
        sent = await asyncio.gather(*(send(client, SOURCE, records) for _ in range(4)))

    assert sum(one.json()["accepted"] for one in sent) == len(records)
    assert len(await events_of(world.db, ServiceCompleted)) == 30


async def test_a_row_with_more_cells_than_names_is_not_guessed_at(world: World) -> None:
    table = b"projectNo,pf\n1,2,3\n\n1,2,,\n"
    async with await world.client(*SCOPES) as client:
        await register(client, SOURCE, "push")
        body = (
            await client.post("/api/v1/feeds/sd", content=table, headers={"content-type": "text/csv"})
        ).json()

    assert [(one["line"], one["code"]) for one in body["records"]] == [
        (2, "line.not_object"),
        (4, "record.kind_unknown"),
    ]


async def test_a_record_that_is_too_long_is_kept_whole(world: World) -> None:
    text = "长" * 30_000
    ((status, body),) = await answers(world, one_rating(writingEvaluation=text))
    async with await world.client(*SCOPES) as client:
        whole = (await client.get(f"/api/v1/feed-rejects/{body['reject_id']}")).json()

    assert (status, body["code"], text in whole["raw"]) == (422, "line.too_long", True)


async def test_the_end_of_a_pause_that_nobody_told_of_is_kept_until_its_beginning_came(world: World) -> None:
    end = {"project_no": "P1", "resumed_at": "2023-06-04 09:00:00"}
    begin = {"project_no": "P1", "paused_at": "2023-06-03 09:00:00", "reason": "correction"}
    (_, early), _ = await answers(world, [end], [begin], form="duban")
    async with await world.client(*SCOPES) as client:
        late = await client.post(f"/api/v1/feed-rejects/{early['records'][0]['reject_id']}/replay")

    assert (early["records"][0]["code"], late.json()["outcome"]) == ("pause.unknown", "accepted")


async def test_cells_of_a_sheet_are_dates_numbers_and_truths(world: World) -> None:
    record = {"projectNo": 5, "resultDate": date(2023, 6, 1), "x": time(9), "y": True}
    sheets: dict[str, list[Record]] = {
        "空": [],
        "办结": [record, {"x": None}, record | {"projectNo": 6}, record | {"projectNo": 10**17}],
    }
    ((_, body),) = await answers(world, workbook(sheets))

    assert [(one["sheet"], one["line"], one["outcome"]) for one in body["records"]] == [
        ("办结", 2, "accepted"),
        ("办结", 4, "accepted"),
        ("办结", 5, "rejected"),
    ]
    done = await events_of(world.db, ServiceCompleted)
    assert {one.service_id: one.completed_at.isoformat() for one in done} == {
        "sd.5": "2023-06-01T00:00:00+08:00",
        "sd.6": "2023-06-01T00:00:00+08:00",
    }


@pytest.mark.slow
async def test_a_workbook_that_hurts_or_is_broken_is_refused_whole(world: World) -> None:
    empty = rezipped(workbook({"a": [{"x": 1}]}), {"xl/workbook.xml": b"<workbook/>"})
    broken = rezipped(
        workbook({"a": [{"x": 1}]}), {"xl/worksheets/sheet1.xml": b"<x/>", "xl/workbook.xml": b"<x/>"}
    )
    bomb = rezipped(workbook({"a": [{"x": 1}]}), {"xl/media/a.xml": b" " * (MAX_UNPACKED + 1)})

    told = await answers(world, empty, broken, bomb)

    assert [(status, body["code"]) for status, body in told] == [
        (422, "sheet.damaged"),
        (422, "sheet.damaged"),
        (413, "sheet.too_large"),
    ]


async def test_an_empty_correction_is_told(world: World) -> None:
    ((_, body),) = await answers(world, [{"a": 1}])
    async with await world.client(*SCOPES) as client:
        path = f"/api/v1/feed-rejects/{body['records'][0]['reject_id']}/replay"
        told = await client.post(path, json={"record": {}})

    assert (told.status_code, told.json()["code"], told.json()["value"]) == (
        422,
        "record.kind_unknown",
        "（没有字段）",
    )
