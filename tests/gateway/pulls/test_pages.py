"""Pages of an interface: numbered, by token, since a time; a platform that times out, repeats and reorders."""

import random
from datetime import timedelta

import pytest

from services.gateway.pulls.service import PullDesk, PullOrder, begin, set_plan
from services.gateway.returns.domain import Hosts
from shared.errors import Invalid, NotFound
from tests.gateway.pulls.world import Desk, Platform, Reply, at, numbers, plan, playing, services


async def test_all_pages_are_taken_and_the_next_run_asks_from_the_overlap_on(desk: Desk) -> None:
    with playing(Platform(services(25))) as platform:
        await desk.set(plan(platform.url))
        await desk.pull()
        platform.records += services(3, first=26)
        desk.clock.advance(timedelta(minutes=1))
        await desk.pull()
    row = await desk.row()

    assert await desk.taken() == numbers(platform.records)
    assert [one["page"] for one in platform.asked] == ["1", "2", "3", "4", "1", "2"]
    assert platform.asked[-1]["since"] == "2023-05-04 09:20:00"
    assert (row.runs, row.failures, row.error, row.cursor.count("time:")) == (2, 0, "", 1)


async def test_a_record_that_arrives_late_is_taken_within_the_overlap(desk: Desk) -> None:
    late = services(1, first=8)
    with playing(Platform(services(10)[:7] + services(2, first=9))) as platform:
        await desk.set(plan(platform.url))
        await desk.pull()
        platform.records += late
        desk.clock.advance(timedelta(minutes=1))
        await desk.pull()

    assert set(numbers(late)) <= set(await desk.taken())
    assert len(await desk.taken()) == 10


async def test_pages_by_token_go_on_behind_the_last_one(desk: Desk) -> None:
    paging = {"by": "cursor", "param": "after", "next": "data.next", "size": 10}
    with playing(Platform(services(25))) as platform:
        await desk.set(plan(platform.url, paging=paging, since=None, method="POST"))
        await desk.pull()
        platform.records += services(5, first=26)
        desk.clock.advance(timedelta(minutes=1))
        await desk.pull()

    assert await desk.taken() == numbers(platform.records)
    assert [one.get("after") for one in platform.asked] == [None, "10", "20", "25", "25", "30"]


@pytest.mark.slow
async def test_a_platform_that_fails_repeats_and_reorders_loses_and_doubles_nothing(desk: Desk) -> None:
    drawn = random.Random(4)  # noqa: S311 - data of a test.

    def moody(platform: Platform, number: int) -> Reply | None:
        """Fail every fifth call, repeat the page before at times, and hand a page out in another order."""
        if number % 5 == 0:
            return drawn.choice(((500, {}), (429, {}), (200, {"code": 9}), (200, {"code": 0, "data": None})))
        said = dict(platform.asked[-1])
        status, body = platform.page(said)
        drawn.shuffle(body["data"]["list"])  # type: ignore[index]  # It is the double's own.
        return status, body

    with playing(Platform(services(120), moody)) as platform:
        await desk.set(plan(platform.url))
        for _ in range(10):
            await desk.pull()
            desk.clock.advance(timedelta(minutes=11))
    row = await desk.row()

    assert sorted(await desk.taken()) == numbers(platform.records)
    assert (row.failed_runs > 2, row.failures) == (True, 0)


async def test_a_call_that_hangs_is_given_up_and_the_next_round_asks_for_the_same_page(desk: Desk) -> None:
    def hang(_platform: Platform, number: int) -> Reply | None:
        return (0, None) if number == 2 else None

    with playing(Platform(services(15), hang)) as platform:
        await desk.set(plan(platform.url, timeout=0.2))
        await desk.pull()
        failed = await desk.row()
        desk.clock.advance(timedelta(seconds=5))
        await desk.pull()

    assert (failed.failures, "对方没有回答" in failed.error) == (1, True)
    assert [one["page"] for one in platform.asked] == ["1", "2", "2", "3"]
    assert await desk.taken() == numbers(platform.records)


async def test_the_silence_that_a_platform_asks_for_is_kept(desk: Desk) -> None:
    with playing(Platform(services(1), lambda _platform, _number: (429, {}))) as platform:
        await desk.set(plan(platform.url))
        await desk.pull()
        desk.clock.advance(timedelta(minutes=9))
        made = await desk.pull()

    assert (made, len(platform.asked)) == (0, 1)


async def test_a_platform_that_ignores_the_page_is_found_out(desk: Desk) -> None:
    with playing(Platform(services(5), lambda platform, _: platform.page({}))) as platform:
        await desk.set(plan(platform.url))
        await desk.pull()

    assert "连续 3 页内容相同" in (await desk.row()).error
    assert len(await desk.taken()) == 5


async def test_a_record_dated_in_the_future_moves_nothing(desk: Desk) -> None:
    with playing(Platform([*services(3), *services(1, first=10**6)])) as platform:
        await desk.set(plan(platform.url))
        await desk.pull()

    assert (await desk.row()).cursor.count(at(3).isoformat()) == 1


async def test_secrets_go_with_the_call_and_are_not_stored_nor_told(desk: Desk) -> None:
    desk.secrets["hz-key"] = "geheim-123"
    assert desk.folder is not None
    (desk.folder / "app").write_text("sesam-456\n")
    more = {"secret_headers": {"X-Api-Key": "hz-key"}, "secret_params": {"appkey": "app"}}
    with playing(
        Platform([], lambda platform, _: (500, [platform.asked[-1], platform.headers[-1]]))
    ) as platform:
        await desk.set(plan(platform.url, **more))
        await desk.pull()
    row = await desk.row()

    assert platform.headers[0]["x-api-key"] == "geheim-123"
    assert platform.asked[0]["appkey"] == "sesam-456"
    assert not any(secret in row.plan + row.error for secret in ("geheim-123", "sesam-456"))
    assert "HTTP 500" in row.error


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"secret_headers": {"X-Key": "none"}}, "密钥文件 none 无法读取"),
        ({"url": "http://example.com/x"}, "DUBAN_FEED_HOSTS"),
    ],
)
async def test_what_can_not_be_asked_says_so(desk: Desk, more: dict[str, object], message: str) -> None:
    with playing(Platform([])) as platform:
        await desk.set(plan(platform.url))
        changed = plan(**{"url": platform.url, **more})  # type: ignore[arg-type]  # They are the fields of a plan.
        async with desk.db.transaction() as tx:
            await set_plan(tx, "hz", PullOrder(changed, enabled=True), PullDesk(_ALL, desk.clock), by="k1")
        await desk.pull()

    assert message in (await desk.row()).error


_ALL = Hosts(("127.0.0.1", "example.com"))


async def test_a_plan_for_no_source_or_a_host_that_may_not_be_called_is_refused(desk: Desk) -> None:
    nobody = PullDesk(Hosts(()), desk.clock)
    order = PullOrder(plan("http://127.0.0.1/x"), enabled=True)
    async with desk.db.transaction() as tx:
        with pytest.raises(NotFound, match="没有数据来源 hz"):
            await set_plan(tx, "hz", order, nobody, by="k1")
    await desk.set(plan("http://127.0.0.1/x"))
    async with desk.db.transaction() as tx:
        with pytest.raises(Invalid, match="DUBAN_FEED_HOSTS"):
            await set_plan(tx, "hz", order, nobody, by="k1")


async def test_an_answer_larger_than_the_source_may_send_is_refused(desk: Desk) -> None:
    with playing(Platform(services(1), lambda *_: (200, {"x": "y" * 1_200_000}))) as platform:
        await desk.set(plan(platform.url))
        await desk.pull()

    assert "回答超过 1000000 字节" in (await desk.row()).error


async def test_the_rate_of_the_source_spreads_the_pages(desk: Desk) -> None:
    with playing(Platform(services(25))) as platform:
        await desk.set(plan(platform.url), per_minute=10)
        await desk.pull()
        first = len(platform.asked)
        desk.clock.advance(timedelta(minutes=1))
        await desk.pull()

    assert (first, len(platform.asked)) == (1, 2)


async def test_another_replica_asks_only_when_the_first_is_dead_and_the_first_moves_nothing_then(
    desk: Desk,
) -> None:
    with playing(Platform(services(5))) as platform:
        await desk.set(plan(platform.url))
        puller = desk.puller("two")
        async with desk.db.transaction() as tx:
            held = await begin(tx, "hz", holder="one", real_now=desk.clock.real_now())
        before = await puller.sources()
        desk.clock.advance(timedelta(minutes=5))
        await desk.pull("two")

    assert held is not None
    assert (list(before), await desk.taken()) == ([], numbers(platform.records))
    assert (await desk.row()).fence > held.fence
