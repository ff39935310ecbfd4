"""The same writing of feeds on SQLite and on PostgreSQL, with and without somebody who keeps private parts."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from services.gateway.feeds.domain.reading import Context, read_record
from services.gateway.feeds.entries import Answer, Entry
from services.gateway.feeds.repository_approvals import count_received
from services.gateway.feeds.service import build_take
from services.gateway.feeds.service_sources import form_of
from shared.clock import local_date
from shared.database import Database
from shared.events.approvals import ApprovalReceived
from shared.events.hotline import OrderReceived, OrderRevisited, OrderUrged
from shared.events.ratings import RatingSubmitted
from shared.events.services import ServiceAccepted, ServicePaused
from shared.testing import DRILL_START, FakeClock, events_of, sqlite_database
from shared.testing_servers import PostgresServer
from tests.gateway.feeds.approving import as_export as a_result
from tests.gateway.feeds.ordering import as_export, one_order, order_facts
from tests.gateway.feeds.sending import Record, Vault, as_gbt, as_shandong, facts, one_rating, one_service


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    if PostgresServer.programs is None:
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    server = PostgresServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        made = sqlite_database("gateway", tmp_path, FakeClock())
    else:
        url = request.getfixturevalue("postgres").new_url("gateway")
        made = Database(url, service="gateway", clock=FakeClock())
    yield made
    await made.close()


def entries(records: Sequence[Record], form: str = "push-shandong") -> list[Entry]:
    context = Context("push", form_of(form, {}), DRILL_START)
    found = []
    for line, record in enumerate(records, 1):
        reading = read_record(record, context)
        fault = reading.faults[0] if reading.faults else None
        found.append(Entry("push", str(line), repr(record).encode(), tuple(reading.drafts), fault))
    return found


async def take(db: Database, found: Sequence[Entry], vault: Vault | None = None) -> list[Answer]:
    work = build_take(vault or Vault(), db.clock.real_now)
    return await db.run_sync(lambda tx: work(tx, found))


async def test_records_are_taken_repeated_corrected_and_refused(db: Database) -> None:
    records = [one for fact in facts(400) for one in as_shandong(fact)]

    first = await take(db, entries(records))
    second = await take(db, entries([*records[:5], one_service(promiseDay="x"), one_rating(pf="2")]))

    assert {answer.outcome for answer in first} == {"accepted"}
    assert [answer.outcome for answer in second[-2:]] == ["rejected", "conflict"]
    assert {answer.outcome for answer in second[:-2]} == {"repeated"}
    assert len(await events_of(db, ServiceAccepted)) == 400


async def test_the_same_records_taken_by_many_at_once_count_once(db: Database) -> None:
    found = entries([one for fact in facts(40) for one in as_gbt(fact)], "gbt39046")

    await asyncio.gather(*(take(db, found) for _ in range(4)))

    async with db.reading() as session:
        rows = await session.execute(text("SELECT name, count FROM feed_tally"))
        counts: dict[str, int] = {name: count for name, count in rows}  # noqa: C416 - typed so.
    assert sum(count for name, count in counts.items() if name.startswith("record.")) == 4 * len(found)
    assert (counts["event.accepted"], counts["event.rating"]) == (40, 40)
    pauses = await events_of(db, ServicePaused)
    assert len({one.service_id for one in pauses}) == len(pauses) == counts["event.paused"]


async def test_private_parts_go_to_their_keeper_and_a_rating_with_words_says_so(db: Database) -> None:
    vault, said = Vault(), one_rating(writingEvaluation="窗口没人")

    await take(db, entries([one_service(), said, one_rating(2, name="")]), vault)
    await take(db, entries([said | {"writingEvaluation": "另一段话"}]), vault)

    assert vault.parts["push.370000000001"].phone == "13800000000"
    assert vault.parts["push.370000000001.1"].text == "窗口没人"
    assert "push.370000000002.1" not in vault.parts
    assert [event.has_text for event in await events_of(db, RatingSubmitted)] == [True, False]


async def test_what_the_database_refuses_is_not_told_with_its_values(db: Database) -> None:
    with pytest.raises(Exception, match="hide_parameters") as told:
        await db.run_sync(
            lambda tx: tx.connection.execute(text("INSERT INTO none VALUES (:x)"), {"x": "张三"})
        )

    assert "张三" not in str(told.value)


async def test_orders_are_taken_once_by_many_at_once_and_corrected(db: Database) -> None:
    rows = [as_export(fact) for fact in order_facts(300)]
    found = entries(rows, "hotline")

    await asyncio.gather(*(take(db, found) for _ in range(3)))
    changed = await take(db, entries([rows[0] | {"承办单位代码": "X1"}, *rows], "hotline"))

    assert Counter(answer.outcome for answer in changed) == {"corrected": 2, "repeated": 299}
    for kind, column in ((OrderReceived, "受理时间"), (OrderUrged, "催办时间"), (OrderRevisited, "回访时间")):
        events = await events_of(db, kind)
        own = {one.order_id for one in events}
        assert len(own) == sum(column in row for row in rows)
        assert len(events) == len(own) + 2 * (kind is OrderReceived)


async def test_what_is_private_of_an_order_goes_to_its_keeper_with_the_correction(db: Database) -> None:
    vault = Vault()

    await take(db, entries([one_order()], "hotline"), vault)
    await take(db, entries([one_order(工单类型="求助", 电话="13900000002")], "hotline"), vault)

    assert vault.parts["push.GD2023000001"].phone == "13900000002"
    first, second = [event.caller for event in await events_of(db, OrderReceived)]
    assert (len(first), first == second) == (32, False)


async def test_versions_of_results_are_taken_once_and_counted_on_their_day(db: Database) -> None:
    revoked = a_result(1, 审批结果="撤销", 审批时间="2023-06-01")
    records = [a_result(1), a_result(2), revoked]

    first = await take(db, entries(records, "approvals"))
    second = await take(db, entries([*records, a_result(1, 审批结果="不予")], "approvals"))

    assert [one.outcome for one in first] == ["accepted"] * 3
    assert [one.outcome for one in second] == ["repeated"] * 3 + ["conflict"]
    assert [(one.project_no[-1], one.version) for one in await events_of(db, ApprovalReceived)] == [
        ("1", 1),
        ("2", 1),
        ("1", 2),
    ]
    async with db.reading() as session:
        days = [
            await count_received(session, source, local_date(DRILL_START)) for source in ("", "push", "x")
        ]
    assert days == [{"push": 3}, {"push": 3}, {}]
